// Histories that are hardly any: [P77] `cannot_predict` says why, in words for people; and what no
// clock and no disk says does no harm.
#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "broker/forecast/forecast.hpp"
#include "broker/forecast/series.hpp"
#include "shared/core/limits.hpp"
#include "tests/forecast/fleets.hpp"

namespace rollcall {
namespace {

using fleets::kDayMs;
using fleets::kHourMs;
using Points = std::vector<StoragePoint>;

constexpr std::int64_t kNow = fleets::kBeginMs;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Points constant(std::size_t count, double used, double total, std::int64_t step_ms = kHourMs) {
  Points points;
  for (std::size_t i = 0; i < count; ++i) {
    points.push_back({kNow - static_cast<std::int64_t>(count - 1 - i) * step_ms, used, total});
  }
  return points;
}

Points rising(std::size_t count, double begin, double step, double total) {
  Points points = constant(count, 0, total);
  for (std::size_t i = 0; i < count; ++i) points[i].used = begin + step * static_cast<double>(i);
  return points;
}

struct Edge {
  const char* name;
  Points points;
  Outlook says;
  const char* why;  // is part of it
};

std::vector<Edge> edges() {
  Points shifting = constant(60, 10, 100);
  for (std::size_t i = 0; i < shifting.size(); ++i) shifting[i].total += static_cast<double>(i);
  Points old = constant(24, 10, 100);
  for (StoragePoint& point : old) point.at_ms -= 3 * kDayMs;
  Points later = constant(24, 10, 100);
  for (StoragePoint& point : later) point.at_ms += 30 * kDayMs;
  Points one_moment = constant(50, 10, 100, 0);
  Random random(5);
  Points wild = constant(200, 0, 1000);
  double level = 500;
  for (StoragePoint& point : wild) {
    level = std::clamp(level + 30 * fleets::normal(random), 0.0, 1000.0);
    point.used = level;
  }
  return {
      {"nothing", {}, Outlook::kCannotPredict, "nothing is known"},
      {"one point", constant(1, 10, 100), Outlook::kCannotPredict, "too little history: 1 reading"},
      {"few points", constant(11, 10, 100), Outlook::kCannotPredict, "it takes 12 in 30s"},
      {"seconds", constant(25, 10, 100, 1000), Outlook::kCannotPredict, "25 readings in 24s"},
      {"one moment", one_moment, Outlook::kCannotPredict, "too little history: 1 reading"},
      {"all equal", constant(100, 10, 100), Outlook::kSteady, ""},
      {"empty for ever", constant(100, 0, 100), Outlook::kSteady, ""},
      {"full for ever", constant(100, 100, 100), Outlook::kSteady, ""},
      {"no capacity", constant(100, 10, 0), Outlook::kCannotPredict, "nothing is known"},
      {"more than there is", constant(100, 150, 100), Outlook::kSteady, ""},
      {"not numbers", constant(100, kNan, 100), Outlook::kCannotPredict, "nothing is known"},
      {"no end", constant(100, 10, kInfinity), Outlook::kCannotPredict, "nothing is known"},
      {"negative", constant(100, -10, 100), Outlook::kCannotPredict, "nothing is known"},
      {"absurd", constant(100, 1e300, 1e300), Outlook::kCannotPredict, "nothing is known"},
      {"capacity", shifting, Outlook::kCannotPredict, "its capacity keeps changing: 59 times"},
      {"silent", old, Outlook::kCannotPredict, "not heard for 3d"},
      {"of tomorrow", later, Outlook::kCannotPredict, "nothing is known"},
      {"wild", wild, Outlook::kCannotPredict, "a day"},
      {"large", rising(200, 0x1p62, 0x1p53, 0x1p63), Outlook::kFills, ""},
  };
}

TEST(ForecastEdges, SayWhatTheyAre) {
  for (const Edge& edge : edges()) {
    SCOPED_TRACE(edge.name);
    const Forecast made = forecast(edge.points, kNow, 1.0);
    EXPECT_EQ(name_of(made.says), name_of(edge.says)) << made.why;
    EXPECT_NE(made.why.find(edge.why), std::string::npos) << made.why;
    EXPECT_TRUE(made.says != Outlook::kCannotPredict || !made.why.empty());
  }
}

TEST(ForecastEdges, MomentsAreInOrderWhateverCame) {
  for (const Edge& edge : edges()) {
    SCOPED_TRACE(edge.name);
    const Forecast made = forecast(edge.points, kNow, 1.0);
    for (const Crossing& crossing : made.full) {
      const std::int64_t at = crossing.at_ms.value_or(kNow);
      EXPECT_LE(crossing.earliest_ms.value_or(kNow), std::max(at, kNow));
      EXPECT_GE(crossing.latest_ms.value_or(at), at);
      EXPECT_LE(at, kNow + 366 * kDayMs);
    }
    if (made.growth) {
      EXPECT_TRUE(std::isfinite(made.growth->low) && std::isfinite(made.growth->high));
      EXPECT_LE(made.growth->low, made.growth->high);
    }
  }
}

TEST(ForecastEdges, AFullOneWasPassedFromTheBeginning) {
  const Points points = constant(100, 150, 100);
  for (const Crossing& crossing : forecast(points, kNow).full) {
    EXPECT_EQ(crossing.at_ms, points.front().at_ms);
  }
}

TEST(ForecastEdges, OrderDoesNotMatter) {
  Points points = rising(200, 400, 1, 1000);
  const Forecast sorted = forecast(points, kNow);
  std::reverse(points.begin(), points.end());
  std::swap(points[3], points[150]);
  const Forecast shuffled = forecast(points, kNow);
  ASSERT_EQ(sorted.says, Outlook::kFills);
  EXPECT_EQ(shuffled.full[0].at_ms, sorted.full[0].at_ms);
  EXPECT_EQ(shuffled.full[2].latest_ms, sorted.full[2].latest_ms);
}

TEST(ForecastEdges, OfOneMomentTheLastCounts) {
  Points points = constant(100, 10, 100);
  points.push_back({kNow, 20, 100});
  EXPECT_EQ(forecast(points, kNow).used, 20);
}

TEST(ForecastEdges, AbsurdClocksAreOutlived) {
  const Points points = constant(100, 10, 100);
  for (const std::int64_t now_ms : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
    EXPECT_EQ(forecast(points, now_ms).says, Outlook::kCannotPredict);
  }
  for (const std::int64_t at_ms : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
    Points strange = points;
    strange[50].at_ms = at_ms;
    EXPECT_EQ(forecast(strange, kNow).says, Outlook::kSteady) << at_ms;
  }
}

TEST(ForecastEdges, KeepsNoMoreThanItsLimit) {
  const Points points = constant(20'000, 10, 100, 60'000);
  const LevelSeries series = level_series(points, kNow);
  EXPECT_LE(series.points.size(), limits::kForecastPoints);
  EXPECT_GE(series.points.size(), limits::kForecastPoints / 2);
  EXPECT_EQ(series.points.back().day, 0);
}

TEST(ForecastEdges, EverySmallHistoryIsOutlived) {
  // All that can be made of few values, at lengths around the least.
  const std::array<double, 5> values{0, 1, 99, 100, 0x1p63};
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    Points points;
    std::int64_t at_ms = kNow - kDayMs;
    for (std::uint64_t i = random.below(60); i > 0; --i) {
      at_ms += static_cast<std::int64_t>(random.below(1u << random.below(25)));
      points.push_back({at_ms, values[random.below(5)], values[random.below(5)]});
    }
    const Forecast made = forecast(points, kNow, values[random.below(5)]);
    ASSERT_TRUE(!made.growth || std::isfinite(made.growth->middle)) << seed;
  }
}

}  // namespace
}  // namespace rollcall
