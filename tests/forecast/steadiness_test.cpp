// Answers do not flap between asks: a word is kept on weaker signs than it takes to get it.
#include <optional>

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

TEST(ForecastSteadiness, BetweenLooksItTakesAClearSign) {
  const Trend seen = trend_with(0.04, 0.03);
  const Trend clear = trend_with(0.05, 0.03);
  const Trend hardly = trend_with(0.01, 0.03);
  const Trend gone = trend_with(0.005, 0.03);
  EXPECT_EQ(judge(seen, 1, Outlook::kCannotPredict).outlook, Outlook::kFills);
  EXPECT_EQ(hold(seen, 1, Outlook::kCannotPredict).outlook, Outlook::kCannotPredict);
  EXPECT_EQ(hold(clear, 1, Outlook::kCannotPredict).outlook, Outlook::kFills);
  EXPECT_EQ(judge(hardly, 1, Outlook::kFills).outlook, Outlook::kCannotPredict);
  EXPECT_EQ(hold(hardly, 1, Outlook::kFills).outlook, Outlook::kFills);
  EXPECT_EQ(hold(gone, 1, Outlook::kFills).outlook, Outlook::kCannotPredict);
  EXPECT_EQ(hold(trend_with(0, 0.002), 1, Outlook::kCannotPredict).outlook,
            Outlook::kCannotPredict);
  EXPECT_EQ(hold(trend_with(0, 0.012), 1, Outlook::kSteady).outlook, Outlook::kSteady);
}

// How often the word changes where a history is asked for each hour, from its fifth day on.
struct Flaps {
  int with = 0;
  int without = 0;  // by the last trend alone
};

Flaps flaps_of(fleets::Shape shape, std::uint64_t seed) {
  const auto all = fleets::history(shape, seed, 12, fleets::kHourMs);
  Flaps flaps;
  std::optional<Outlook> last;
  std::optional<Outlook> last_without;
  for (std::size_t seen = 5 * 24; seen <= all.size(); ++seen) {
    const auto points = std::span(all).first(seen);
    const LevelSeries series = level_series(points, points.back().at_ms);
    const Outlook word = forecast(points, points.back().at_ms).says;
    const Outlook without =
        judge(trend_of(series.current()), fleets::kTotal, Outlook::kCannotPredict).outlook;
    flaps.with += last && word != *last;
    flaps.without += last_without && without != *last_without;
    last = word;
    last_without = without;
  }
  return flaps;
}

TEST(ForecastSteadiness, FewerWordsChangeFromAskToAsk) {
  Flaps sum;
  for (const fleets::Shape shape : {fleets::Shape::kWalk, fleets::Shape::kNoise}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Flaps flaps = flaps_of(shape, seed);
      sum.with += flaps.with;
      sum.without += flaps.without;
    }
  }
  EXPECT_GT(sum.without, 50);  // or this tells nothing
  EXPECT_LT(sum.with * 2, sum.without) << sum.with << " " << sum.without;
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
