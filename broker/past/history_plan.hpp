// From which level of a history a stretch of time is answered.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/history/history.hpp"

namespace rollcall {

struct HistoryStretch {
  HistoryLevel level = HistoryLevel::kFull;
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;
};

// Rising, without gaps, at least one. Of the levels whose points fall into steps without a rest the
// coarsest: its points carry the same means, and are fewer. What it no longer reaches comes from
// coarser ones, also where their points are further apart than the steps.
std::vector<HistoryStretch> stretches(const History& history, std::int64_t since_ms,
                                      std::int64_t until_ms, std::int64_t step_ms);

// A step for so many points at most, of a length that people use, and no finer than what is kept
// from `since_ms` on, nor than `least_ms`.
std::int64_t usual_step_ms(const History& history, std::int64_t since_ms, std::int64_t until_ms,
                           std::int64_t points, std::int64_t least_ms);

}  // namespace rollcall
