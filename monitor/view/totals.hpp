// The cluster's totals, counted over a picture.
#pragma once

#include <array>
#include <cstdint>

#include "shared/client/picture.hpp"

namespace rollcall {

struct Totals {
  std::uint64_t nodes = 0;
  std::array<std::uint64_t, kPresenceNames.size()> by_presence{};
  // Of nodes that have not left:
  std::array<std::uint64_t, kStateNames.size()> by_state{};
  UsedTotal storage;
  UsedTotal memory;
  double cpu_percent = 0;  // the mean
  NetworkRates network;
  std::uint64_t blocks = 0;
};

Totals totals_of(const Picture::Nodes& nodes);

}  // namespace rollcall
