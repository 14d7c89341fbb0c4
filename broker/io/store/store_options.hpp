// Where a store is, and how much it keeps.
#pragma once

#include <cstdint>
#include <string>

#include "broker/history/policy.hpp"

namespace rollcall {

struct StoreOptions {
  std::string path;  // empty: in memory
  std::int64_t keep_events_ms = 365 * HistoryPolicy::kDayMs;
  HistoryPolicy history;
  std::uint64_t bytes = std::uint64_t{8} << 30;  // all of it at most, by what is oldest
  std::int64_t evict_after_ms = 120'000;         // the broker's, for questions

  bool is_file() const { return !path.empty(); }
};

}  // namespace rollcall
