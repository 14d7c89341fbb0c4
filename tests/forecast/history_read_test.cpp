#include "broker/forecast/history_read.hpp"

#include <gtest/gtest.h>

#include "broker/forecast/series.hpp"
#include "shared/core/limits.hpp"
#include "tests/forecast/fleets.hpp"
#include "tests/forecast/lists.hpp"

namespace rollcall {
namespace {

using fleets::kDayMs;
using fleets::kMinuteMs;

std::vector<StoragePoint> read(ListedSamples& samples, std::vector<StoragePoint> points) {
  const std::int64_t now_ms = points.back().at_ms;
  samples.storage["n"] = std::move(points);
  return read_history(samples, {false, "n"}, now_ms);
}

TEST(HistoryRead, AMonthIsReadInHours) {
  ListedSamples samples;
  const auto points = read(samples, fleets::history(fleets::Shape::kLine, 1, 40, kMinuteMs));
  EXPECT_EQ(samples.visits, 1u);
  EXPECT_GE(points.size(), 150u);
  EXPECT_LE(points.size(), 165u);
  EXPECT_LE(points.front().at_ms, points.back().at_ms - 39 * kDayMs);
}

TEST(HistoryRead, AnHourIsReadInSeconds) {
  ListedSamples samples;
  const auto points = read(samples, fleets::history(fleets::Shape::kLine, 1, 1 / 24.0, 1000));
  EXPECT_LE(samples.visits, 4u);
  EXPECT_GE(points.size(), 150u);
  EXPECT_LE(points.size(), limits::kForecastPoints);
}

// It lies in a single step of the first two looks.
TEST(HistoryRead, AMinuteIsReadInSeconds) {
  ListedSamples samples;
  const auto points = read(samples, fleets::history(fleets::Shape::kLine, 1, 1 / 1440.0, 1000));
  EXPECT_GE(points.size(), 50u);
}

TEST(HistoryRead, BehindALateJumpItIsFiner) {
  auto history = fleets::history(fleets::Shape::kLine, 1, 20, kMinuteMs);
  const std::size_t cleaned = history.size() - 300;  // five hours ago
  for (std::size_t i = cleaned; i < history.size(); ++i) history[i].used -= 0.25 * fleets::kTotal;
  const std::int64_t cleaned_ms = history[cleaned].at_ms;
  ListedSamples samples;
  const auto points = read(samples, std::move(history));
  EXPECT_LE(samples.visits, 4u);
  const auto behind = std::count_if(points.begin(), points.end(), [&](const StoragePoint& point) {
    return point.at_ms >= cleaned_ms;
  });
  EXPECT_GE(behind, 50);
  EXPECT_LE(points.front().at_ms, points.back().at_ms - 19 * kDayMs);  // the rest is kept
  const LevelSeries series = level_series(points, points.back().at_ms);
  EXPECT_EQ(series.cleanings, 1u);
}

TEST(HistoryRead, NothingIsReadOnce) {
  ListedSamples samples;
  EXPECT_TRUE(read_history(samples, {true, "all"}, fleets::kBeginMs).empty());
  EXPECT_EQ(samples.visits, 1u);
  for (const std::int64_t now_ms : {INT64_MIN, INT64_MAX}) {
    EXPECT_TRUE(read_history(samples, {true, "all"}, now_ms).empty());
  }
}

}  // namespace
}  // namespace rollcall
