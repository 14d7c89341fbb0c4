#include "shared/core/result.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

Result<int> half_of(int value) {
  if (value % 2 != 0) return Error{"odd"};
  return value / 2;
}

TEST(Result, HoldsAValueOrAnError) {
  const auto good = half_of(4);
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 2);
  const auto bad = half_of(3);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error(), "odd");
}

TEST(ResultDeathTest, TakingAValueThatIsNotThereAbortsAndSaysWhere) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(static_cast<void>(*half_of(3)), "broken invariant at .*result.hpp");
}

}  // namespace
}  // namespace rollcall
