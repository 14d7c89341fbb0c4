// How a level moves: a rate, what is uncertain about it, and the swing of the day.
//
// Model (a local level with drift: Harvey, "Forecasting, structural time series models and the
// Kalman filter", 1989): level = line + random walk + noise + profile of the day.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "broker/forecast/series.hpp"

namespace rollcall {

// Bytes and days.
struct Trend {
  double end_day = 0;  // of the last point
  double span = 0;     // days
  double level = 0;    // at the end, without noise and the swing of the day
  double level_variance = 0;
  double rate = 0;           // bytes a day
  double rate_variance = 0;  // of that estimate, by chance
  double least_doubt = 0;    // of the rate, however straight the line is; for each span ahead again
  double walk_variance = 0;  // that each day adds to what is not known of the level
  double range = 0;          // between the lowest and the highest part
  bool is_settled = false;   // the end of it is no higher and no lower than what was before
  double noise = 0;          // standard deviation of a part's mean around the level
  double reading_noise = 0;  // of a single reading
  double bend = 0;           // by how much the rate changed within the span, beyond chance
  // By how much a day the rate was seen to change, where only the part behind that is looked at: it
  // may go on to. Bytes / day / day, of either sign.
  double drift = 0;
  double quantile = 0;  // standard deviations on either side that hold nine of ten cases

  static constexpr std::size_t kDayParts = 12;
  bool has_profile = false;
  std::array<double, kDayParts> profile{};  // bytes above the level, by the hour of the day
  double profile_highest = 0;

  // What the level may be above (`side` 1) or below (-1) the line at `ahead` days from the end, at
  // the limit of nine in ten; bytes, 0 or more.
  double doubt(double ahead, double side) const;
  // The same for the mean rate, of the span to come.
  double rate_doubt() const;
};

// Of at least kLeastPoints points, rising. Where the rate changed for good it is that of the later
// part.
Trend trend_of(std::span<const LevelPoint> points);

}  // namespace rollcall
