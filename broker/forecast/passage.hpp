// When a trend first reaches a level: the middle, and the bounds of nine in ten.
#pragma once

#include <cstdint>
#include <optional>

#include "broker/forecast/forecast.hpp"
#include "broker/forecast/trend.hpp"

namespace rollcall {

class Passage {
 public:
  // Looks `reach_ms` ahead of `now_ms`, and never before it.
  Passage(const Trend& trend, std::int64_t now_ms, std::int64_t reach_ms)
      : trend_(trend), now_ms_(now_ms), reach_ms_(reach_ms) {}

  // `level` in bytes.
  Crossing of(double level) const;

 private:
  // Days from the end of the trend to where the middle, moved by `side` times the doubt, is at
  // `level`.
  std::optional<double> reached(double level, double side) const;
  // The hour of the day at which the swing takes it there.
  double with_the_day(double level, double ahead) const;
  std::optional<std::int64_t> moment(std::optional<double> ahead) const;
  double reach_days() const;

  const Trend& trend_;
  std::int64_t now_ms_;
  std::int64_t reach_ms_;
};

}  // namespace rollcall
