// Picture by moving time: a scripted broker answers, loses, repeats and restarts.
#include "tests/client/picture_harness.hpp"

namespace rollcall {
namespace {

TEST_F(PictureTest, StartsByPagingAndTellsHistoryInOrder) {
  EXPECT_EQ(picture_.freshness(), Freshness::kConnecting);
  make_live();
  EXPECT_TRUE(knows("node-1"));
  EXPECT_EQ(told_, std::vector<std::uint64_t>{1});
  EXPECT_EQ(picture_.as_of().broker, 99u);
}

TEST_F(PictureTest, PagesUntilTheEnd) {
  step();
  for (const Asked& asked : asked_) {
    const std::string page =
        testing_wire::nodes_result({testing_wire::record_of(NodeState{})}, "page-2");
    replies_.push_back(asked.op == "nodes" ? testing_wire::reply(asked.id, {99, 1, false}, page)
                                           : answer_to(asked));
  }
  records_ = {NodeState{.node = "node-2"}};
  step();
  ASSERT_FALSE(asked_.empty());
  EXPECT_EQ(asked_[0].op, "nodes");
  EXPECT_EQ(asked_[0].after_text, "page-2");
  EXPECT_EQ(picture_.freshness(), Freshness::kSyncing);
  answer();
  settle();
  EXPECT_TRUE(knows("node-1") && knows("node-2"));
}

TEST_F(PictureTest, NewerSeqWinsWhicheverWayItCame) {
  make_live();
  feed_status({.seq = 5, .used = 60});
  step();
  EXPECT_EQ(record("node-1").status.storage.used, 60ull << 30);
  feed_status({.seq = 4, .used = 40});
  step();
  EXPECT_EQ(record("node-1").status.storage.used, 60ull << 30) << "an older one came late";
}

TEST_F(PictureTest, StatusThatOvertakesThePageIsKept) {
  step();
  feed_status({.seq = 9, .used = 90});
  answer();  // the page knows seq 1
  step();
  EXPECT_EQ(record("node-1").status.storage.used, 90ull << 30);
}

TEST_F(PictureTest, AnotherSessionWinsByItsLaterTime) {
  make_live();
  feed_status({.session = 8, .seq = 1, .at_ms = 2000, .used = 11});
  feed_status({.session = 7, .seq = 2, .at_ms = 1500, .used = 22});
  step();
  EXPECT_EQ(record("node-1").status.header.session, 8u);
}

TEST_F(PictureTest, EventsChangePresence) {
  make_live();
  feed_event(2, "late", "node-1");
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kLate);
  feed_event(3, "recovered", "node-1");
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kPresent);
  feed_event(4, "left", "node-1");
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kLeft);
  feed_event(5, "evicted", "node-1");
  step();
  EXPECT_FALSE(knows("node-1"));
}

TEST_F(PictureTest, EventOlderThanThePageDoesNotUndoIt) {
  happens(2, "late", "node-1");
  happens(3, "recovered", "node-1");
  make_live();
  feed_event(2, "late", "node-1");  // was under way when the page was made
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kPresent);
}

TEST_F(PictureTest, EvictedNodeDoesNotComeBackWithAnOlderPage) {
  step();
  const std::vector<Asked> first = asked_;
  for (const Asked& asked : first) {
    if (asked.op != "nodes") replies_.push_back(answer_to(asked));
  }
  step();
  feed_event(2, "evicted", "node-1");
  step();
  for (const Asked& asked : first) {
    if (asked.op == "nodes") replies_.push_back(answer_to(asked));  // as of event 1
  }
  step();
  EXPECT_FALSE(knows("node-1"));
}

TEST_F(PictureTest, GapIsFilledAndToldInOrderOnce) {
  make_live();
  happens(2, "late", "node-1");
  happens(3, "recovered", "node-1");
  happens(4, "left", "node-1");
  feed_event(4, "left", "node-1");
  step();
  EXPECT_EQ(told_, std::vector<std::uint64_t>{1}) << "4 waits for 2 and 3";
  ASSERT_FALSE(asked_.empty());
  EXPECT_EQ(asked_[0].op, "events");
  EXPECT_EQ(asked_[0].after, 1u);
  answer();
  feed_event(3, "recovered", "node-1");  // and one of them comes late after all
  step();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(record("node-1").presence, Presence::kLeft);
}

