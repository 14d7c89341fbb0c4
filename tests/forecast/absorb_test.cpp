// [P77] `absorb`: when what is left could no longer take what the largest node holds.
#include <gtest/gtest.h>

#include "broker/forecast/members.hpp"

namespace rollcall {
namespace {

std::optional<Absorb> absorb(const std::vector<Member>& members) {
  std::vector<const Member*> pointers;
  for (const Member& member : members) pointers.push_back(&member);
  return absorb_of(pointers);
}

Member member(std::string id, double used, double total) {
  return {std::move(id), {}, {}, used, total};
}

TEST(Absorb, OthersMustHaveRoomForWhatTheLargestHolds) {
  const auto found = absorb({member("a", 30, 100), member("b", 60, 100), member("c", 50, 100)});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->largest, "b");
  EXPECT_EQ(found->margin_bytes, 70 + 50 - 60);
}

TEST(Absorb, TheMostUsedCountsAndNotTheMostCapacity) {
  const auto found = absorb({member("wide", 10, 1000), member("full", 90, 100)});
  EXPECT_EQ(found->largest, "full");
  EXPECT_EQ(found->margin_bytes, 990 - 90);
}

TEST(Absorb, ExactlyEnoughIsEnough) {
  EXPECT_EQ(absorb({member("a", 50, 100), member("b", 50, 100)})->margin_bytes, 0);
  EXPECT_LT(absorb({member("a", 51, 100), member("b", 50, 100)})->margin_bytes, 0);
}

TEST(Absorb, OneAloneCannotBeLost) { EXPECT_EQ(absorb({member("a", 1, 100)})->margin_bytes, -1); }

TEST(Absorb, WhoHoldsNothingNeedsNoRoom) {
  EXPECT_FALSE(absorb({}));
  EXPECT_FALSE(absorb({member("a", 0, 100), member("b", 0, 100)}));
}

TEST(Absorb, AnOverfullNodeHasNoRoomRatherThanLessThanNone) {
  EXPECT_EQ(
      absorb({member("a", 150, 100), member("b", 200, 100), member("c", 0, 300)})->margin_bytes,
      300 - 200);
}

TEST(Absorb, OfEqualsTheFirstByName) {
  EXPECT_EQ(absorb({member("b", 5, 10), member("a", 5, 10)})->largest, "a");
}

}  // namespace
}  // namespace rollcall
