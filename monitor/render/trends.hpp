// The last hour of nodes in a few cells each, for the columns storage-trend and cpu-trend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "shared/client/past.hpp"

namespace rollcall {

inline constexpr std::size_t kTrendCells = 16;
inline constexpr std::int64_t kTrendMs = 3'600'000;

struct Trend {
  std::string storage;  // from its least to its greatest, unless they are nearly the same
  std::string cpu;      // from 0 to 100 %
};
using Trends = std::map<std::string, Trend>;  // by node

// Adds those of a history of nodes.
void add_trends(const PastHistory& history, Trends& trends);

}  // namespace rollcall