// Found by the simulation: what was filled in looked older than what the later event said nothing
// of.
TEST_F(PictureTest, AnEventThatSaysNothingOfPresenceHidesNoneThatDoes) {
  make_live();
  feed_event(2, "late", "node-1");
  step();
  happens(3, "recovered", "node-1");
  happens(4, "refused", "node-1");
  feed_event(4, "refused", "node-1");
  step();
  answer();
  step();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(record("node-1").presence, Presence::kPresent);
}

TEST_F(PictureTest, LossAtTheEndIsNoticedByThePing) {
  make_live();
  happens(2, "left", "node-1");  // and the feed lost it
  for (int i = 0; i < 12; ++i) {
    step(1000);
    answer();
  }
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(record("node-1").presence, Presence::kLeft);
}

TEST_F(PictureTest, EventsThatAreGoneAreCountedAndThePictureReadAnew) {
  make_live();
  events_.clear();
  happens(10, "state", "node-1");
  records_.push_back({.node = "node-2"});
  feed_event(10, "state", "node-1");
  settle();
  EXPECT_EQ(picture_.events_lost(), 8u);
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 10}));
  EXPECT_TRUE(knows("node-2"));
}

TEST_F(PictureTest, DuplicateEventsAreToldOnce) {
  make_live();
  feed_event(2, "late", "node-1");
  feed_event(2, "late", "node-1");
  step();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(PictureTest, NewBrokerSessionReplacesEverything) {
  make_live();
  broker_ = 100;
  records_ = {NodeState{.node = "node-9"}};
  events_.clear();
  happens(1, "joined", "node-9", 5000);
  feed_event(1, "joined", "node-9", 5000);  // a number that was there already
  step(1000);
  settle();
  step(1000);
  settle();
  EXPECT_FALSE(knows("node-1"));
  EXPECT_TRUE(knows("node-9"));
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_EQ(picture_.freshness(), Freshness::kLive);
}

// The new broker counts its events from 1 while the nodes are known up to event 40.
TEST_F(PictureTest, NewBrokerThatCountsFromOneIsBelieved) {
  events_.clear();
  happens(40, "joined", "node-1");
  make_live();
  broker_ = 100;
  events_.clear();
  happens(1, "joined", "node-1", 5000);
  records_ = {NodeState{.presence = "late", .silent_for_ms = 31'000}};
  for (int i = 0; i < 8; ++i) {  // until a ping tells of it
    step(1000);
    settle();
  }
  ASSERT_EQ(picture_.as_of().broker, 100u);
  EXPECT_EQ(record("node-1").presence, Presence::kLate) << "said by the new broker's page";
  happens(2, "left", "node-1", 6000);
  feed_event(2, "left", "node-1", 6000);
  step();
  EXPECT_EQ(record("node-1").presence, Presence::kLeft) << "said by the new broker's event";
  EXPECT_EQ(told_.back(), 2u);
}

// Its first events bear the numbers that the old one would have given next: no gap shows.
TEST_F(PictureTest, NewBrokerWhoseNumbersHappenToGoOnIsNoticed) {
  happens(2, "joined", "node-2");
  make_live();
  ASSERT_EQ(told_, (std::vector<std::uint64_t>{1, 2}));
  broker_ = 100;
  events_.clear();
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    happens(seq, "joined", "new-" + std::to_string(seq), 9000 + seq);
  }
  feed_event(3, "joined", "new-3", 9003);
  step(6000);  // and a ping is due
  told_.clear();
  settle();
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2, 3}));
}

