#include "broker/forecast/outlook.hpp"

#include <algorithm>
#include <array>
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
// How much of the span lies before each look but the last.
constexpr std::array<double, 3> kLooks{0.75, 0.83, 0.92};

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

Judgement judge_steadily(std::span<const LevelPoint> points, const Trend& last, double total) {
  const double begin = points.front().day;
  Outlook before = Outlook::kCannotPredict;
  for (const double look : kLooks) {
    const double end = begin + look * (points.back().day - begin);
    const auto behind =
        std::upper_bound(points.begin(), points.end(), end,
                         [](double day, const LevelPoint& point) { return day < point.day; });
    const std::span<const LevelPoint> seen(points.begin(), behind);
    if (seen.size() < kLeastPoints) continue;
    before = judge(trend_of(seen), total, before).outlook;
  }
  return judge(last, total, before);
}

}  // namespace rollcall
