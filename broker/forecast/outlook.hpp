// Which word a trend deserves. Answers must not flap from ask to ask, so
//   - a word is judged at fixed moments (looks), an eighth of the span or less apart, and between
//   two
//     of them left only on clear signs;
//   - a word that was given is kept on weaker signs than it takes to get it.
// What was said before is not remembered but found again: the history up to the last few looks says
// what it said then, to each who asks. So it survives restarts, and there is no memory to bound.
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

// At a look, after one that came to `before` (kCannotPredict where there was none).
Judgement judge(const Trend& trend, double total, Outlook before);

// Between looks, the last of which came to `held`.
Judgement hold(const Trend& trend, double total, Outlook held);

// The looks one after the other, then what lies behind them; `last` is the trend at the end of
// `points`, whose days count from `now_ms`.
Judgement judge_steadily(std::span<const LevelPoint> points, const Trend& last, double total,
                         std::int64_t now_ms);

}  // namespace rollcall
