#include "broker/forecast/forecast.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "broker/forecast/outlook.hpp"
#include "broker/forecast/passage.hpp"
#include "broker/forecast/series.hpp"
#include "broker/forecast/trend.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr double kDayMs = 86'400'000;
// Of all steps between points: with more changes of capacity than this, none of them is a rule.
constexpr std::size_t kCapacityChangesOneIn = 4;

std::int64_t in_ms(double days) { return static_cast<std::int64_t>(days * kDayMs); }

// Why nothing can be said before any trend is looked at; empty where something can.
std::string why_not(const LevelSeries& series) {
  if (series.points.empty()) return "nothing is known of its storage";
  const LevelPoint& last = series.points.back();
  const double span = last.day - series.points.front().day;
  if (series.points.size() < kLeastPoints || in_ms(span) < kLeastSpanMs) {
    return fmt::format("too little history: {} readings in {}; it takes {} in {}",
                       series.points.size(), format_duration(in_ms(span)), kLeastPoints,
                       format_duration(kLeastSpanMs));
  }
  if (-last.day > span) {
    return fmt::format("not heard for {}, longer than it was heard before",
                       format_duration(in_ms(-last.day)));
  }
  if (series.capacity_changes * kCapacityChangesOneIn > series.points.size()) {
    return fmt::format("its capacity keeps changing: {} times in {}", series.capacity_changes,
                       format_duration(in_ms(span)));
  }
  return {};
}

// From when on it was at `share` of its capacity or above; nothing where it is not.
std::optional<std::int64_t> passed_at(const LevelSeries& series, double share,
                                      std::int64_t now_ms) {
  std::optional<std::int64_t> at;
  for (auto point = series.points.rbegin(); point != series.points.rend(); ++point) {
    if (point->used < share * point->total) break;
    at = now_ms + in_ms(point->day);
  }
  return at;
}

bool is_beyond_habit(const LevelSeries& series, double share) {
  return series.cleaned_at && share > *series.cleaned_at;
}

// Where it is cleaned up again and again before it comes so far, it may come there if nobody does,
// not sooner than without; when is nobody's guess.
void keep_earliest(Crossing& crossing) {
  crossing.at_ms.reset();
  crossing.latest_ms.reset();
}

// At random, as often as in the history (a Poisson process): the first within -ln(0.95) / rate days
// in one of twenty cases.
Loads loads_of(const LevelSeries& series) {
  if (series.loads == 0) return {};
  const double span = series.points.back().day - series.points.front().day;
  constexpr double kOneInTwenty = 0.0513;
  return {series.largest_load, kOneInTwenty * span / static_cast<double>(series.loads)};
}

std::string remark(const LevelSeries& series) {
  if (series.cleaned_at) {
    return fmt::format("cleaned up {} times in {}, mostly at {}: full beyond that only if not",
                       series.cleanings,
                       format_duration(in_ms(series.points.back().day - series.points[0].day)),
                       format_percent(100 * *series.cleaned_at));
  }
  if (series.cleanings > 0) return "as it grew between cleanings; another would put it off";
  return {};
}

}  // namespace

Forecast forecast(std::span<const StoragePoint> points, std::int64_t now_ms,
                  std::optional<double> margin_bytes) {
  Forecast made;
  const LevelSeries series = level_series(points, now_ms);
  if (!series.points.empty()) {
    made.used = series.points.back().used;
    made.total = series.points.back().total;
    made.span_ms = in_ms(series.points.back().day - series.points.front().day);
  }
  for (std::size_t i = 0; i < kFullPercents.size(); ++i) {
    made.full[i].at_ms = passed_at(series, kFullPercents[i] / 100.0, now_ms);
  }
  made.why = why_not(series);
  if (!made.why.empty()) return made;

  const Trend trend = trend_of(series.current());
  Judgement judgement = judge_steadily(series.current(), trend, made.total, now_ms);
  made.says = judgement.outlook;
  made.why = std::move(judgement.why);
  made.span_ms = in_ms(trend.span);
  made.reach_ms = in_ms(reach_days_of(trend.span));
  const double doubt = trend.rate_doubt();
  made.growth = DailyGrowth{trend.rate - doubt, trend.rate, trend.rate + doubt};
  if (made.says != Outlook::kFills) return made;

  made.why = remark(series);
  const Passage passage(trend, loads_of(series), now_ms, made.reach_ms);
  for (std::size_t i = 0; i < kFullPercents.size(); ++i) {
    const double share = kFullPercents[i] / 100.0;
    if (made.full[i].at_ms) continue;
    made.full[i] = passage.of(share * made.total);
    if (is_beyond_habit(series, share)) keep_earliest(made.full[i]);
  }
  if (margin_bytes) {
    made.margin = passage.of(made.used + *margin_bytes);
    if (is_beyond_habit(series, (made.used + *margin_bytes) / made.total)) {
      keep_earliest(made.margin);
    }
  }
  return made;
}

}  // namespace rollcall
