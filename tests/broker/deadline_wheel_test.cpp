#include "broker/registry/deadline_wheel.hpp"

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "shared/core/random.hpp"

namespace rollcall {
namespace {

std::vector<Slot> expired(DeadlineWheel& wheel, std::int64_t now_ms) {
  std::vector<Slot> slots;
  wheel.expire(now_ms, SIZE_MAX, [&](Slot slot) { slots.push_back(slot); });
  return slots;
}

TEST(DeadlineWheel, NeverEarlyAndLessThanATickLate) {
  DeadlineWheel wheel;
  wheel.schedule(3, 100);
  EXPECT_TRUE(expired(wheel, 99).empty());
  EXPECT_EQ(expired(wheel, 100 + DeadlineWheel::kTickMs), std::vector<Slot>{3});
  EXPECT_EQ(wheel.size(), 0u);
}

TEST(DeadlineWheel, TheLatestAppointmentCounts) {
  DeadlineWheel wheel;
  wheel.schedule(1, 50'000);
  wheel.schedule(1, 1000);
  wheel.schedule(2, 1000);
  wheel.cancel(2);
  EXPECT_EQ(expired(wheel, 2000), std::vector<Slot>{1});
  EXPECT_TRUE(expired(wheel, 100'000).empty());
}

TEST(DeadlineWheel, AVisitMayScheduleAgain) {
  DeadlineWheel wheel;
  wheel.schedule(1, 100);
  int visits = 0;
  wheel.expire(10'000, SIZE_MAX, [&](Slot slot) {
    ++visits;
    wheel.schedule(slot, 20'000);
  });
  EXPECT_EQ(visits, 1);
  EXPECT_EQ(expired(wheel, 20'016), std::vector<Slot>{1});
}

TEST(DeadlineWheel, ABudgetCutsAndTheRestFollows) {
  DeadlineWheel wheel;
  for (Slot slot = 0; slot < 100; ++slot) wheel.schedule(slot, 640 + slot % 3);
  std::size_t visited = 0;
  const auto count = [&](Slot) { ++visited; };
  EXPECT_FALSE(wheel.expire(5000, 30, count));
  EXPECT_EQ(visited, 30u);
  EXPECT_FALSE(wheel.expire(5000, 69, count));
  EXPECT_TRUE(wheel.expire(5000, 30, count));
  EXPECT_EQ(visited, 100u);
}

TEST(DeadlineWheel, NextDueIsNeverTooLate) {
  DeadlineWheel wheel;
  EXPECT_EQ(wheel.next_due_ms(), kNever);
  wheel.schedule(1, 200'000);
  std::int64_t now_ms = 0;
  int looks = 0;
  while (wheel.size() != 0) {
    const std::int64_t next_ms = wheel.next_due_ms();
    ASSERT_GT(next_ms, now_ms);
    ASSERT_LE(next_ms, 200'000 + DeadlineWheel::kTickMs);
    now_ms = next_ms;
    expired(wheel, now_ms);
    ++looks;
  }
  EXPECT_LT(looks, 250);  // about one a second, not one a tick
}

// Against the plainest model there is, over every level of the wheel and beyond its span.
TEST(DeadlineWheel, AgreesWithASortedMap) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    DeadlineWheel wheel;
    std::map<Slot, std::int64_t> due;
    std::int64_t now_ms = 0;
    for (int round = 0; round < 2000; ++round) {
      const auto slot = static_cast<Slot>(random.below(50));
      const std::int64_t span = std::int64_t{1} << random.below(25);
      if (random.chance(0.2)) {
        wheel.cancel(slot);
        due.erase(slot);
      } else {
        due[slot] =
            now_ms + 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span)));
        wheel.schedule(slot, due[slot]);
      }
      now_ms += static_cast<std::int64_t>(random.below(std::uint64_t{1} << random.below(16)));
      for (const Slot visited : expired(wheel, now_ms)) {
        ASSERT_TRUE(due.contains(visited)) << "seed " << seed;
        ASSERT_LE(due[visited], now_ms) << "seed " << seed;
        due.erase(visited);
      }
      for (const auto& [waiting, due_ms] : due) {
        ASSERT_GT(due_ms, now_ms - DeadlineWheel::kTickMs) << "seed " << seed << " " << waiting;
      }
      ASSERT_EQ(wheel.size(), due.size());
    }
  }
}

}  // namespace
}  // namespace rollcall
