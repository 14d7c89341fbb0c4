// Which word a trend deserves. A word that was given is kept on weaker signs than it takes to get
// it, so that answers do not flap. What was said before is not remembered but found again: at a few
// fixed moments of the past, the same for each who asks, the history up to then says what it said
// then. So it survives restarts, and there is no memory to bound.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "broker/forecast/forecast.hpp"
#include "broker/forecast/trend.hpp"

namespace rollcall {

// How far ahead a history of `span_days` tells anything: four times as far, and a year at most.
double reach_days_of(double span_days);

struct Judgement {
  Outlook outlook = Outlook::kCannotPredict;
  std::string why;  // with kCannotPredict
};

// One look, after one that came to `before` (kCannotPredict where there was none).
Judgement judge(const Trend& trend, double total, Outlook before);

// The looks one after the other; `last` is the trend at the end of `points`, whose days count from
// `now_ms`.
Judgement judge_steadily(std::span<const LevelPoint> points, const Trend& last, double total,
                         std::int64_t now_ms);

}  // namespace rollcall
