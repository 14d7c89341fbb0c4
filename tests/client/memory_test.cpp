// Picture of a broker with a store: restarts that go on with the story, and nodes that are known
// before they are heard.
#include "tests/client/picture_harness.hpp"

namespace rollcall {
namespace {

class MemoryTest : public PictureTest {
 protected:
  MemoryTest() { story_ = 5; }

  // Another broker on the same store, which holds the events up to `resumed_at`.
  void restart(std::uint64_t resumed_at) {
    ++broker_;
    resumed_at_ = resumed_at;
    std::erase_if(events_, [&](const auto& event) { return event.first > resumed_at; });
    ops_.clear();
  }
  // Until a ping tells of it and all is read.
  void pass() {
    for (int i = 0; i < 8; ++i) {
      step(1000);
      settle();
    }
  }
  std::string until(std::uint64_t at_ms) {
    Buffer out;
    Writer(out).pair("from", "active").pair("to", "maintenance").pair("by", "op");
    Writer(out).pair("reason", "new disks").pair("until", at_ms);
    return std::string(out.view());
  }
};

// [P67]: the same store, and nothing seen that it does not hold: nothing is compared or told again.
TEST_F(MemoryTest, StoryGoesOnOverARestart) {
  happens(2, "joined", "node-2");
  records_.push_back({.node = "node-2"});
  make_live();
  restart(2);
  happens(3, "late", "node-2", 9000);
  pass();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_TRUE(reconnected_);
  EXPECT_EQ(picture_.events_lost(), 0u);
  EXPECT_EQ(std::count(ops_.begin(), ops_.end(), "events"), 1) << "for event 3 alone";
  EXPECT_EQ(picture_.freshness(), Freshness::kLive);
}

// [P67]: what the old broker vouched for and the store does not hold is taken back.
TEST_F(MemoryTest, EventsThatWereNotStoredAreToldByTheNewBroker) {
  happens(2, "late", "node-1", 2000);
  records_[0].presence = "late";
  make_live();
  records_[0].presence = "present";
  ASSERT_EQ(told_, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(record("node-1").presence, Presence::kLate);
  restart(1);
  pass();
  EXPECT_EQ(record("node-1").presence, Presence::kPresent) << "said by the new broker's page";
  happens(2, "joined", "node-2", 8000);
  feed_event(2, "joined", "node-2", 8000);
  step();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2, 2}));
  EXPECT_TRUE(knows("node-2"));
}

// The feed comes back before a query is answered: what it told is the new broker's already.
TEST_F(MemoryTest, EventsOfTheNewBrokerThatCameEarlyAreNotToldTwice) {
  make_live();
  restart(1);
  happens(2, "late", "node-1", 8000);
  feed_event(2, "late", "node-1", 8000);
  records_[0].presence = "late";
  step();
  pass();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(record("node-1").presence, Presence::kLate);
}

TEST_F(MemoryTest, EventThatOnlyTheOldBrokerToldIsRecognised) {
  make_live();
  feed_event(2, "left", "node-1", 3000);  // published, never stored, and no answer vouches for it
  step();
  ASSERT_EQ(record("node-1").presence, Presence::kLeft);
  restart(1);
  happens(2, "state", "node-1", 8000);
  pass();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2, 2}));
  EXPECT_EQ(record("node-1").presence, Presence::kPresent);
}

// Known by number alone, from an answer: there is nothing to ask for, and nothing to wait for.
TEST_F(MemoryTest, NumberThatWasNeverSeenIsNotAskedForAgainAndAgain) {
  make_live();
  happens(2, "late", "node-1");
  step(5000);
  for (const Asked& asked : asked_) replies_.push_back(answer_to(asked));
  step();  // a ping knew of event 2; it is under way
  restart(1);
  asked_.clear();
  for (int i = 0; i < 100; ++i) {
    step(100);
    answer();
  }
  EXPECT_LT(ops_.size(), 25u);
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(picture_.freshness(), Freshness::kLive);
}

// [P67]: another store is another story, told from where its broker began.
TEST_F(MemoryTest, AnotherStoreBeginsAgain) {
  make_live();
  story_ = 6;
  restart(0);
  events_.clear();
  for (std::uint64_t seq = 50; seq <= 52; ++seq) happens(seq, "joined", "n", 9000 + seq);
  resumed_at_ = 50;
  records_ = {NodeState{.node = "n"}};
  pass();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 51, 52}));
  EXPECT_FALSE(knows("node-1"));
}

// [P69]: it is listed as late until its status comes, and no event tells of that.
TEST_F(MemoryTest, UnheardNodeIsPresentWithItsFirstStatus) {
  records_ = {NodeState{.seq = 4, .presence = "late", .heard = false}};
  make_live();
  EXPECT_FALSE(record("node-1").heard);
  EXPECT_EQ(record("node-1").presence, Presence::kLate);
  feed_status({.seq = 3});
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kLate) << "older than what the store knew";
  feed_status({.seq = 5});
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kPresent);
  EXPECT_TRUE(record("node-1").heard);
}

