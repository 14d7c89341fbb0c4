// [P77] says `fills`, `steady`, `empties` or `cannot_predict`, and when; on histories whose end is
// known.
#include "broker/forecast/forecast.hpp"

#include <gtest/gtest.h>

#include "tests/forecast/fleets.hpp"

namespace rollcall {
namespace {

using fleets::kDayMs;
using fleets::kHourMs;
using fleets::kMinuteMs;
using Points = std::vector<StoragePoint>;

constexpr double kTotal = 1e12;
constexpr std::int64_t kNow = fleets::kBeginMs;

// `share_at(day)` of the capacity, day 0 is now, from `days` before it on.
template <typename Share>
Points points_of(double days, std::int64_t step_ms, Share&& share_at, double total = kTotal) {
  Points points;
  for (auto ms = static_cast<std::int64_t>(-days * static_cast<double>(kDayMs)); ms <= 0;
       ms += step_ms) {
    const double day = static_cast<double>(ms) / static_cast<double>(kDayMs);
    points.push_back({kNow + ms, share_at(day) * total, total});
  }
  return points;
}

double days_ahead(std::optional<std::int64_t> at_ms) {
  return at_ms ? static_cast<double>(*at_ms - kNow) / static_cast<double>(kDayMs) : 1e9;
}

double jitter(double day) { return 0.001 * std::sin(day * 1234.5); }

TEST(Forecast, SaysWhenALineIsFull) {
  const Points points = points_of(10, kHourMs, [](double day) { return 0.7 + 0.01 * day; });
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  EXPECT_NEAR(days_ahead(made.full[0].at_ms), 10, 0.2);
  EXPECT_NEAR(days_ahead(made.full[1].at_ms), 20, 0.4);
  EXPECT_NEAR(days_ahead(made.full[2].at_ms), 25, 0.5);
  EXPECT_EQ(made.span_ms, 10 * kDayMs);
  ASSERT_TRUE(made.growth);
  EXPECT_NEAR(made.growth->middle, 0.01 * kTotal, 0.0001 * kTotal);
  EXPECT_LT(made.growth->low, made.growth->middle);
  EXPECT_GT(made.growth->high, made.growth->middle);
}

TEST(Forecast, BoundsLieAroundTheMoment) {
  const Points points =
      points_of(10, kHourMs, [](double day) { return 0.7 + 0.01 * day + jitter(day); });
  for (const Crossing& crossing : forecast(points, kNow).full) {
    ASSERT_TRUE(crossing.at_ms && crossing.earliest_ms && crossing.latest_ms);
    EXPECT_LT(*crossing.earliest_ms, *crossing.at_ms);
    EXPECT_GT(*crossing.latest_ms, *crossing.at_ms);
  }
}

TEST(Forecast, LooksFourTimesItsHistoryAheadAndNoFarther) {
  const Points points = points_of(2, 10 * kMinuteMs, [](double day) { return 0.7 + 0.02 * day; });
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  EXPECT_EQ(made.reach_ms, 8 * kDayMs);
  EXPECT_TRUE(made.full[0].at_ms);   // in 5 days
  EXPECT_FALSE(made.full[1].at_ms);  // in 10
  EXPECT_FALSE(made.full[2].latest_ms);
}

TEST(Forecast, MinutesAreEnoughWhereTheyAreClear) {
  // As in the demo: a minute of the simulated node passes in a second.
  const Points points = points_of(
      3 / 1440.0, 1000, [](double day) { return 0.75 + 10 * day + 0.0002 * std::sin(day * 1e6); });
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  EXPECT_NEAR(days_ahead(made.full[0].at_ms) * 1440, 7.2, 0.3);
  EXPECT_EQ(made.span_ms, 3 * kMinuteMs);
}

TEST(Forecast, KnowsWhatIsPassedAndSinceWhen) {
  const Points points = points_of(10, kHourMs, [](double day) { return 0.92 + 0.01 * day; });
  const Forecast made = forecast(points, kNow);
  EXPECT_LE(days_ahead(made.full[0].at_ms), 0);  // it began above 80 %
  EXPECT_NEAR(days_ahead(made.full[1].at_ms), -2, 0.1);
  EXPECT_FALSE(made.full[1].earliest_ms || made.full[1].latest_ms);
  EXPECT_NEAR(days_ahead(made.full[2].at_ms), 3, 0.2);
}

TEST(Forecast, TheSwingOfTheDayIsNoTrend) {
  const auto swinging = [](double rate) {
    return [rate](double day) { return 0.6 + rate * day + 0.05 * std::sin(day * 2 * 3.14159265); };
  };
  EXPECT_EQ(forecast(points_of(7, 30 * kMinuteMs, swinging(0)), kNow).says, Outlook::kSteady);
  const Forecast made = forecast(points_of(7, 30 * kMinuteMs, swinging(0.01)), kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  // 0.6 + 0.01 × day + 0.05 first is 0.8 at the peak of day 15, a quarter past its beginning.
  EXPECT_NEAR(days_ahead(made.full[0].at_ms), 15.2, 0.5);
}

TEST(Forecast, PartOfADayCannotTellASwingFromATrend) {
  const Points points = points_of(
      1.5, 10 * kMinuteMs, [](double day) { return 0.6 + 0.05 * std::sin(day * 2 * 3.14159265); });
  EXPECT_NE(forecast(points, kNow).says, Outlook::kFills);
}

TEST(Forecast, CountsFromTheLastCleaning) {
  // 4 % a day, cleaned from 88 % to 40 % five days ago.
  const Points points = points_of(14, kHourMs, [](double day) {
    return day < -5 ? 0.88 + 0.04 * (day + 5) : 0.40 + 0.04 * (day + 5);
  });
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  EXPECT_NEAR(days_ahead(made.full[0].at_ms), 5, 0.2);
  EXPECT_NE(made.why.find("cleaning"), std::string::npos) << made.why;
}

TEST(Forecast, DoesNotPromiseALevelBeforeWhichItIsAlwaysCleaned) {
  const Points points = points_of(30, kHourMs, [](double day) {
    return 0.45 + 0.04 * std::fmod(day + 30, 10.5);  // up to 87 %
  });
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  EXPECT_TRUE(made.full[0].at_ms);
  EXPECT_TRUE(made.full[2].earliest_ms);  // if nobody cleans
  EXPECT_FALSE(made.full[2].at_ms || made.full[2].latest_ms);
}

TEST(Forecast, WhatIsCleanedEachNightIsSteady) {
  const Points points = points_of(
      20, kHourMs, [](double day) { return 0.50 + 0.12 * (day - std::floor(day)) + jitter(day); });
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kSteady) << made.why;
  EXPECT_FALSE(made.full[0].at_ms);
}

TEST(Forecast, ABulkLoadIsNoTrend) {
  const Points points = points_of(
      10, kHourMs, [](double day) { return (day < -4 ? 0.4 : 0.6) + 0.002 * day + jitter(day); });
  const Forecast made = forecast(points, kNow);
  ASSERT_TRUE(made.growth);
  EXPECT_NEAR(made.growth->middle, 0.002 * kTotal, 0.0005 * kTotal);
}

TEST(Forecast, MoreCapacityPutsItOff) {
  Points points = points_of(10, kHourMs, [](double day) { return 0.7 + 0.01 * day; });
  for (std::size_t i = 120; i < points.size(); ++i) points[i].total = 2 * kTotal;
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  EXPECT_EQ(made.total, 2 * kTotal);
  EXPECT_FALSE(made.full[0].at_ms);  // 1.6 of 2.0 would be in 90 days
}

TEST(Forecast, ANodeThatJoinsAGroupIsNoGrowth) {
  Points points = points_of(10, kHourMs, [](double) { return 0.5; });
  for (std::size_t i = 200; i < points.size(); ++i) {
    points[i].total += 0.3 * kTotal;
    points[i].used += 0.25 * kTotal;
  }
  EXPECT_EQ(forecast(points, kNow).says, Outlook::kSteady);
}

TEST(Forecast, FollowsARateThatChangedForGood) {
  const Points points = points_of(30, kHourMs, [](double day) {
    return 0.7 + (day < -8 ? -0.08 + 0.001 * (day + 8) : 0.01 * day) + jitter(day);
  });
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  EXPECT_NEAR(made.growth->middle, 0.01 * kTotal, 0.001 * kTotal);
  EXPECT_LE(made.span_ms, 8 * kDayMs);
}

TEST(Forecast, EmptiesHaveNoMomentOfBeingFull) {
  const Points points =
      points_of(10, kHourMs, [](double day) { return 0.5 - 0.01 * day + jitter(day); });
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kEmpties);
  EXPECT_LT(made.growth->high, 0);
  for (const Crossing& crossing : made.full) {
    EXPECT_FALSE(crossing.at_ms || crossing.earliest_ms || crossing.latest_ms);
  }
}

TEST(Forecast, SurvivesGaps) {
  Points points = points_of(10, kHourMs, [](double day) { return 0.7 + 0.01 * day; });
  points.erase(points.begin() + 60, points.begin() + 150);
  const Forecast made = forecast(points, kNow);
  EXPECT_EQ(made.says, Outlook::kFills) << made.why;
  EXPECT_NEAR(days_ahead(made.full[0].at_ms), 10, 0.3);
}

}  // namespace
}  // namespace rollcall
