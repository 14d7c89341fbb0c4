#include "broker/forecast/passage.hpp"

#include <algorithm>
#include <cmath>

namespace rollcall {
namespace {

constexpr double kDayMs = 86'400'000;
// Looked at on the way: close together at first, where they matter most.
constexpr int kLooks = 96;
// By so much of their noise the first of many readings is ahead of the level: the usual, and one in
// twenty. (Of 100 normal ones the largest is 2.5 deviations off, on average.)
constexpr double kFirstUsually = 1.5;
constexpr double kFirstAtMost = 2.5;

}  // namespace

double Passage::reach_days() const {
  return static_cast<double>(reach_ms_) / kDayMs - trend_.end_day;
}

double Passage::is_short(double level, double side, double ahead) const {
  const double goal = level - trend_.level - trend_.profile_highest;
  const double middle = goal - trend_.rate * ahead - side * trend_.doubt(ahead, side);
  if (side < 0) return middle;
  if (side == 0) return middle - kFirstUsually * trend_.reading_noise;
  const double load = loads_.bytes > 0 && ahead >= loads_.after_days ? loads_.bytes : 0;
  return middle - kFirstAtMost * trend_.reading_noise - load;
}

std::optional<double> Passage::reached(double level, double side) const {
  double before = 0;
  double short_before = is_short(level, side, 0);
  if (short_before <= 0) return 0;
  for (int i = 1; i <= kLooks; ++i) {
    const double part = static_cast<double>(i) / kLooks;
    const double ahead = reach_days() * part * part;
    const double short_here = is_short(level, side, ahead);
    if (short_here <= 0) {
      return before + (ahead - before) * short_before / (short_before - short_here);
    }
    before = ahead;
    short_before = short_here;
  }
  return std::nullopt;
}

double Passage::with_the_day(double level, double ahead) const {
  if (!trend_.has_profile) return ahead;
  const double begin_of_day =
      std::fmod(static_cast<double>(now_ms_) / kDayMs + trend_.end_day, 1.0);
  constexpr double kPart = 1.0 / static_cast<double>(Trend::kDayParts);
  for (double later = 0; later < 1; later += kPart) {
    const double hour = std::fmod(begin_of_day + ahead + later, 1.0);
    const auto part = static_cast<std::size_t>(hour * static_cast<double>(Trend::kDayParts));
    const double swing = trend_.profile[std::min(part, Trend::kDayParts - 1)];
    if (trend_.level + trend_.rate * (ahead + later) + swing >= level) return ahead + later;
  }
  return ahead;
}

std::optional<std::int64_t> Passage::moment(std::optional<double> ahead) const {
  if (!ahead) return std::nullopt;
  const double from_now_ms = (trend_.end_day + *ahead) * kDayMs;
  if (from_now_ms > static_cast<double>(reach_ms_)) return std::nullopt;
  return now_ms_ + static_cast<std::int64_t>(std::max(from_now_ms, 0.0));
}

Crossing Passage::of(double level) const {
  Crossing crossing;
  const std::optional<double> earliest = reached(level, 1);
  std::optional<double> middle = reached(level, 0);
  std::optional<double> latest = reached(level, -1);
  if (middle) middle = with_the_day(level, *middle);
  if (latest && trend_.has_profile) latest = *latest + 1;
  crossing.earliest_ms = moment(earliest);
  crossing.at_ms = moment(middle);
  crossing.latest_ms = moment(latest);
  if (!crossing.at_ms) crossing.latest_ms.reset();
  if (crossing.latest_ms) crossing.latest_ms = std::max(*crossing.latest_ms, *crossing.at_ms);
  return crossing;
}

}  // namespace rollcall
