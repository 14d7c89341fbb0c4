#include "shared/core/random.hpp"

#include <array>

#include <gtest/gtest.h>

namespace rollcall {
namespace {

// First outputs of the authors' reference program for seed 1234567.
TEST(Random, IsSplitMix64) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317u);
  EXPECT_EQ(random.next(), 3203168211198807973u);
  EXPECT_EQ(random.next(), 9817491932198370423u);
}

TEST(Random, SameSeedSameRun) {
  Random one(42);
  Random two(42);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(one.next(), two.next());
}

TEST(Random, BelowStaysBelowAndReachesEverything) {
  Random random(7);
  EXPECT_EQ(random.below(0), 0u);
  EXPECT_EQ(random.below(1), 0u);
  std::array<int, 10> seen{};
  for (int i = 0; i < 100'000; ++i) ++seen.at(random.below(10));
  for (const int count : seen) {
    EXPECT_GT(count, 9'500);
    EXPECT_LT(count, 10'500);
  }
}

TEST(Random, UniformIsAtLeastZeroAndBelowOne) {
  Random random(9);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.01);
}

TEST(Random, ChanceZeroAndOneAreCertain) {
  Random random(11);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(random.chance(0.0));
    ASSERT_TRUE(random.chance(1.0));
  }
}

}  // namespace
}  // namespace rollcall
