// Many simulated nodes over days: what every one of them must keep at every moment.
#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "agent/simulate/simulated_source.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr Now kStart{1'000, 1'790'000'000'000};

Now after(std::int64_t passed_ms) {
  return {kStart.steady_ms + passed_ms, kStart.wall_ms + passed_ms};
}

std::vector<std::unique_ptr<SimulatedSource>> make_fleet(std::size_t count, std::uint64_t seed) {
  std::vector<std::unique_ptr<SimulatedSource>> fleet;
  for (std::size_t i = 0; i < count; ++i) {
    SimulationOptions options;
    options.seed = seed;
    options.tell_work = false;
    options.zone = simulated_zone(i);
    fleet.push_back(std::make_unique<SimulatedSource>("sim-" + std::to_string(i), options, kStart));
  }
  return fleet;
}

void expect_valid(const Reading& reading) {
  ASSERT_LE(reading.storage.used, reading.storage.total);
  ASSERT_LE(reading.memory.used, reading.memory.total);
  ASSERT_GE(reading.cpu_percent, 0.0);
  ASSERT_LE(reading.cpu_percent, 100.0);
  ASSERT_LE(reading.network.rx, reading.network.capacity);
  ASSERT_LE(reading.network.tx, reading.network.capacity);
  ASSERT_LE(reading.reasons.size(), limits::kReasons);
  for (const std::string& reason : reading.reasons) {
    ASSERT_FALSE(reason.empty());
    ASSERT_LE(reason.size(), limits::kReasonBytes);
  }
  ASSERT_EQ(reading.reasons.empty(), reading.state == State::kHealthy);
  const double full = percent_of(reading.storage.used, reading.storage.total);
  ASSERT_GE(full, 20.0);
  ASSERT_LE(full, 97.5);
}

void expect_blocks_add_up(SimulatedSource& source) {
  BlockSet& blocks = *source.blocks();
  blocks.take_change();
  InventorySummary counted{blocks.announced().version, 0, 0, 0};
  blocks.for_each([&](const Block& block) {
    ++counted.count;
    counted.bytes += block.bytes;
    counted.digest += hash_of(block.id);
  });
  ASSERT_EQ(blocks.announced(), counted);
  ASSERT_LE(counted.count, BlockWork::kMost);
  ASSERT_LE(counted.bytes, source.reading().storage.used);
}

TEST(SimulatedFleet, IsValidAtEveryMomentOfThreeDays) {
  const auto fleet = make_fleet(50, 1);
  for (std::int64_t t = 0; t < 3 * kDay; t += 10'000) {
    for (const auto& source : fleet) {
      source->sample(after(t), true);
      ASSERT_NO_FATAL_FAILURE(expect_valid(source->reading()));
      if (t % 600'000 == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_blocks_add_up(*source));
      }
    }
  }
}

TEST(SimulatedFleet, PassesThroughAllStatesAndNeverFlaps) {
  const auto fleet = make_fleet(100, 7);
  std::array<std::int64_t, kStateNames.size()> samples{};
  std::vector<State> shown;
  std::vector<std::int64_t> changed_ms(fleet.size(), -kDay);
  for (const auto& source : fleet) shown.push_back(source->reading().state);
  for (std::int64_t t = 0; t < 7 * kDay; t += 10'000) {
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      fleet[i]->sample(after(t), true);
      const State state = fleet[i]->reading().state;
      ++samples[static_cast<std::size_t>(state)];
      if (state == shown[i]) continue;
      ASSERT_GE(t - changed_ms[i], 30'000) << "node " << i << " at " << t;
      changed_ms[i] = t;
      shown[i] = state;
    }
  }
  const auto share = [&](State state) {
    return static_cast<double>(samples[static_cast<std::size_t>(state)]) / (100 * 7 * 8640.0);
  };
  // Mostly healthy; idle at night; trouble is there, and rare.
  for (std::size_t i = 0; i < samples.size(); ++i) {
    RecordProperty(std::string(kStateNames[i]), static_cast<int>(samples[i]));
  }
  EXPECT_GT(share(State::kHealthy), 0.5);
  EXPECT_GT(share(State::kIdle), 0.03);
  EXPECT_LT(share(State::kIdle), 0.3);
  EXPECT_GT(share(State::kWarning), 0.02);
  EXPECT_LT(share(State::kWarning), 0.25);
  EXPECT_GT(share(State::kCritical), 0.002);
  EXPECT_LT(share(State::kCritical), 0.05);
  EXPECT_GT(share(State::kError), 0.001);
  EXPECT_LT(share(State::kError), 0.02);
}

TEST(SimulatedFleet, SomethingHappensAmongTenEveryHalfHour) {
  const auto fleet = make_fleet(10, 3);
  std::vector<bool> was_down(fleet.size(), false);
  int restarts = 0;
  std::set<std::size_t> restarted;
  for (std::int64_t t = 0; t < kDay; t += 10'000) {
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      fleet[i]->sample(after(t), true);
      if (fleet[i]->is_down() && !was_down[i]) {
        ++restarts;
        restarted.insert(i);
      }
      was_down[i] = fleet[i]->is_down();
    }
  }
  EXPECT_EQ(restarts, 60);  // six windows of four hours, ten nodes: one in 24 minutes
  EXPECT_EQ(restarted.size(), 10u);
}

}  // namespace
}  // namespace rollcall
