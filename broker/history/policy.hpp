// How long a history is kept.
#pragma once

#include <array>
#include <cstdint>

#include "broker/history/point.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

struct HistoryPolicy {
  static constexpr std::int64_t kDayMs = 86'400'000;

  // For each level: what is older goes.
  std::array<std::int64_t, kHistoryLevels> keep_ms{kDayMs, 30 * kDayMs, 730 * kDayMs};
  // That the whole store may use; above it the oldest of the finest level goes first. 0: no bound.
  std::uint64_t bytes = 0;
  // Of samples that are not in chunks yet, in memory; above it chunks are sealed early.
  std::uint64_t open_bytes = std::uint64_t{64} << 20;
  // Of each level, of journals and of chunks that wait while the store takes nothing; above it
  // journals are not written, and chunks are lost.
  std::uint64_t waiting_bytes = limits::kHistoryWaitingBytes;
};

}  // namespace rollcall
