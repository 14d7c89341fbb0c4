#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "agent/simulate/disk_fill.hpp"
#include "agent/simulate/load_curve.hpp"
#include "agent/simulate/machine_load.hpp"
#include "agent/simulate/model_step.hpp"
#include "agent/simulate/simulated_labels.hpp"
#include "agent/simulate/steady_state.hpp"
#include "agent/simulate/work_lines.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kStepsPerDay = kDayMs / kModelStepMs;

TEST(LoadCurve, RisesFromFourAtNightToFourInTheAfternoon) {
  EXPECT_NEAR(daily_load(16 * kHourMs, 0), 1.0, 1e-9);
  EXPECT_NEAR(daily_load(4 * kHourMs, 0), 0.0, 1e-9);
  for (std::int64_t hour = 4; hour < 16; ++hour) {
    EXPECT_LT(daily_load(hour * kHourMs, 0), daily_load((hour + 1) * kHourMs, 0));
  }
}

TEST(LoadCurve, EachDayIsTheSameAndZonesAreEightHoursApart) {
  for (std::int64_t t = -kDayMs; t < kDayMs; t += kHourMs / 2) {
    EXPECT_NEAR(daily_load(t, 0), daily_load(t + kDayMs, 0), 1e-9);
    EXPECT_NEAR(daily_load(t + 8 * kHourMs, 0), daily_load(t, 1), 1e-9);
    EXPECT_NEAR(daily_load(t + 8 * kHourMs, 1), daily_load(t, 2), 1e-9);
    EXPECT_NEAR(daily_load(t, 3), daily_load(t, 0), 1e-9);
  }
}

TEST(MachineLoad, FollowsTheDayWithinBounds) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    MachineLoad load(seed);
    double quiet = 0;
    double busy = 0;
    for (int i = 0; i < 20'000; ++i) {
      const MachineLoad::Level& level = load.step(i % 2 == 0 ? 0.0 : 1.0);
      for (const double share :
           {level.cpu_share, level.memory_share, level.receive_share, level.send_share}) {
        ASSERT_GT(share, 0.0);
        ASSERT_LT(share, 1.0);
      }
      (i % 2 == 0 ? quiet : busy) += level.cpu_share / 10'000;
    }
    EXPECT_LT(quiet, 0.15);
    EXPECT_GT(busy, quiet + 0.2);
  }
}

TEST(MachineLoad, ANoisyNeighbourComesForMinutesEveryFewHours) {
  MachineLoad load(5);
  int visits = 0;
  int steps = 0;
  for (int i = 0, length = 0; i < 100 * kStepsPerDay; ++i) {
    if (load.step(0.0).cpu_share > 0.3) {
      ++length;
      continue;
    }
    if (length > 0) {
      ++visits;
      steps += length;
      EXPECT_GE(length, 11);
      EXPECT_LE(length, 91);
    }
    length = 0;
  }
  EXPECT_NEAR(visits, 100 * 24 / 3, 160);
  EXPECT_NEAR(static_cast<double>(steps) / visits, 51, 12);
}

TEST(DiskFill, GrowsForDaysAndIsCleanedUp) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    DiskFill fill(seed);
    int cleanings = 0;
    double least = 1;
    double most = 0;
    for (int i = 0; i < 30 * kStepsPerDay; ++i) {
      const bool was_cleaning = fill.is_cleaning();
      const double before = fill.share();
      fill.step(0.01);
      least = std::min(least, fill.share());
      most = std::max(most, fill.share() + 0.01);
      if (was_cleaning) {
        EXPECT_LT(fill.share(), before);
      } else {
        EXPECT_GE(fill.share(), before);
      }
      cleanings += !was_cleaning && fill.is_cleaning() ? 1 : 0;
    }
    EXPECT_GE(cleanings, 3) << "seed " << seed;
    EXPECT_LE(cleanings, 60) << "seed " << seed;
    EXPECT_GE(least, 0.20);
    EXPECT_GE(most, 0.86);
    EXPECT_LE(most, 0.97);
  }
}

TEST(SteadyState, HoldsAChangeBackUntilThirtySecondsHavePassed) {
  SteadyState shown;
  shown.update(0, State::kWarning, {"w"});
  EXPECT_EQ(shown.state(), State::kWarning);
  shown.update(10'000, State::kError, {"e"});
  EXPECT_EQ(shown.state(), State::kWarning);
  EXPECT_EQ(shown.reasons(), std::vector<std::string>{"w"});
  shown.update(20'000, State::kWarning, {"w2"});  // what had gone by itself is never shown
  EXPECT_EQ(shown.reasons(), std::vector<std::string>{"w2"});
  shown.update(29'999, State::kHealthy, {});
  EXPECT_EQ(shown.state(), State::kWarning);
  shown.update(30'000, State::kHealthy, {});
  EXPECT_EQ(shown.state(), State::kHealthy);
  EXPECT_TRUE(shown.reasons().empty());
}

TEST(WorkLines, KeepsAFewAndCountsTheRest) {
  WorkLines lines("n1", true);
  lines.tell("wrote", "blk-00000000000a", 64 << 20);
  auto taken = lines.take();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].icon, "🔧");
  EXPECT_EQ(taken[0].event, "wrote");
  EXPECT_EQ(taken[0].text, "wrote blk-00000000000a (64.0 MiB)");
  const std::vector<std::pair<std::string, Line::Value>> fields{
      {"node", "n1"}, {"block", "blk-00000000000a"}, {"bytes", std::uint64_t{64 << 20}}};
  EXPECT_EQ(taken[0].fields, fields);
  EXPECT_TRUE(lines.take().empty());

  for (int i = 0; i < 1000; ++i) lines.tell("read", "blk-00000000000b", 1);
  taken = lines.take();
  ASSERT_EQ(taken.size(), WorkLines::kMost + 1);
  EXPECT_EQ(taken.back().event, "more_work");
  EXPECT_EQ(taken.back().text, "… and 996 more works on blocks");
}

TEST(WorkLines, TellsNothingWhereNothingIsToBeTold) {
  WorkLines lines("n1", false);
  for (int i = 0; i < 10; ++i) lines.tell("read", "blk-00000000000b", 1);
  lines.tell_cleaning(90);
  EXPECT_TRUE(lines.take().empty());
}

TEST(SimulatedLabels, ZonesTakeTurnsAndRacksHoldAboutEight) {
  std::map<std::string, int> racks;
  std::set<std::string> zones;
  for (std::size_t i = 0; i < 240; ++i) {
    const std::string node = "n-" + std::to_string(i);
    const Labels labels = simulated_labels(node, 4, i, 240);
    EXPECT_EQ(labels, simulated_labels(node, 4, i, 240));
    ASSERT_EQ(labels.size(), 3u);
    EXPECT_EQ(labels[0].first, "zone");
    EXPECT_EQ(labels[0].second, "z" + std::to_string(i % 3 + 1));
    EXPECT_EQ(labels[1].first, "rack");
    EXPECT_EQ(labels[1].second.find(labels[0].second + "-r"), 0u);
    EXPECT_EQ(labels[2], (std::pair<std::string, std::string>{"host", node}));
    zones.insert(labels[0].second);
    ++racks[labels[1].second];
  }
  EXPECT_EQ(zones.size(), 3u);
  EXPECT_GE(racks.size(), 25u);
  EXPECT_LE(racks.size(), 33u);
  EXPECT_EQ(simulated_labels("one", 4, 0, 1)[1].second, "z1-r1");
}

}  // namespace
}  // namespace rollcall
