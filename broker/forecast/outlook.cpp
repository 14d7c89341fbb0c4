#include "broker/forecast/outlook.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr double kReach = 4;  // times the span
constexpr double kFarthestDays = 365;
// To keep a direction, the rate need only be so much of what it takes to get it.
constexpr double kKeeps = 0.5;
// What moves by less of the capacity within its reach has no direction that matters.
constexpr double kMatters = 0.01;
// Where no direction is seen it is steady if, in as long a time as it was seen, it cannot move by
// more than this, …
constexpr double kSteady = 0.05;
constexpr double kStaysSteady = 0.08;
// … and irregular if it could by that.
constexpr double kIrregular = 0.5;
// Looks before the last, and how many of the pauses between them the span has at least.
constexpr int kLooks = 4;
constexpr double kPausesOfASpan = 8;
constexpr double kDayMs = 86'400'000;

std::string a_day(double bytes) {
  const auto size = static_cast<std::uint64_t>(std::min(std::abs(bytes), 0x1p63));
  return (bytes < 0 ? "-" : "+") + format_bytes(size);
}

std::string why_no_direction(const Trend& trend, double moves) {
  const double doubt = trend.rate_doubt();
  return fmt::format("{}: anything from {} to {} a day",
                     moves > kIrregular ? "too irregular" : "no clear direction",
                     a_day(trend.rate - doubt), a_day(trend.rate + doubt));
}

}  // namespace

double reach_days_of(double span_days) { return std::min(kReach * span_days, kFarthestDays); }

Judgement judge(const Trend& trend, double total, Outlook before) {
  const double reach = reach_days_of(trend.span);
  const Outlook direction = trend.rate > 0 ? Outlook::kFills : Outlook::kEmpties;
  const double ease = direction == before ? kKeeps : 1;
  const double doubt = trend.rate_doubt();
  const double moves_by_trend = std::abs(trend.rate) * reach / total;
  if (std::abs(trend.rate) > ease * doubt) {
    const bool matters = moves_by_trend >= ease * kMatters;
    return {matters ? direction : Outlook::kSteady, {}};
  }
  const double moves = (std::abs(trend.rate) + doubt) * trend.span / total;
  if (moves <= (before == Outlook::kSteady ? kStaysSteady : kSteady)) {
    return {Outlook::kSteady, {}};
  }
  return {Outlook::kCannotPredict, why_no_direction(trend, moves)};
}

Judgement judge_steadily(std::span<const LevelPoint> points, const Trend& last, double total,
                         std::int64_t now_ms) {
  const double today = static_cast<double>(now_ms) / kDayMs;
  const double span = points.back().day - points.front().day;
  // A power of two, so that looks stay where they are while the history grows.
  const double pause = std::exp2(std::floor(std::log2(span / kPausesOfASpan)));
  const double newest = std::floor((today + points.back().day) / pause) * pause - today;
  Outlook before = Outlook::kCannotPredict;
  for (int i = kLooks - 1; i >= 0; --i) {
    const auto behind =
        std::upper_bound(points.begin(), points.end(), newest - i * pause,
                         [](double day, const LevelPoint& point) { return day < point.day; });
    const std::span<const LevelPoint> seen(points.begin(), behind);
    if (seen.size() < kLeastPoints) continue;
    before = judge(trend_of(seen), total, before).outlook;
  }
  return judge(last, total, before);
}

}  // namespace rollcall
