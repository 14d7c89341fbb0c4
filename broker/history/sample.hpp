// What is remembered of a node at one moment, and of a group of nodes.
#pragma once

#include <cstdint>

#include "shared/protocol/announcement.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

struct Sample {
  std::int64_t at_ms = 0;  // wall clock: when the node was heard
  UsedTotal storage;
  UsedTotal memory;
  double cpu_percent = 0;
  std::uint64_t rx = 0;  // bytes per second
  std::uint64_t tx = 0;
  State state = State::kHealthy;
};

}  // namespace rollcall
