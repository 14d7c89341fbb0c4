// [P74] Groups: sums over the latest samples of their nodes, a point a minute.
#include <gtest/gtest.h>

#include "tests/history/kept_history.hpp"

using namespace rollcall;
using namespace rollcall::test;

namespace {

class Groups : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 4; ++i) {
      nodes_.push_back(kept_->series_of("n" + std::to_string(i)));
      kept_->set_groups(nodes_.back(), i < 2 ? "z1" : "z2", i == 3 ? "" : "r1");
    }
  }
  // Ten seconds apart, of the first `count` nodes.
  void hear(std::size_t count, int times) {
    for (int k = 0; k < times; ++k) {
      kept_.set_time(kept_.wall_ms() + 10'000);
      for (std::size_t i = 0; i < count; ++i) {
        kept_->add(nodes_[i], sample_at(kept_.wall_ms(), static_cast<double>(10 * (i + 1))));
      }
      kept_.write_all();
    }
  }
  HistoryPoint last(const char* group) {
    const SeriesId series = kept_->find(true, group);
    const auto points = kept_.points(HistoryLevel::kMinute, series);
    return points.empty() ? HistoryPoint{} : points.back();
  }

  KeptHistory kept_;
  std::vector<SeriesId> nodes_;
};

}  // namespace

TEST_F(Groups, AreSumsOfTheirNodes) {
  hear(4, 30);
  const HistoryPoint all = last("all");
  EXPECT_EQ(all.columns[HistoryPoint::kNodes], 4u);
  EXPECT_EQ(all.columns[HistoryPoint::kStorageUsed], 4 * 400'000u);
  EXPECT_EQ(all.columns[HistoryPoint::kMemoryTotal], 4 * 8'000'000u);
  EXPECT_EQ(all.columns[HistoryPoint::kCpu], 2'500u);       // the mean over nodes
  EXPECT_EQ(all.columns[HistoryPoint::kCpuAbove], 1'500u);  // the busiest has 40 %
  EXPECT_EQ(all.columns[HistoryPoint::kSamples], 24u);
  EXPECT_NEAR(static_cast<double>(sample_of(all).rx), 800, 4);
  EXPECT_EQ(last("zone=z1").columns[HistoryPoint::kNodes], 2u);
  EXPECT_EQ(last("zone=z1").columns[HistoryPoint::kCpu], 1'500u);
  EXPECT_EQ(last("rack=r1").columns[HistoryPoint::kNodes], 3u);
}

TEST_F(Groups, HaveOnePointAMinute) {
  hear(4, 60);
  const auto points = kept_.points(HistoryLevel::kMinute, kept_->find(true, "all"));
  ASSERT_GE(points.size(), 8u);
  for (std::size_t i = 1; i < points.size(); ++i) {
    EXPECT_EQ(points[i].at_ms() - points[i - 1].at_ms(), kMinuteMs);
  }
  EXPECT_TRUE(kept_.points(HistoryLevel::kFull, kept_->find(true, "all")).empty());
}

TEST_F(Groups, AreWithoutNodesThatAreSilentForThreeGaps) {
  hear(4, 30);
  hear(3, 12);
  EXPECT_EQ(last("all").columns[HistoryPoint::kNodes], 3u);
}

TEST_F(Groups, AreWithoutNodesThatAreGoneUntilTheyAreHeardAgain) {
  hear(4, 30);
  kept_->gone(nodes_[3]);
  hear(3, 7);
  EXPECT_EQ(last("all").columns[HistoryPoint::kNodes], 3u);
  hear(4, 12);
  EXPECT_EQ(last("all").columns[HistoryPoint::kNodes], 4u);
}

TEST_F(Groups, FollowNodesThatMove) {
  hear(4, 30);
  kept_->set_groups(nodes_[0], "z2", "");
  hear(4, 12);
  EXPECT_EQ(last("zone=z1").columns[HistoryPoint::kNodes], 1u);
  EXPECT_EQ(last("zone=z2").columns[HistoryPoint::kNodes], 3u);
}

TEST_F(Groups, NodesThatSpeakRarelyCountAllTheTime) {
  for (int k = 0; k < 6; ++k) {
    kept_.pass(10 * kMinuteMs);
    for (const SeriesId node : nodes_) kept_->add(node, sample_at(kept_.wall_ms()));
  }
  kept_.pass(10 * kMinuteMs);
  EXPECT_EQ(last("all").columns[HistoryPoint::kNodes], 4u);
  EXPECT_EQ(last("all").columns[HistoryPoint::kStorageUsed], 4 * 400'000u);
}

TEST_F(Groups, GoOnAfterARestart) {
  hear(4, 30);
  kept_.restart();
  for (std::size_t i = 0; i < nodes_.size(); ++i) kept_->set_groups(nodes_[i], "z1", "");
  const auto before = kept_.points(HistoryLevel::kMinute, kept_->find(true, "all")).size();
  hear(4, 18);
  EXPECT_GT(kept_.points(HistoryLevel::kMinute, kept_->find(true, "all")).size(), before);
  EXPECT_EQ(last("all").columns[HistoryPoint::kNodes], 4u);
  EXPECT_EQ(last("zone=z1").columns[HistoryPoint::kNodes], 4u);
}

TEST_F(Groups, SumsStopAtTheirBound) {
  for (int k = 0; k < 20; ++k) {
    kept_.set_time(kept_.wall_ms() + 10'000);
    for (const SeriesId node : nodes_) {
      Sample sample = sample_at(kept_.wall_ms());
      sample.storage = {UINT64_MAX, UINT64_MAX};
      sample.rx = UINT64_MAX;
      kept_->add(node, sample);
    }
  }
  EXPECT_EQ(last("all").columns[HistoryPoint::kStorageUsed], UINT64_MAX);
  EXPECT_TRUE(is_sound(last("all")));
}
