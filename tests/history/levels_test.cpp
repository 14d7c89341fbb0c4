// Samples become minutes, and minutes hours; clocks may step, and everything is found again.
#include <gtest/gtest.h>

#include "shared/core/limits.hpp"
#include "shared/core/random.hpp"
#include "tests/history/kept_history.hpp"

using namespace rollcall;
using namespace rollcall::test;

namespace {

std::uint64_t samples_in(const std::vector<HistoryPoint>& points) {
  std::uint64_t samples = 0;
  for (const HistoryPoint& point : points) samples += point.columns[HistoryPoint::kSamples];
  return samples;
}

// `count` samples ten seconds apart, with a write every minute.
void feed(KeptHistory& kept, SeriesId node, int count) {
  for (int i = 0; i < count; ++i) {
    kept.set_time(kept.wall_ms() + 10'000);
    EXPECT_TRUE(kept->add(node, sample_at(kept.wall_ms(), i % 100)));
    if (i % 6 == 0) kept.write_all();
  }
}

}  // namespace

TEST(Levels, EverySampleIsFoundAgain) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  feed(kept, node, 1'000);
  const auto points = kept.points(HistoryLevel::kFull, node);
  ASSERT_EQ(points.size(), 1'000u);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto at = kStartMs + static_cast<std::int64_t>(i + 1) * 10'000;
    ASSERT_EQ(points[i], point_of(sample_at(at, static_cast<double>(i % 100))));
  }
}

TEST(Levels, AStretchIsFoundWithoutWhatIsAroundIt) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  feed(kept, node, 1'000);
  const std::int64_t since = kStartMs + 2'000'000;
  const auto points = kept.points(HistoryLevel::kFull, node, since, since + 500'000);
  ASSERT_EQ(points.size(), 50u);
  EXPECT_EQ(points.front().at_ms(), since);
  EXPECT_EQ(points.back().at_ms(), since + 490'000);
}

TEST(Levels, MinutesAndHoursHoldEverySampleOnce) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  feed(kept, node, 3 * 360);
  const auto minutes = kept.points(HistoryLevel::kMinute, node);
  EXPECT_EQ(samples_in(minutes), 3u * 360);
  EXPECT_EQ(minutes[1].at_ms(), kStartMs + kMinuteMs);
  EXPECT_EQ(minutes[1].columns[HistoryPoint::kSamples], 6u);
  // Those at :00 to :50, of cpu 5 to 10.
  EXPECT_EQ(minutes[1].columns[HistoryPoint::kCpu], 750u);
  EXPECT_EQ(minutes[1].columns[HistoryPoint::kCpuAbove], 250u);
  EXPECT_EQ(samples_in(kept.points(HistoryLevel::kHour, node)), 3u * 360);
}

TEST(Levels, SilenceClosesWhatIsUnderWay) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  feed(kept, node, 5);
  kept.pass(15 * kHourMs);
  for (const HistoryLevel level : kAllHistoryLevels) {
    const LevelTotals totals = kept->figures().levels[index_of(level)];
    EXPECT_GT(totals.points, 0u) << name_of(level);
    EXPECT_EQ(samples_in(kept.points(level, node)), 5u) << name_of(level);
  }
  EXPECT_EQ(kept->figures().levels[0].points, 5u);
}

TEST(Levels, OneSampleCountsInASecond) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  EXPECT_TRUE(kept->add(node, sample_at(kStartMs + 100)));
  EXPECT_FALSE(kept->add(node, sample_at(kStartMs + 999)));
  EXPECT_TRUE(kept->add(node, sample_at(kStartMs + 1'000)));
  EXPECT_FALSE(kept->add(node, sample_at(kStartMs + 500)));  // overtaken
  EXPECT_EQ(kept.points(HistoryLevel::kFull, node).size(), 2u);
  EXPECT_EQ(samples_in(kept.points(HistoryLevel::kMinute, node)), 2u);
}

TEST(Levels, AClockThatStepsBackLosesNothing) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  feed(kept, node, 200);
  kept.set_time(kStartMs - kHourMs);
  feed(kept, node, 700);
  EXPECT_EQ(kept.points(HistoryLevel::kFull, node).size(), 900u);
  EXPECT_EQ(samples_in(kept.points(HistoryLevel::kMinute, node)), 900u);
  EXPECT_EQ(samples_in(kept.points(HistoryLevel::kHour, node)), 900u);
  kept.write_all();
  kept.restart();
  EXPECT_EQ(kept.points(HistoryLevel::kFull, node).size(), 900u);
}

TEST(Levels, AClockThatWasFarAheadLosesNothing) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  feed(kept, node, 10);
  kept.set_time(kStartMs + 3'650 * kDayMs);
  feed(kept, node, 10);
  kept.set_time(kStartMs + kHourMs);
  feed(kept, node, 400);
  EXPECT_EQ(kept.points(HistoryLevel::kFull, node).size(), 420u);
  EXPECT_EQ(kept.points(HistoryLevel::kFull, node, 0, kStartMs + kDayMs).size(), 410u);
  EXPECT_EQ(samples_in(kept.points(HistoryLevel::kMinute, node, 0, kStartMs + kDayMs)), 410u);
}

TEST(Levels, EachNodeHasItsOwn) {
  KeptHistory kept;
  Random random(3);
  std::vector<SeriesId> nodes;
  std::vector<std::size_t> counts(50);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    nodes.push_back(kept->series_of("n" + std::to_string(i)));
  }
  for (int step = 0; step < 400; ++step) {
    kept.set_time(kept.wall_ms() + 10'000);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (random.chance(0.2)) continue;
      kept->add(nodes[i], sample_at(kept.wall_ms(), static_cast<double>(i)));
      ++counts[i];
    }
    kept.write();
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto points = kept.points(HistoryLevel::kFull, nodes[i]);
    ASSERT_EQ(points.size(), counts[i]);
    for (const HistoryPoint& point : points) {
      ASSERT_EQ(point.columns[HistoryPoint::kCpu], i * 100);
    }
  }
}

TEST(Levels, AWriteIsBounded) {
  KeptHistory kept;
  for (int i = 0; i < 2'000; ++i) kept->series_of("n" + std::to_string(i));
  int writes = 0;
  while (kept->has_work()) {
    ASSERT_LE(kept.write(16), 16u);
    ++writes;
  }
  EXPECT_GE(writes, 2'000 / (16 * 8));
}

TEST(Levels, TooMuchInMemoryIsSealedEarly) {
  KeptHistory kept({.open_bytes = 60'000});
  std::vector<SeriesId> nodes;
  for (int i = 0; i < 100; ++i) nodes.push_back(kept->series_of("n" + std::to_string(i)));
  for (int step = 0; step < 19; ++step) {  // below the shortest first chunk
    kept.set_time(kept.wall_ms() + 10'000);
    for (const SeriesId node : nodes) kept->add(node, sample_at(kept.wall_ms(), step));
    kept.write_all();
  }
  EXPECT_GT(kept->figures().levels[0].points, 0u);
  EXPECT_EQ(kept.points(HistoryLevel::kFull, nodes[7]).size(), 19u);
}

TEST(Levels, WhatTheStoreDoesNotTakeIsBounded) {
  constexpr std::uint64_t kMost = 1 << 20;
  KeptHistory kept({.open_bytes = kMost, .waiting_bytes = kMost});
  std::vector<SeriesId> nodes;
  for (int i = 0; i < 50; ++i) nodes.push_back(kept->series_of("n" + std::to_string(i)));
  Random random(1);
  for (int step = 0; step < 2'000; ++step) {
    kept.set_time(kept.wall_ms() + 10'000);
    for (const SeriesId node : nodes) {
      Sample sample = sample_at(kept.wall_ms(), random.uniform(0, 100));
      sample.storage = {random.next(), random.next()};
      sample.rx = random.next();
      kept->add(node, sample);
    }
  }
  const HistoryFigures figures = kept->figures();
  EXPECT_LT(figures.waiting_bytes, 3 * (kMost + 2 * limits::kJournalBytes));
  EXPECT_GT(figures.lost, 0u);
  EXPECT_LT(figures.open_bytes, 6 * kMost);
  // The rest is taken when the store is back.
  kept.write_all();
  EXPECT_GT(kept->figures().levels[0].points, 0u);
  EXPECT_EQ(kept->figures().waiting_bytes, 0u);
  kept.restart();
  EXPECT_FALSE(kept.points(HistoryLevel::kFull, nodes[0]).empty());
}
