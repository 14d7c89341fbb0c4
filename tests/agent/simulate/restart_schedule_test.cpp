#include "agent/simulate/restart_schedule.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

TEST(RestartSchedule, OneOutageInEachWindowOfTheLengthSaid) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const RestartSchedule schedule(seed, true);
    int outages = 0;
    std::int64_t down_since_ms = -1;
    for (std::int64_t t = 0; t < 100 * RestartSchedule::kWindowMs; t += 1000) {
      if (schedule.is_down(t)) {
        if (down_since_ms < 0) down_since_ms = t;
        EXPECT_GE(t % RestartSchedule::kWindowMs, RestartSchedule::kCalmMs);
        continue;
      }
      if (down_since_ms < 0) continue;
      ++outages;
      EXPECT_GE(t - down_since_ms, RestartSchedule::kShortestMs - 1000);
      EXPECT_LE(t - down_since_ms, RestartSchedule::kLongestMs + 1000);
      down_since_ms = -1;
    }
    EXPECT_EQ(outages, 100) << "seed " << seed;
  }
}

TEST(RestartSchedule, TheMachineBootsAtTheEndOfItsOutage) {
  const RestartSchedule schedule(7, true);
  std::int64_t t = 0;
  while (!schedule.is_down(t)) ++t;
  const std::int64_t booted_ms = schedule.booted_at_ms(t);
  EXPECT_GT(booted_ms, t);
  EXPECT_LT(schedule.booted_at_ms(t - 1), 0);  // the boot from before the start
  EXPECT_TRUE(schedule.is_down(booted_ms - 1));
  EXPECT_FALSE(schedule.is_down(booted_ms));
  EXPECT_EQ(schedule.booted_at_ms(booted_ms + kHourMs / 60), booted_ms);
}

TEST(RestartSchedule, ItWasUpForAnHourToSixtyDaysBefore) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::int64_t booted_ms = RestartSchedule(seed, true).booted_at_ms(0);
    EXPECT_LE(booted_ms, -kHourMs);
    EXPECT_GE(booted_ms, -60 * 24 * kHourMs);
  }
}

TEST(RestartSchedule, WithoutRestartsItStaysUp) {
  const RestartSchedule schedule(3, false);
  const std::int64_t first_ms = schedule.booted_at_ms(0);
  for (std::int64_t t = 0; t < 240 * kHourMs; t += 30'000) {
    ASSERT_FALSE(schedule.is_down(t));
    ASSERT_EQ(schedule.booted_at_ms(t), first_ms);
  }
}

}  // namespace
}  // namespace rollcall
