// What was committed is there after a crash, once; what was not is not.
#include <map>
#include <set>

#include <gtest/gtest.h>

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

// Some nodes, heard at random, written at random, with crashes and failed writes in between.
class Adventure {
 public:
  explicit Adventure(std::uint64_t seed) : random_(seed) {}

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      kept_.set_time(kept_.wall_ms() + 1'000 + static_cast<std::int64_t>(random_.below(9'000)));
      hear();
      if (random_.chance(0.3)) write();
      if (random_.chance(0.02)) kept_.write_in_vain();
      if (random_.chance(0.005)) kept_.set_time(kept_.wall_ms() + 40 * kMinuteMs);
      if (random_.chance(0.01)) crash();
    }
    crash();
  }

  void check() {
    for (const auto& [name, at] : committed_) {
      const SeriesId node = kept_->find(false, name);
      ASSERT_NE(node, kNoSeries) << name;
      std::vector<std::int64_t> found;
      for (const auto& point : kept_.points(HistoryLevel::kFull, node)) {
        found.push_back(point.at_ms());
      }
      ASSERT_EQ(found, at) << name;
      // Minutes may hold what full samples lost with a crash after they were closed; never twice.
      for (const HistoryLevel level : {HistoryLevel::kMinute, HistoryLevel::kHour}) {
        ASSERT_EQ(samples_in(kept_.points(level, node)), at.size()) << name << name_of(level);
      }
    }
  }

 private:
  void hear() {
    for (int i = 0; i < 6; ++i) {
      if (random_.chance(0.3)) continue;
      const std::string name = "n" + std::to_string(i);
      if (kept_->add(kept_->series_of(name), sample_at(kept_.wall_ms(), i))) {
        heard_[name].push_back(kept_.wall_ms());
      }
    }
  }
  void write() {
    kept_.write_all();
    for (auto& [name, at] : heard_) {
      auto& kept = committed_[name];
      kept.insert(kept.end(), at.begin(), at.end());
    }
    heard_.clear();
  }
  void crash() {
    heard_.clear();
    kept_.restart();
  }

  Random random_;
  KeptHistory kept_;
  std::map<std::string, std::vector<std::int64_t>> heard_;
  std::map<std::string, std::vector<std::int64_t>> committed_;
};

}  // namespace

TEST(Crash, WhatWasCommittedIsThereOnce) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Adventure adventure(seed);
    adventure.run(1'500);
    adventure.check();
    if (HasFatalFailure()) return;
  }
}

TEST(Crash, WhatWasNotWrittenIsLost) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  kept->add(node, sample_at(kStartMs + 1'000));
  kept.write_all();
  kept->add(node, sample_at(kStartMs + 2'000));
  kept.restart();
  EXPECT_EQ(kept.points(HistoryLevel::kFull, node).size(), 1u);
  EXPECT_EQ(kept.points(HistoryLevel::kMinute, node).size(), 1u);
}

TEST(Crash, ARolledBackWriteIsDoneAgain) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  for (int i = 0; i < 150; ++i) {
    kept.set_time(kept.wall_ms() + 10'000);
    kept->add(node, sample_at(kept.wall_ms()));
    kept.write_in_vain();
  }
  EXPECT_EQ(kept->figures().levels[0].points, 0u);
  kept.write_all();
  EXPECT_GT(kept->figures().levels[0].points, 0u);
  kept.restart();
  EXPECT_EQ(kept.points(HistoryLevel::kFull, kept->find(false, "n1")).size(), 150u);
}

TEST(Crash, JournalsGoWhenAllIsSealed) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  for (int i = 0; i < 2'000; ++i) {
    kept.set_time(kept.wall_ms() + 10'000);
    kept->add(node, sample_at(kept.wall_ms()));
    kept.write_all();
  }
  // A chunk's worth, and those of the last three minutes.
  EXPECT_LE(kept.database().number("SELECT count(*) FROM history_full_journal"), 120 + 20);
  kept.pass(31 * kMinuteMs);
  EXPECT_EQ(kept.database().number("SELECT count(*) FROM history_full_journal"), 0);
}

TEST(Crash, ADamagedJournalIsReadAsFarAsItMakesSense) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  for (int i = 0; i < 3; ++i) {
    kept->add(node, sample_at(kStartMs + i * 10'000));
    kept.write_all();
  }
  kept.database().run("UPDATE history_full_journal SET data = x'01ffffff' WHERE id = 2");
  kept.restart();
  EXPECT_EQ(kept.points(HistoryLevel::kFull, node).size(), 2u);
  EXPECT_EQ(kept->figures().damaged, 1u);
}

TEST(Crash, ADamagedChunkIsPassedOver) {
  KeptHistory kept;
  const SeriesId node = kept->series_of("n1");
  for (int i = 0; i < 400; ++i) {
    kept.set_time(kept.wall_ms() + 10'000);
    kept->add(node, sample_at(kept.wall_ms()));
  }
  kept.write_all();
  kept.database().run("UPDATE history_full SET data = x'ff00' WHERE id = 2");
  EXPECT_EQ(kept.points(HistoryLevel::kFull, node).size(), 280u);
  EXPECT_EQ(kept->figures().damaged, 1u);
}

TEST(Crash, NamesOfSeriesAreNeverGivenTwice) {
  KeptHistory kept;
  const SeriesId first = kept->series_of("n1");
  kept->add(first, sample_at(kStartMs + 1'000));
  kept.write_all();
  kept->forget("n1");
  kept.write_all();
  kept.restart();
  const SeriesId second = kept->series_of("n2");
  EXPECT_NE(first, second);
  EXPECT_TRUE(kept.points(HistoryLevel::kFull, second).empty());
}
