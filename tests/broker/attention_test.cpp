#include "broker/registry/attention.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

Now at(std::int64_t ms) { return {ms, 0}; }

TEST(Attention, RunsWithTheSteadyClock) {
  Attention attention(at(1000));
  attention.promise(2000);
  EXPECT_EQ(attention.advance(at(1700)), 0);
  EXPECT_EQ(attention.ms(), 700);
  EXPECT_FALSE(attention.settling());
}

TEST(Attention, LeavesOutAPauseOfOurOwn) {
  Attention attention(at(0));
  attention.promise(250);
  EXPECT_EQ(attention.advance(at(60'250)), 60'000);
  EXPECT_EQ(attention.ms(), 0);  // it may have begun right after the last look
}

TEST(Attention, HoldsJudgementBackAfterAPauseWhileTheClockRuns) {
  Attention attention(at(0));
  attention.promise(250);
  attention.advance(at(2'250));  // a pause of 2 s: half a second of settling
  EXPECT_TRUE(attention.settling());
  attention.promise(2'500);
  attention.advance(at(2'500));
  EXPECT_EQ(attention.ms(), 250);
  EXPECT_TRUE(attention.settling());
  attention.promise(2'750);
  attention.advance(at(2'750));
  EXPECT_FALSE(attention.settling());
  EXPECT_EQ(attention.ms(), 500);
}

TEST(Attention, SettlingHasAnEndHoweverLongThePause) {
  Attention attention(at(0));
  attention.promise(0);
  attention.advance(at(3'600'000));
  attention.promise(3'600'000 + Attention::kSettleMostMs);
  attention.advance(at(3'600'000 + Attention::kSettleMostMs));
  EXPECT_FALSE(attention.settling());
}

// On a machine where every look comes much too late, someone must be judged all the same.
TEST(Attention, SettlingThatIsProlongedForEverEndsAndBeginsAnewOnlyAfterAJudgement) {
  Attention attention(at(0));
  std::int64_t now_ms = 0;
  const auto attend_then_pause = [&](std::int64_t attend_ms) {
    now_ms += attend_ms;
    attention.promise(now_ms);
    attention.advance(at(now_ms));
    attention.promise(now_ms);
    now_ms += 5000;
    attention.advance(at(now_ms));
  };
  attend_then_pause(0);
  while (attention.ms() < Attention::kSettleMostMs) {
    EXPECT_TRUE(attention.settling()) << attention.ms();
    attend_then_pause(40);
  }
  EXPECT_FALSE(attention.settling());
  attention.judged();
  attend_then_pause(40);
  EXPECT_TRUE(attention.settling());
}

TEST(Attention, ToleratesTheJitterOfALoadedMachine) {
  Attention attention(at(0));
  attention.promise(100);
  EXPECT_EQ(attention.advance(at(100 + Attention::kToleratedMs)), 0);
  EXPECT_EQ(attention.ms(), 100 + Attention::kToleratedMs);
}

TEST(Attention, NoPromiseNoPause) {
  Attention attention(at(0));
  attention.promise(kNever);
  EXPECT_EQ(attention.advance(at(1'000'000)), 0);
  EXPECT_EQ(attention.ms(), 1'000'000);
}

TEST(Attention, NeverRunsBackwards) {
  Attention attention(at(1000));
  attention.advance(at(500));
  EXPECT_EQ(attention.ms(), 0);
  attention.advance(at(1100));
  EXPECT_EQ(attention.ms(), 100);
}

TEST(Attention, SaysWhenJudgementWillBePossible) {
  Attention attention(at(1000));
  EXPECT_EQ(attention.judgement_at(250), 1250);
  attention.promise(1000);
  attention.advance(at(1000 + 40'000));
  EXPECT_EQ(attention.judgement_at(250), 41'000 + Attention::kSettleMostMs);
  EXPECT_EQ(attention.judgement_at(5000), 41'000 + 5000);
}

TEST(Attention, ManyPausesAddUpToNothing) {
  Attention attention(at(0));
  std::int64_t now_ms = 0;
  for (int i = 0; i < 100; ++i) {
    attention.promise(now_ms + 10);
    now_ms += 5000;
    attention.advance(at(now_ms));
  }
  EXPECT_EQ(attention.ms(), 0);
}

}  // namespace
}  // namespace rollcall
