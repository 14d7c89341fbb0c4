#include "agent/probe/storage.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

TEST(Storage, IsAnnouncedAsDfHasIt) {
  const SpaceCounts ext4{4096, 1'000'000, 300'000, 250'000};
  EXPECT_EQ(space_of(ext4), (UsedTotal{700'000ull * 4096, 1'000'000ull * 4096}));
  EXPECT_NEAR(full_percent(ext4), 100.0 * 700 / 950, 1e-9);
}

TEST(Storage, WithTheReserveLeftAProgramFindsItFull) {
  const SpaceCounts full{4096, 1'000'000, 50'000, 0};
  EXPECT_DOUBLE_EQ(full_percent(full), 100.0);
  EXPECT_LT(space_of(full).used, space_of(full).total);
}

TEST(Storage, BrokenAnswersStayInBounds) {
  // More free than there is; negative f_bavail; nothing; sizes beyond 64 bits.
  EXPECT_EQ(space_of({4096, 10, 20, 20}), (UsedTotal{0, 40960}));
  EXPECT_DOUBLE_EQ(full_percent({4096, 100, 0, UINT64_MAX - 5}), 100.0);
  EXPECT_EQ(space_of({}), (UsedTotal{0, 0}));
  EXPECT_DOUBLE_EQ(full_percent({}), 0.0);
  const UsedTotal huge = space_of({4096, UINT64_MAX, 0, 0});
  EXPECT_EQ(huge.total, UINT64_MAX);
  EXPECT_LE(huge.used, huge.total);
}

}  // namespace
}  // namespace rollcall
