#include "broker/past/history_source.hpp"

#include <gtest/gtest.h>

#include "tests/history/kept_history.hpp"

using namespace rollcall;
using namespace rollcall::test;

namespace {

class HistorySourceTest : public testing::Test {
 protected:
  void feed(std::int64_t ms) {
    const std::int64_t end = kept_.wall_ms() + ms;
    while (kept_.wall_ms() < end) {
      kept_.set_time(kept_.wall_ms() + 10'000);
      kept_->add(kept_->series_of("n1"), sample_at(kept_.wall_ms()));
      kept_.write_all();
    }
  }
  std::vector<StoragePoint> storage(SeriesName of, std::int64_t since, std::int64_t step) {
    std::vector<StoragePoint> points;
    HistorySource(*kept_).visit_storage(of, since, kept_.wall_ms(), step,
                                        [&](const StoragePoint& point) {
                                          points.push_back(point);
                                          return true;
                                        });
    return points;
  }

  KeptHistory kept_{{.keep_ms = {2 * kHourMs, 8 * kHourMs, 900 * kDayMs}}};
};

}  // namespace

TEST_F(HistorySourceTest, FindsTheLastSampleBeforeAMoment) {
  feed(kHourMs);
  HistorySource source(*kept_);
  Sample sample;
  ASSERT_TRUE(source.last_before({false, "n1"}, kStartMs + 34'999, 60'000, sample));
  EXPECT_EQ(sample.at_ms, kStartMs + 30'000);
  EXPECT_EQ(sample.storage.used, 400'000u);
  ASSERT_TRUE(source.last_before({false, "n1"}, kStartMs + 30'000, 0, sample));
  EXPECT_EQ(sample.at_ms, kStartMs + 30'000);
  EXPECT_FALSE(source.last_before({false, "n1"}, kStartMs + 34'999, 1'000, sample));
  EXPECT_FALSE(source.last_before({false, "n2"}, kStartMs + 34'999, 60'000, sample));
  EXPECT_FALSE(source.last_before({false, "n1"}, kStartMs - 1, INT64_MAX, sample));
}

TEST_F(HistorySourceTest, FindsTheLastSampleLongBefore) {
  feed(kHourMs);
  kept_.pass(30 * kHourMs);
  Sample sample;
  HistorySource source(*kept_);
  ASSERT_TRUE(source.last_before({false, "n1"}, kept_.wall_ms(), INT64_MAX, sample));
  EXPECT_EQ(sample.at_ms, kStartMs + kHourMs);
  EXPECT_FALSE(source.last_before({false, "n1"}, kept_.wall_ms(), 20 * kHourMs, sample));
}

TEST_F(HistorySourceTest, FindsGroupsAndWhatIsKeptByMinutesOnly) {
  feed(12 * kHourMs);
  while (kept_.retain() > 0) {
  }
  HistorySource source(*kept_);
  Sample sample;
  const std::int64_t at = kept_.wall_ms() - 4 * kHourMs;
  ASSERT_TRUE(source.last_before({false, "n1"}, at, 2 * kMinuteMs, sample));
  EXPECT_EQ(sample.at_ms % kMinuteMs, 0);
  ASSERT_TRUE(source.last_before({true, "all"}, at, 2 * kMinuteMs, sample));
  EXPECT_EQ(sample.storage.total, 1'000'000u);
}

TEST_F(HistorySourceTest, TellsWhenANodeWasHeard) {
  feed(3 * kHourMs);
  HistorySource source(*kept_);
  std::vector<std::int64_t> heard;
  source.visit_heard("n1", kStartMs + kHourMs, kStartMs + 2 * kHourMs, [&](std::int64_t at) {
    heard.push_back(at);
    return true;
  });
  ASSERT_EQ(heard.size(), 360u);
  for (std::size_t i = 1; i < heard.size(); ++i) ASSERT_EQ(heard[i] - heard[i - 1], 10'000);
  int seen = 0;
  source.visit_heard("n1", INT64_MIN, INT64_MAX, [&](std::int64_t) { return ++seen < 5; });
  EXPECT_EQ(seen, 5);
  EXPECT_EQ(source.full_since_ms(), kStartMs + 10'000);
}

TEST_F(HistorySourceTest, GivesOneStoragePointAStep) {
  feed(20 * kHourMs);
  while (kept_.retain() > 0) {
  }
  const auto hours = storage({false, "n1"}, kStartMs, kHourMs);
  ASSERT_GE(hours.size(), 19u);
  for (std::size_t i = 1; i < hours.size(); ++i) {
    EXPECT_EQ(hours[i].at_ms - hours[i - 1].at_ms, kHourMs);
  }
  EXPECT_EQ(hours[3].used, 400'000);
  EXPECT_EQ(hours[3].total, 1'000'000);
  EXPECT_EQ(storage({true, "all"}, kept_.wall_ms() - 2 * kHourMs, 10 * kMinuteMs).size(), 12u);
  EXPECT_TRUE(storage({false, "n2"}, kStartMs, kHourMs).empty());
  EXPECT_TRUE(storage({false, "n1"}, kept_.wall_ms(), kHourMs).empty());
}

TEST_F(HistorySourceTest, StopsWhenTheVisitorHasEnough) {
  feed(3 * kHourMs);
  int seen = 0;
  HistorySource(*kept_).visit_storage({false, "n1"}, kStartMs, kept_.wall_ms(), kMinuteMs,
                                      [&](const StoragePoint&) { return ++seen < 3; });
  EXPECT_EQ(seen, 3);
}
