#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "broker/feed/hold.hpp"

namespace rollcall {
namespace {

class FeedHoldTest : public ::testing::Test {
 protected:
  FeedHold<std::string> hold_;
  std::vector<std::string> sent_;
  std::uint64_t told_ = 0;

  // As the sockets do: kept where it must wait, else sent.
  void publish(std::uint64_t event_seq, std::string message, std::int64_t steady_ms = 0) {
    if (hold_.must_wait(event_seq, told_))
      return hold_.keep(event_seq, std::move(message), steady_ms);
    sent_.push_back(std::move(message));
  }
  void release(std::uint64_t told, std::int64_t steady_ms = 0) {
    told_ = told;
    hold_.release(told, steady_ms, [&](std::string& message) { sent_.push_back(message); });
  }
};

using Messages = std::vector<std::string>;

TEST_F(FeedHoldTest, WithoutEventsThatWaitNothingWaits) {
  publish(0, "status");
  told_ = 1;
  publish(1, "event 1");
  EXPECT_EQ(sent_, (Messages{"status", "event 1"}));
  EXPECT_EQ(hold_.due_ms(), kNever);
}

TEST_F(FeedHoldTest, WhatFollowsAnEventGoesAfterIt) {  // [P40] [P67]
  publish(1, "event 1");
  publish(0, "status 1");
  publish(2, "event 2");
  publish(0, "status 2");
  EXPECT_EQ(sent_, Messages{});
  release(1);
  EXPECT_EQ(sent_, (Messages{"event 1", "status 1"}));
  publish(0, "status 3");
  EXPECT_EQ(hold_.size(), 3u);
  release(2);
  EXPECT_EQ(sent_, (Messages{"event 1", "status 1", "event 2", "status 2", "status 3"}));
  EXPECT_EQ(hold_.size(), 0u);
  EXPECT_EQ(hold_.bytes(), 0u);
}

TEST_F(FeedHoldTest, AfterATenthOfASecondAnnouncementsGoAlone) {  // [P67]
  publish(1, "event 1", 1000);
  publish(0, "status 1", 1000);
  EXPECT_EQ(hold_.due_ms(), 1100);
  release(0, 1099);
  EXPECT_EQ(sent_, Messages{});
  release(0, 1100);
  EXPECT_EQ(sent_, Messages{"status 1"});
  EXPECT_TRUE(hold_.overtakes());
  publish(0, "status 2", 1101);
  EXPECT_EQ(sent_, (Messages{"status 1", "status 2"}));
  publish(2, "event 2", 1102);
  release(2, 1103);
  EXPECT_EQ(sent_, (Messages{"status 1", "status 2", "event 1", "event 2"}));
  EXPECT_FALSE(hold_.overtakes());
}

TEST_F(FeedHoldTest, OrderIsBackOnceTheStoreIs) {
  publish(1, "event 1", 1000);
  release(0, 1200);
  publish(2, "event 2", 1250);
  release(1, 1260);
  EXPECT_EQ(sent_, Messages{"event 1"});
  EXPECT_FALSE(hold_.overtakes());
  publish(0, "status", 1270);
  EXPECT_EQ(sent_, Messages{"event 1"});
  release(2, 1280);
  EXPECT_EQ(sent_, (Messages{"event 1", "event 2", "status"}));
}

TEST_F(FeedHoldTest, NoMoreWaitsThanMemoryAllows) {
  publish(1, "event 1");
  for (std::size_t i = 0; i < limits::kHeldMessages; ++i) publish(0, "s");
  release(0, 1);
  EXPECT_EQ(sent_.size(), limits::kHeldMessages);
  EXPECT_EQ(hold_.size(), 1u);
  EXPECT_EQ(hold_.bytes(), 7u);
}

TEST_F(FeedHoldTest, NorMoreBytes) {
  publish(1, "event 1");
  publish(0, std::string(limits::kHeldBytes, 'x'));
  release(0, 1);
  EXPECT_EQ(sent_.size(), 1u);
  EXPECT_EQ(hold_.bytes(), 7u);
}

TEST_F(FeedHoldTest, NoEventIsEverLostOrTurnedRound) {
  std::uint64_t seq = 0;
  std::uint64_t told = 0;
  std::int64_t now_ms = 0;
  for (int i = 0; i < 10'000; ++i) {
    now_ms += i % 7;
    ++seq;
    publish(seq, "e" + std::to_string(seq), now_ms);
    if (i % 3 == 0) publish(0, "s", now_ms);
    if (i % 50 == 49) told = seq - static_cast<std::uint64_t>(i % 5);
    if (i % 4 == 0) release(told, now_ms);
  }
  release(seq, now_ms);
  std::uint64_t expected = 0;
  for (const std::string& it : sent_) {
    if (it[0] != 'e') continue;
    ASSERT_EQ(it, "e" + std::to_string(++expected));
  }
  EXPECT_EQ(expected, seq);
}

}  // namespace
}  // namespace rollcall
