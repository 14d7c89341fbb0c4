// Answers do not flap between asks: a word is kept on weaker signs than it takes to get it.
#include <gtest/gtest.h>

#include "broker/forecast/outlook.hpp"
#include "broker/forecast/series.hpp"
#include "tests/forecast/fleets.hpp"

namespace rollcall {
namespace {

Trend trend_with(double rate, double doubt) {
  Trend trend;
  trend.span = 10;
  trend.rate = rate;
  trend.quantile = 2;
  trend.rate_variance = doubt * doubt / 4;
  return trend;
}

TEST(ForecastSteadiness, ItTakesMoreToGetAWordThanToKeepIt) {
  const Trend weak = trend_with(0.02, 0.03);  // shares of the capacity
  EXPECT_EQ(judge(weak, 1, Outlook::kCannotPredict).outlook, Outlook::kCannotPredict);
  EXPECT_EQ(judge(weak, 1, Outlook::kFills).outlook, Outlook::kFills);
  EXPECT_EQ(judge(weak, 1, Outlook::kEmpties).outlook, Outlook::kCannotPredict);
  const Trend shrinking = trend_with(-0.02, 0.03);
  EXPECT_EQ(judge(shrinking, 1, Outlook::kEmpties).outlook, Outlook::kEmpties);
  EXPECT_EQ(judge(shrinking, 1, Outlook::kFills).outlook, Outlook::kCannotPredict);
  const Trend none = trend_with(0.01, 0.03);
  EXPECT_EQ(judge(none, 1, Outlook::kFills).outlook, Outlook::kCannotPredict);
  const Trend nearly_steady = trend_with(0, 0.006);
  EXPECT_EQ(judge(nearly_steady, 1, Outlook::kCannotPredict).outlook, Outlook::kCannotPredict);
  EXPECT_EQ(judge(nearly_steady, 1, Outlook::kSteady).outlook, Outlook::kSteady);
}

TEST(ForecastSteadiness, FewerWordsChangeFromAskToAsk) {
  int flaps = 0;
  int flaps_without = 0;
  int asks = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto all = fleets::history(fleets::Shape::kWalk, seed, 14, fleets::kHourMs);
    Outlook last = Outlook::kCannotPredict;
    Outlook last_without = last;
    for (std::size_t seen = 7 * 24; seen < all.size(); ++seen) {
      const auto points = std::span(all).first(seen);
      const LevelSeries series = level_series(points, points.back().at_ms);
      const Outlook word = forecast(points, points.back().at_ms).says;
      const Outlook without =
          judge(trend_of(series.current()), fleets::kTotal, Outlook::kCannotPredict).outlook;
      flaps += word != last;
      flaps_without += without != last_without;
      last = word;
      last_without = without;
      ++asks;
    }
  }
  RecordProperty("flaps", flaps);
  RecordProperty("flaps_without", flaps_without);
  EXPECT_GT(flaps_without, 20);  // or the test tells nothing
  EXPECT_LT(flaps * 4, flaps_without * 3);
  EXPECT_LT(flaps * 15, asks);
}

TEST(ForecastSteadiness, TheSameHistorySaysTheSame) {
  const auto all = fleets::history(fleets::Shape::kWalk, 3, 10, fleets::kHourMs);
  const Forecast first = forecast(all, all.back().at_ms);
  const Forecast second = forecast(all, all.back().at_ms);
  EXPECT_EQ(first.says, second.says);
  EXPECT_EQ(first.full[0].earliest_ms, second.full[0].earliest_ms);
  EXPECT_EQ(first.growth->middle, second.growth->middle);
}

}  // namespace
}  // namespace rollcall
