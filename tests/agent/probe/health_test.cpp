#include "agent/probe/health.hpp"

#include <set>

#include <gtest/gtest.h>

#include "shared/core/limits.hpp"
#include "shared/core/random.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kGbit = 125'000'000;

// Samples every 5 s; busy enough not to be idle.
class Health : public testing::Test {
 protected:
  Health() {
    input.cpu_percent = 20;
    input.memory_percent = 40;
    input.storage_percent = 50;
    input.network = {1'000'000'0, 0, kGbit};
  }
  State sample() {
    now.steady_ms += 5000;
    judge.judge(now, input);
    return judge.state();
  }
  // The state after `seconds` more of the same; counts changes on the way.
  State hold(int seconds) {
    for (int i = 0; i < seconds / 5; ++i) {
      const State before = judge.state();
      if (sample() != before) ++changes;
    }
    return judge.state();
  }
  std::string first_reason() const { return judge.reasons().empty() ? "" : judge.reasons()[0]; }

  HealthJudge judge;
  HealthInput input;
  Now now;
  int changes = 0;
};

TEST_F(Health, AnOrdinaryNodeIsHealthyWithoutReasons) {
  EXPECT_EQ(hold(3600), State::kHealthy);
  EXPECT_TRUE(judge.reasons().empty());
  EXPECT_EQ(changes, 0);
}

TEST_F(Health, StorageRisesOnTheSecondSampleAndSaysValueAndLimit) {
  hold(60);
  input.storage_percent = 91.2;
  EXPECT_EQ(sample(), State::kHealthy);
  EXPECT_EQ(sample(), State::kWarning);
  ASSERT_EQ(judge.reasons().size(), 1u);
  EXPECT_EQ(first_reason(), "storage 91.2 % used (warning from 85 %)");
  input.storage_percent = 95.0;
  sample();
  EXPECT_EQ(sample(), State::kCritical);
  ASSERT_EQ(judge.reasons().size(), 1u);
  EXPECT_EQ(first_reason(), "storage 95.0 % used (critical from 95 %)");
}

TEST_F(Health, OneSampleOverTheLimitIsNothing) {
  hold(60);
  for (int i = 0; i < 100; ++i) {
    input.storage_percent = i % 2 == 0 ? 99 : 50;
    input.memory_percent = i % 2 == 0 ? 50 : 99;
    EXPECT_EQ(sample(), State::kHealthy);
  }
}

TEST_F(Health, AFullDiskAtTheStartIsSaidAtOnce) {
  input.storage_percent = 99;
  EXPECT_EQ(sample(), State::kCritical);
}

TEST_F(Health, StorageClearsThirtySecondsBelowTheLowerLevel) {
  input.storage_percent = 90;
  hold(10);
  input.storage_percent = 84;
  EXPECT_EQ(hold(600), State::kWarning);
  EXPECT_EQ(first_reason(), "storage 84.0 % used (warning from 85 %, clears below 82 %)");
  input.storage_percent = 81.9;
  EXPECT_EQ(hold(30), State::kWarning);
  EXPECT_EQ(sample(), State::kHealthy);
}

TEST_F(Health, CriticalFallsToWarningFirst) {
  input.storage_percent = 96;
  EXPECT_EQ(hold(10), State::kCritical);
  input.storage_percent = 91;
  EXPECT_EQ(hold(40), State::kWarning);
  input.storage_percent = 70;
  EXPECT_EQ(hold(40), State::kHealthy);
}

TEST_F(Health, MemoryHasItsOwnLevels) {
  hold(10);
  input.memory_percent = 90;
  EXPECT_EQ(hold(10), State::kWarning);
  EXPECT_EQ(first_reason(), "memory 90.0 % used (warning from 90 %)");
  input.memory_percent = 97;
  EXPECT_EQ(hold(10), State::kCritical);
  input.memory_percent = 84.9;
  EXPECT_EQ(hold(40), State::kHealthy);
}

TEST_F(Health, AProcessorMayBeFullForAMinute) {
  hold(10);
  input.cpu_percent = 100;
  EXPECT_EQ(hold(60), State::kHealthy);
  EXPECT_EQ(sample(), State::kWarning);
  EXPECT_EQ(first_reason(), "cpu 100 % busy (warning from 95 %)");
  input.cpu_percent = 86;
  EXPECT_EQ(hold(300), State::kWarning);
  input.cpu_percent = 60;
  EXPECT_EQ(hold(35), State::kHealthy);
}

TEST_F(Health, APauseOfTheAgentIsNotAMinuteOfLoad) {
  hold(10);
  input.cpu_percent = 100;
  sample();
  now.steady_ms += 3'600'000;
  EXPECT_EQ(sample(), State::kHealthy);
}

TEST_F(Health, AFullLinkIsAWarningInEitherDirection) {
  hold(10);
  input.network.tx = kGbit * 93 / 100;
  EXPECT_EQ(hold(65), State::kWarning);
  EXPECT_EQ(first_reason(), "network 93.0 % of its capacity (warning from 90 %)");
  input.network = {kGbit * 93 / 100, 0, kGbit};
  EXPECT_EQ(hold(65), State::kWarning);
  input.network.rx = 0;
  EXPECT_EQ(hold(35), State::kHealthy);
}

TEST_F(Health, WithoutACapacityNoLinkIsFull) {
  input.network = {kGbit * 10, kGbit * 10, 0};
  EXPECT_EQ(hold(600), State::kHealthy);
}

TEST_F(Health, IdleAfterFiveMinutesOfNothing) {
  input.cpu_percent = 1;
  input.network = {50'000, 50'000, 0};
  EXPECT_EQ(hold(300), State::kHealthy);
  EXPECT_EQ(sample(), State::kIdle);
  ASSERT_EQ(judge.reasons().size(), 2u);
  EXPECT_EQ(judge.reasons()[0], "cpu 1.0 % busy (idle below 5 %)");
  EXPECT_EQ(judge.reasons()[1], "network 50.0 kB/s (idle below 100 kB/s)");
  input.cpu_percent = 9;
  EXPECT_EQ(hold(600), State::kIdle);
  input.cpu_percent = 11;
  EXPECT_EQ(hold(35), State::kHealthy);
}

TEST_F(Health, WithTrafficANodeIsNotIdle) {
  input.cpu_percent = 1;
  input.network = {kGbit / 50, 0, kGbit};
  EXPECT_EQ(hold(3600), State::kHealthy);
  input.network = {200'000, 0, 0};
  EXPECT_EQ(hold(3600), State::kHealthy);
}

TEST_F(Health, AnIdleNodeWithAFullDiskIsCritical) {
  input.cpu_percent = 1;
  input.network = {};
  hold(600);
  input.storage_percent = 96;
  EXPECT_EQ(hold(10), State::kCritical);
}

TEST_F(Health, AFaultIsAnErrorAtOnceAndOverAfterFiveSeconds) {
  hold(60);
  input.fault = "data directory /x is gone (No such file or directory)";
  EXPECT_EQ(sample(), State::kError);
  EXPECT_EQ(first_reason(), input.fault);
  input.fault = "";
  const auto second_later = [&] {
    now.steady_ms += 1000;
    judge.judge(now, input);
    return judge.state();
  };
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(second_later(), State::kError);
    EXPECT_FALSE(judge.reasons().empty());
  }
  EXPECT_EQ(second_later(), State::kHealthy);
  EXPECT_TRUE(judge.reasons().empty());
}

TEST_F(Health, AMountThatComesAndGoesStaysInError) {
  for (int i = 0; i < 200; ++i) {
    input.fault = i % 4 == 0 ? "data directory /x fails: Input/output error" : "";
    now.steady_ms += 1000;
    judge.judge(now, input);
    EXPECT_EQ(judge.state(), State::kError);
  }
}

TEST_F(Health, TheWorstComesFirst) {
  input.fault = "data directory /x is read-only";
  input.memory_percent = 98;
  input.storage_percent = 90;
  EXPECT_EQ(hold(10), State::kError);
  ASSERT_EQ(judge.reasons().size(), 3u);
  EXPECT_EQ(judge.reasons()[0], "data directory /x is read-only");
  EXPECT_EQ(judge.reasons()[1], "memory 98.0 % used (critical from 97 %)");
  EXPECT_EQ(judge.reasons()[2], "storage 90.0 % used (warning from 85 %)");
  for (const std::string& reason : judge.reasons()) EXPECT_LE(reason.size(), limits::kReasonBytes);
}

// Values that swing by a point around each level, for ten hours: no state that was left comes
// back (healthy, warning, critical in turn is a rise, not a flap).
TEST_F(Health, NeverFlapsAroundAThreshold) {
  struct Case {
    const char* name;
    double around;
    double HealthInput::*value;
  };
  for (const Case& each :
       {Case{"memory", 85, &HealthInput::memory_percent},
        Case{"memory", 90, &HealthInput::memory_percent},
        Case{"memory", 94, &HealthInput::memory_percent},
        Case{"memory", 97, &HealthInput::memory_percent},
        Case{"cpu", 85, &HealthInput::cpu_percent}, Case{"cpu", 95, &HealthInput::cpu_percent},
        Case{"cpu", 5, &HealthInput::cpu_percent}, Case{"cpu", 10, &HealthInput::cpu_percent},
        Case{"storage", 82, nullptr}, Case{"storage", 85, nullptr}, Case{"storage", 92, nullptr},
        Case{"storage", 95, nullptr}, Case{"network", 80, nullptr}, Case{"network", 90, nullptr}}) {
    SCOPED_TRACE(std::string(each.name) + " around " + std::to_string(each.around));
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      Random random(seed);
      judge = HealthJudge();
      if (each.value == &HealthInput::cpu_percent) input.network = {0, 0, kGbit};
      hold(600);
      changes = 0;
      std::set<State> seen{judge.state()};
      const HealthInput usual = input;
      for (int i = 0; i < 7200; ++i) {
        const double value = each.around + random.uniform(-1, 1);
        if (each.value != nullptr) {
          input.*each.value = value;
        } else if (each.name == std::string_view("storage")) {
          input.storage_percent = value;
        } else {
          input.network.rx = static_cast<std::uint64_t>(value / 100 * kGbit);
        }
        seen.insert(hold(5));
      }
      input = usual;
      EXPECT_EQ(changes, static_cast<int>(seen.size()) - 1);
    }
  }
}

}  // namespace
}  // namespace rollcall
