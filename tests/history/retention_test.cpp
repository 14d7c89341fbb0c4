#include <gtest/gtest.h>

#include "tests/history/kept_history.hpp"

using namespace rollcall;
using namespace rollcall::test;

namespace {

constexpr HistoryPolicy kShort{.keep_ms = {2 * kHourMs, 6 * kHourMs, 24 * kHourMs}};

void feed(KeptHistory& kept, SeriesId node, std::int64_t ms) {
  const std::int64_t end = kept.wall_ms() + ms;
  while (kept.wall_ms() < end) {
    kept.set_time(kept.wall_ms() + 10'000);
    kept->add(node, sample_at(kept.wall_ms()));
    kept.write_all();
  }
}

void retain_all(KeptHistory& kept) {
  while (kept.retain() > 0) {
  }
}

}  // namespace

TEST(Retention, EachLevelKeepsItsTime) {
  KeptHistory kept(kShort);
  const SeriesId node = kept->series_of("n1");
  feed(kept, node, 12 * kHourMs);
  retain_all(kept);
  const auto oldest = [&](HistoryLevel level) {
    return kept.wall_ms() - kept.points(level, node).front().at_ms();
  };
  EXPECT_GE(oldest(HistoryLevel::kFull), 2 * kHourMs - 10'000);
  EXPECT_LT(oldest(HistoryLevel::kFull), 3 * kHourMs);
  EXPECT_GE(oldest(HistoryLevel::kMinute), 6 * kHourMs - kMinuteMs);
  EXPECT_LT(oldest(HistoryLevel::kMinute), 9 * kHourMs);
  EXPECT_EQ(oldest(HistoryLevel::kHour), 12 * kHourMs);
}

TEST(Retention, SaysFromWhenOnALevelIsComplete) {
  KeptHistory kept(kShort);
  const SeriesId node = kept->series_of("n1");
  EXPECT_EQ(kept->since_ms(HistoryLevel::kFull), INT64_MAX);
  feed(kept, node, 12 * kHourMs);
  EXPECT_EQ(kept->since_ms(HistoryLevel::kFull), kStartMs + 10'000);
  retain_all(kept);
  const std::int64_t since = kept->since_ms(HistoryLevel::kFull);
  EXPECT_LE(since, kept.points(HistoryLevel::kFull, node).front().at_ms());
  EXPECT_GT(since, kept.wall_ms() - 3 * kHourMs);
  kept.restart();
  EXPECT_EQ(kept->since_ms(HistoryLevel::kFull), since);
}

TEST(Retention, IsBoundedInEachCall) {
  KeptHistory kept(kShort);
  feed(kept, kept->series_of("n1"), 8 * kHourMs);
  kept.pass(20 * kHourMs);
  EXPECT_EQ(kept.retain(3), 3u);
}

TEST(Retention, TheOldestOfTheFinestGoesFirstWhenThereIsTooMuch) {
  KeptHistory kept({.bytes = 1});
  const SeriesId node = kept->series_of("n1");
  feed(kept, node, 12 * kHourMs);
  kept.pass(15 * kHourMs);
  const auto points = [&](HistoryLevel level) {
    return kept->figures().levels[index_of(level)].points;
  };
  const std::uint64_t full = points(HistoryLevel::kFull);
  const std::uint64_t minute = points(HistoryLevel::kMinute);
  kept.retain(4);
  EXPECT_LT(points(HistoryLevel::kFull), full);
  EXPECT_EQ(points(HistoryLevel::kMinute), minute);
  EXPECT_GT(kept.points(HistoryLevel::kFull, node).front().at_ms(), kStartMs + 10'000);
  while (points(HistoryLevel::kFull) > 0) kept.retain(64);
  EXPECT_GT(points(HistoryLevel::kHour), 0u);
}

TEST(Retention, NothingGoesWhileThereIsRoom) {
  KeptHistory kept({.bytes = std::uint64_t{1} << 40});
  feed(kept, kept->series_of("n1"), 3 * kHourMs);
  EXPECT_EQ(kept.retain(), 0u);
}

TEST(Retention, PassesOverWhatAClockAheadOfTimeLeft) {
  KeptHistory kept(kShort, kStartMs + 3'650 * kDayMs);
  std::vector<SeriesId> nodes;
  for (int i = 0; i < 10; ++i) nodes.push_back(kept->series_of("n" + std::to_string(i)));
  for (const SeriesId node : nodes) kept->add(node, sample_at(kept.wall_ms()));
  kept.pass(kHourMs);
  kept.set_time(kStartMs);
  feed(kept, nodes[0], 8 * kHourMs);
  for (int i = 0; i < 200; ++i) kept.retain(4);
  EXPECT_GT(kept.points(HistoryLevel::kFull, nodes[0]).front().at_ms(), kStartMs + 5 * kHourMs);
  EXPECT_EQ(kept.points(HistoryLevel::kFull, nodes[1]).size(), 1u);
}

TEST(Retention, WhatIsForgottenGoesEverywhere) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  const SeriesId other = kept->series_of("n2");
  kept->add(other, sample_at(kept.wall_ms() + 1'000));
  feed(kept, node, 12 * kHourMs);
  kept->forget("n1");
  EXPECT_EQ(kept->find(false, "n1"), kNoSeries);
  while (kept->has_work()) ASSERT_LE(kept.write(8), 16u);
  EXPECT_EQ(kept.database().number("SELECT count(*) FROM history_full WHERE series = 2"), 0);
  EXPECT_EQ(kept.database().number("SELECT count(*) FROM history_series WHERE name = 'n1'"), 0);
  EXPECT_EQ(kept.points(HistoryLevel::kFull, other).size(), 1u);
  kept.restart();
  EXPECT_EQ(kept->find(false, "n1"), kNoSeries);
}

TEST(Retention, WhatIsForgottenStaysSoAfterACrash) {
  KeptHistory kept;
  feed(kept, kept->series_of("n1"), 12 * kHourMs);
  kept->forget("n1");
  kept.write(2);
  kept.restart();
  EXPECT_EQ(kept->find(false, "n1"), kNoSeries);
  EXPECT_TRUE(kept.points(HistoryLevel::kFull, kept->series_of("n1")).empty());
}

TEST(Retention, SeriesThatNothingIsLeftOfGo) {
  KeptHistory kept(kShort);
  kept->add(kept->series_of("n1"), sample_at(kept.wall_ms()));
  kept.pass(26 * kHourMs);
  EXPECT_EQ(kept->find(false, "n1"), kNoSeries);
  EXPECT_NE(kept->find(true, "all"), kNoSeries);
}