// The feed of the old broker is slow: its last words come after the new one answered.
TEST_F(PictureTest, NewBrokerIsHeardOverANewConnection) {
  make_live();
  broker_ = 100;
  events_.clear();
  happens(1, "joined", "node-9", 5000);
  step(6000);
  answer();
  step();
  EXPECT_TRUE(reconnected_);
  settle();
  EXPECT_EQ(told_.back(), 1u);
}

TEST_F(PictureTest, StoreThatGoesOnUnderANewSessionIsNotToldTwice) {
  make_live();
  broker_ = 100;
  happens(2, "restarted", "node-1");
  for (int i = 0; i < 12; ++i) {
    step(1000);
    answer();
  }
  EXPECT_EQ(told_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(PictureTest, UnansweredAndSilentIsGoneAndRecoversByItself) {
  make_live();
  step(5000);
  ASSERT_FALSE(asked_.empty());
  timed_out_.push_back(asked_[0].id);
  step(3000);
  EXPECT_EQ(picture_.freshness(), Freshness::kGone);
  EXPECT_TRUE(knows("node-1")) << "the old picture stays visible";
  step(60'000);
  EXPECT_EQ(picture_.freshness(), Freshness::kGone);
  records_ = {NodeState{.node = "node-3"}};
  settle();
  feed_.emplace_back("summary", testing_wire::summary_result(1));
  settle();
  EXPECT_EQ(picture_.freshness(), Freshness::kLive);
  EXPECT_TRUE(knows("node-3"));
  EXPECT_FALSE(knows("node-1"));
}

TEST_F(PictureTest, SilentFeedIsStaleThoughQueriesAreAnswered) {
  make_live();
  for (int i = 0; i < 24; ++i) {
    step(1000);
    answer();
  }
  EXPECT_EQ(picture_.freshness(), Freshness::kLive);
  step(1000);
  EXPECT_EQ(picture_.freshness(), Freshness::kStale);
  feed_status({.seq = 2});
  settle();
  EXPECT_EQ(picture_.freshness(), Freshness::kLive);
}

TEST_F(PictureTest, NeverAnsweredIsGoneAfterTheFirstTimeout) {
  step();
  timed_out_.push_back(asked_[0].id);
  step(3000);
  EXPECT_EQ(picture_.freshness(), Freshness::kGone);
  EXPECT_EQ(picture_.last_word_ms(), 0);
}

TEST_F(PictureTest, ErrorRepliesAreAskedAgainNotForEver) {
  step();
  for (int i = 0; i < 100; ++i) {
    for (const Asked& asked : asked_) {
      replies_.push_back(testing_wire::error_reply(asked.id, "unavailable", "busy"));
    }
    step(100);
  }
  EXPECT_LT(ops_.size(), 60u) << "asks about once a second, not each time";
  EXPECT_NE(picture_.freshness(), Freshness::kLive);
  settle();
  step(2000);
  settle();
  EXPECT_TRUE(knows("node-1"));
}

TEST_F(PictureTest, SilenceThatNoClockCanHoldIsRefused) {
  records_ = {NodeState{.silent_for_ms = INT64_MAX}, NodeState{.node = "node-2"}};
  settle();
  EXPECT_TRUE(knows("node-2"));
  EXPECT_FALSE(knows("node-1"));
  EXPECT_EQ(picture_.unreadable(), 1u);
}

TEST_F(PictureTest, GarbageIsCountedAndHarmless) {
  make_live();
  feed_.emplace_back("status.node-1", "\xc1garbage");
  feed_.emplace_back("status.", "");
  feed_.emplace_back("event.late.node-1", "\x81");
  feed_.emplace_back("event.late.other", testing_wire::event_body(2, "late", "node-1"));
  feed_.emplace_back("summary", "\xdf\xff\xff\xff\xff");
  replies_.push_back("\xdd\xff\xff\xff\xff");
  replies_.push_back("");
  step();
  EXPECT_EQ(picture_.unreadable(), 7u);
  EXPECT_EQ(record("node-1").presence, Presence::kPresent);
}

}  // namespace
}  // namespace rollcall
