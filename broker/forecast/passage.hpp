// When a trend first reaches a level: the middle, and the bounds of nine in ten.
#pragma once

#include <cstdint>
#include <optional>

#include "broker/forecast/forecast.hpp"
#include "broker/forecast/trend.hpp"

namespace rollcall {

// Bulk loads that are no part of the trend, but come again.
struct Loads {
  double bytes = 0;       // the largest
  double after_days = 0;  // from then on, one may have come in more than one of twenty cases
};

class Passage {
 public:
  // Looks `reach_ms` ahead of `now_ms`, and never before it.
  Passage(const Trend& trend, const Loads& loads, std::int64_t now_ms, std::int64_t reach_ms)
      : trend_(trend), loads_(loads), now_ms_(now_ms), reach_ms_(reach_ms) {}

  // `level` in bytes.
  Crossing of(double level) const;

 private:
  // Days from the end of the trend to where the middle, moved by `side` times the doubt, is at
  // `level`.
  std::optional<double> reached(double level, double side) const;
  // What is missing until then; the first reading that is at `level` stands out of the others.
  double is_short(double level, double side, double ahead) const;
  // The hour of the day at which the swing takes it there.
  double with_the_day(double level, double ahead) const;
  std::optional<std::int64_t> moment(std::optional<double> ahead) const;
  double reach_days() const;

  const Trend& trend_;
  Loads loads_;
  std::int64_t now_ms_;
  std::int64_t reach_ms_;
};

}  // namespace rollcall
