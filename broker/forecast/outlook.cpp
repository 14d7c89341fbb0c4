#include "broker/forecast/outlook.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr double kReach = 4;  // times the span
constexpr double kFarthestDays = 365;
// A direction is one where the rate is above its doubt. To keep it, it need only be above so much
// of it; between looks less will do, and to get it takes more.
constexpr double kKeeps = 0.5;
constexpr double kHolds = 0.25;
constexpr double kSurprises = 1.5;
// What moves by less of the capacity within its reach has no direction that matters.
constexpr double kMatters = 0.01;
// Where no direction is seen it is steady if, in as long a time as it was seen, it cannot move by
// more than this, …
constexpr double kSteady = 0.05;
constexpr double kStaysSteady = 0.08;
constexpr double kHoldsSteady = 0.16;
// … or it keeps to a range of so many times that, …
constexpr double kWithin = 2;
// … and irregular if it could by that.
constexpr double kIrregular = 0.5;
// Looks before the last, and how many of the pauses between them the span has at least.
constexpr int kLooks = 4;
constexpr double kPausesOfASpan = 8;
constexpr double kDayMs = 86'400'000;
// Days: a point that lies just at a look is always before it.
constexpr double kRounding = 1e-7;

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

// What a trend is measured by.
struct Signs {
  Outlook direction = Outlook::kFills;
  double clarity = 0;  // the rate, in doubts
  double matter = 0;   // the share of the capacity that it moves within its reach
  double moves = 0;    // what it may move at most in another such span
  double range = 0;    // what it moved in this
};

Signs signs_of(const Trend& trend, double total) {
  const double rate = std::abs(trend.rate);
  const double doubt = trend.rate_doubt();
  Signs signs;
  signs.direction = trend.rate > 0 ? Outlook::kFills : Outlook::kEmpties;
  signs.clarity = doubt > 0 ? rate / doubt : 0;
  signs.matter = rate * reach_days_of(trend.span) / total;
  signs.range = trend.range / total;
  signs.moves = (rate + doubt) * trend.span / total;
  return signs;
}

Judgement without_direction(const Trend& trend, const Signs& signs, double steady) {
  const bool stays = trend.is_settled && signs.range <= kWithin * steady;
  if (signs.moves <= steady || stays) return {Outlook::kSteady, {}};
  return {Outlook::kCannotPredict, why_no_direction(trend, signs.moves)};
}

}  // namespace

double reach_days_of(double span_days) { return std::min(kReach * span_days, kFarthestDays); }

Judgement judge(const Trend& trend, double total, Outlook before) {
  const Signs signs = signs_of(trend, total);
  const double ease = signs.direction == before ? kKeeps : 1;
  if (signs.clarity > ease) {
    return {signs.matter >= ease * kMatters ? signs.direction : Outlook::kSteady, {}};
  }
  return without_direction(trend, signs, before == Outlook::kSteady ? kStaysSteady : kSteady);
}

Judgement hold(const Trend& trend, double total, Outlook held) {
  const Signs signs = signs_of(trend, total);
  if (held == Outlook::kFills || held == Outlook::kEmpties) {
    const bool holds =
        signs.direction == held && signs.clarity > kHolds && signs.matter >= kHolds * kMatters;
    return holds ? Judgement{held, {}} : judge(trend, total, held);
  }
  if (signs.clarity > kSurprises && signs.matter >= kSurprises * kMatters) {
    return {signs.direction, {}};
  }
  return without_direction(trend, signs, held == Outlook::kSteady ? kHoldsSteady : 0);
}

Judgement judge_steadily(std::span<const LevelPoint> points, const Trend& last, double total,
                         std::int64_t now_ms) {
  const double today = static_cast<double>(now_ms) / kDayMs;
  const double span = points.back().day - points.front().day;
  // A power of two, so that looks stay where they are while the history grows.
  const double pause = std::exp2(std::floor(std::log2(span / kPausesOfASpan)));
  const double newest = std::floor((today + points.back().day) / pause) * pause - today;
  std::optional<Outlook> before;
  for (int i = kLooks - 1; i >= 0; --i) {
    const auto behind =
        std::upper_bound(points.begin(), points.end(), newest - i * pause + kRounding,
                         [](double day, const LevelPoint& point) { return day < point.day; });
    const std::span<const LevelPoint> seen(points.begin(), behind);
    if (seen.size() < kLeastPoints) continue;
    before = judge(trend_of(seen), total, before.value_or(Outlook::kCannotPredict)).outlook;
  }
  return before ? hold(last, total, *before) : judge(last, total, Outlook::kCannotPredict);
}

}  // namespace rollcall
