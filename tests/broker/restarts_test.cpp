#include "broker/supervision/restarts.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

// A clock that moves with what happens.
class RestartsTest : public testing::Test {
 protected:
  Restarts::Next after_run_of(std::int64_t ran_ms, Ending ending = Ending::kCrash) {
    const std::int64_t began_ms = now_ms_;
    now_ms_ += ran_ms;
    const Restarts::Next next = restarts_.after(ending, began_ms, now_ms_);
    now_ms_ += next.pause_ms;
    return next;
  }
  Restarts restarts_;
  std::int64_t now_ms_ = 1'000'000;
};

TEST_F(RestartsTest, AtOnceUnlessItDiedAtOnce) {
  EXPECT_EQ(after_run_of(100'000).pause_ms, 0);
  EXPECT_EQ(after_run_of(1'000).pause_ms, 0);
  for (const std::int64_t expected : {250, 500, 1'000, 2'000, 4'000, 8'000, 15'000, 15'000}) {
    EXPECT_EQ(after_run_of(999).pause_ms, expected);
  }
  EXPECT_EQ(after_run_of(1'000).pause_ms, 0);
  EXPECT_EQ(after_run_of(0).pause_ms, 250) << "it begins anew";
  EXPECT_EQ(restarts_.count(), 12u);
}

TEST_F(RestartsTest, TheThirdCrashWithinAMinuteBeginsSafeMode) {
  EXPECT_FALSE(after_run_of(500'000).safe_mode);
  EXPECT_FALSE(after_run_of(29'999).safe_mode);
  EXPECT_TRUE(after_run_of(29'999).safe_mode);
}

TEST_F(RestartsTest, ThreeCrashesInMoreThanAMinuteDoNot) {
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(after_run_of(30'000).safe_mode);
}

TEST_F(RestartsTest, WhatCrashesInSafeModeStaysInItUntilItDidNotForTenMinutes) {
  for (int i = 0; i < 3; ++i) after_run_of(1'000);
  EXPECT_TRUE(after_run_of(300'000).safe_mode);
  EXPECT_TRUE(after_run_of(SafeMode::kLastsMs - 1).safe_mode);
  EXPECT_FALSE(after_run_of(SafeMode::kLastsMs).safe_mode);
}

TEST_F(RestartsTest, ToFailWithAReasonIsNoCrash) {
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(after_run_of(10, Ending::kFailure).safe_mode);
  EXPECT_EQ(after_run_of(10, Ending::kFailure).pause_ms, 15'000);
}

}  // namespace
}  // namespace rollcall
