// `earliest` and `latest` bound nine in ten cases ([P77]): on fleets from fixed seeds, with a
// margin for chance. The whole table is made by tests/bench/forecast_backtest.
#include <gtest/gtest.h>

#include "broker/forecast/forecast.hpp"
#include "tests/forecast/fleets.hpp"

namespace rollcall {
namespace {

using fleets::Shape;

struct Counts {
  int fills = 0;
  int known = 0;
  int covered = 0;
  int bounded_above = 0;
};

// 8 days are seen, then 12 come; asked is for 6 % more.
Counts counts_of(Shape shape) {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto all = fleets::history(shape, seed, 20, fleets::kHourMs);
    const std::size_t seen = 8 * 24;
    const std::int64_t now_ms = all[seen - 1].at_ms;
    const double level = all[seen - 1].used + 0.06 * fleets::kTotal;
    const Forecast made = forecast(std::span(all).first(seen), now_ms, 0.06 * fleets::kTotal);
    if (made.says != Outlook::kFills) continue;
    ++counts.fills;
    const auto reached =
        std::find_if(all.begin() + seen, all.end(),
                     [&](const StoragePoint& point) { return point.used >= level; });
    const std::int64_t latest_ms = made.margin.latest_ms.value_or(INT64_MAX);
    if (reached == all.end() && latest_ms > all.back().at_ms) continue;
    ++counts.known;
    counts.bounded_above += latest_ms != INT64_MAX;
    if (reached == all.end()) continue;
    const std::int64_t earliest_ms = made.margin.earliest_ms.value_or(INT64_MAX);
    counts.covered += earliest_ms <= reached->at_ms && reached->at_ms <= latest_ms;
  }
  return counts;
}

TEST(ForecastCoverage, NineInTenLieWithinTheBounds) {
  for (const Shape shape : {Shape::kLine, Shape::kWalk, Shape::kDay, Shape::kWorkingHours}) {
    SCOPED_TRACE(static_cast<int>(shape));
    const Counts counts = counts_of(shape);
    ASSERT_GE(counts.known, 25);
    EXPECT_GE(counts.covered, counts.known * 85 / 100);
    EXPECT_GE(counts.bounded_above, counts.known / 2);  // bounds that bound nothing are no merit
  }
}

TEST(ForecastCoverage, NoiseAloneRarelyFills) { EXPECT_LE(counts_of(Shape::kNoise).fills, 10); }

TEST(ForecastCoverage, WhatShrinksNeverFills) { EXPECT_EQ(counts_of(Shape::kShrinking).fills, 0); }

}  // namespace
}  // namespace rollcall