TEST_F(MemoryTest, FlappingUnheardNodeStaysLateHoweverItBeats) {
  records_ = {NodeState{.presence = "late", .heard = false, .flaps = true}};
  make_live();
  feed_status({.seq = 5});
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kLate);
  feed_event(2, "recovered", "node-1");
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kPresent);
}

TEST_F(MemoryTest, LateNodeThatWasHeardWaitsForItsEvent) {
  records_ = {NodeState{.presence = "late"}};
  make_live();
  feed_status({.seq = 5});
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kLate);
}

// A status that overtakes the page which does not know of it yet.
TEST_F(MemoryTest, StatusThatOvertakesAPageCountsAsHeard) {
  records_ = {NodeState{.seq = 4, .presence = "late", .heard = false}};
  step();
  feed_status({.seq = 5});
  answer();
  step();
  settle();
  EXPECT_EQ(record("node-1").presence, Presence::kPresent);
}

// And one that the broker before passed on: the new one has not heard it.
TEST_F(MemoryTest, StatusThatTheOldBrokerHeardDoesNot) {
  make_live();
  feed_status({.seq = 9});
  step();
  restart(1);
  records_ = {NodeState{.seq = 4, .presence = "late", .heard = false}};
  pass();
  EXPECT_EQ(record("node-1").presence, Presence::kLate);
  EXPECT_FALSE(record("node-1").heard);
}

// [P70]
TEST_F(MemoryTest, ForgottenNodeIsGone) {
  records_.push_back({.node = "node-2", .presence = "left"});
  make_live();
  feed_event(2, "forgotten", "node-2");
  feed_event(3, "note", "-");
  feed_event(4, "overdue", "node-9");
  step();
  EXPECT_FALSE(knows("node-2") || knows("-") || knows("node-9"));
  EXPECT_EQ(told_.back(), 4u);
}

// [P70]: a store that was restored or set aside has other nodes.
TEST_F(MemoryTest, StoreThatWasReplacedIsReadAnew) {
  make_live();
  records_ = {NodeState{.node = "node-7"}};
  feed_event(2, "store", "-");
  happens(2, "store", "-");
  settle();
  EXPECT_TRUE(knows("node-7"));
  EXPECT_FALSE(knows("node-1"));
}

// [P71]
TEST_F(MemoryTest, DutyTellsWhoWhyAndUntil) {
  records_ = {NodeState{.duty = "draining"}};
  make_live();
  ASSERT_TRUE(record("node-1").order.has_value());
  EXPECT_EQ(record("node-1").order->by, "op");
  EXPECT_FALSE(record("node-1").order->until_ms.has_value());
  feed_event(2, "duty", "node-1", 7000, until(90'000), 5);
  step();
  EXPECT_EQ(record("node-1").duty, Duty::kMaintenance);
  EXPECT_EQ(record("node-1").order->until_ms, 90'000);
  EXPECT_EQ(record("node-1").order->since_ms, 7000);
  feed_event(3, "duty", "node-1", 8000,
             "\xa2to\xa6"
             "active\xa2"
             "by\xa1-",
             2);
  step();
  EXPECT_EQ(record("node-1").duty, Duty::kActive);
  EXPECT_FALSE(record("node-1").order.has_value());
}

TEST_F(MemoryTest, WhatTheBrokerDidItselfKeepsTheOrder) {
  records_ = {NodeState{.duty = "draining"}};
  make_live();
  feed_event(2, "duty", "node-1", 8000,
             "\xa2to\xa7"
             "drained\xa2"
             "by\xa1-",
             2);
  step();
  EXPECT_EQ(record("node-1").duty, Duty::kDrained);
  EXPECT_EQ(record("node-1").order->by, "op");
}

// [P71]: duty outlives an eviction, so it may be there when the node comes back.
TEST_F(MemoryTest, NodeThatJoinsAgainBringsItsDuty) {
  make_live();
  feed_event(2, "joined", "node-5", 8000,
             "\xa4"
             "duty\xabmaintenance",
             1);
  step();
  EXPECT_EQ(record("node-5").duty, Duty::kMaintenance);
}

TEST_F(MemoryTest, LeftNodeSaysWhenItIsBack) {
  make_live();
  feed_event(2, "left", "node-1", 8000,
             "\xa7"
             "back_in\xcd\x0b\xb8",
             1);
  step();
  EXPECT_EQ(record("node-1").back_by_ms, 11'000);
  feed_event(3, "recovered", "node-1");
  step();
  EXPECT_FALSE(record("node-1").back_by_ms.has_value());
}

}  // namespace
}  // namespace rollcall
