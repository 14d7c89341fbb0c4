// A broker beside its store: what waits for it, and what does not.
#include "tests/broker/remembering.hpp"

namespace rollcall {
namespace {

class BesideItsStore : public Remembering {
 protected:
  BesideItsStore() { works_ = false; }

  void joins(const std::string& node) {
    harness_.status(node, a_status());
    step(1);
  }
  std::uint64_t newest() { return harness_.broker().events().newest(); }
};

TEST_F(BesideItsStore, AnEventMayGoOutOnceItIsStored) {  // [P67]
  joins("n-1");
  ASSERT_EQ(newest(), 1u);
  EXPECT_EQ(harness_.outbox().told, 0u);
  EXPECT_TRUE(ask({{"op", "events"}})["result"]["events"].empty());
  EXPECT_EQ(ask({{"op", "ping"}})["as_of"]["event_seq"], 0);
  report_.stored = 1;
  step(1);
  EXPECT_EQ(harness_.outbox().told, 1u);
  EXPECT_EQ(ask({{"op", "events"}})["result"]["events"].size(), 1u);
}

TEST_F(BesideItsStore, AnEventAndItsFactAreHandedOverTogether) {
  joins("n-1");
  ASSERT_EQ(batches_.size(), 1u);
  ASSERT_EQ(batches_[0].events.size(), 1u);
  ASSERT_FALSE(batches_[0].facts.empty());
  EXPECT_EQ(batches_[0].facts[0].node.id, "n-1");
  EXPECT_EQ(batches_[0].facts[0].node.presence, Presence::kPresent);
}

TEST_F(BesideItsStore, ANodeIsSampledOnceInAnIntervalHoweverOftenItSpeaks) {
  std::size_t samples = 0;
  for (std::uint64_t seq = 1; seq <= 1000; ++seq) {
    harness_.status("n-1", a_status(1, seq));  // each 100 ms, of an interval of 10 s
    step(100);
  }
  for (const StoreBatch& batch : batches_) samples += batch.samples.size();
  EXPECT_GE(samples, 10u);
  EXPECT_LE(samples, 12u);
}

TEST_F(BesideItsStore, InMemoryNothingWaits) {
  report_.is_durable = false;
  joins("n-1");
  EXPECT_EQ(harness_.outbox().told, 1u);
}

TEST_F(BesideItsStore, OneThatTakesNothingIsSaidAndWaitedForNoMore) {  // [P68]
  joins("n-1");
  report_.is_persisting = false;
  report_.why = "the disk is full";
  step(1);
  EXPECT_EQ(guard("raised")["why"], "the disk is full");
  EXPECT_EQ(harness_.outbox().told, newest()) << "unstored, but told";
  const nlohmann::json reply = ask({{"op", "ping"}});
  EXPECT_NE(reply["as_of"]["holding"].dump().find("not_persisting"), std::string::npos);
  joins("n-2");
  EXPECT_EQ(harness_.outbox().told, newest());
  EXPECT_TRUE(guard("ended").is_null());

  report_.is_persisting = true;
  report_.why.clear();
  report_.stored = newest() - 1;
  step(1);
  EXPECT_TRUE(guard("ended").is_null()) << "not before it has everything";
  report_.stored = newest();
  step(1);
  EXPECT_EQ(guard("ended")["lost"], 0);
  EXPECT_EQ(harness_.outbox().told, newest() - 1) << "from now on events wait again";
}

TEST_F(BesideItsStore, OneThatStandsStillForThreeSecondsTakesNothing) {  // [P68]
  joins("n-1");
  run_for(2900);
  EXPECT_TRUE(guard("raised").is_null());
  EXPECT_EQ(harness_.outbox().told, 0u);
  run_for(300);
  ASSERT_FALSE(guard("raised").is_null());
  EXPECT_NE(guard("raised")["why"], "");
  EXPECT_EQ(harness_.outbox().told, newest());
  report_.stored = newest();
  step(1);
  EXPECT_EQ(guard("ended")["lost"], 0);
}

TEST_F(BesideItsStore, WithoutEventsNoDiskStandsStill) {
  works_ = true;
  joins("n-1");
  run_for(60'000);
  EXPECT_TRUE(guard("raised").is_null());
  works_ = false;
  joins("n-2");
  run_for(2900);
  EXPECT_TRUE(guard("raised").is_null()) << "it has only just been asked";
}

// Neither turns without an end, nor a word of pauses that were none.
TEST_F(BesideItsStore, WhileItTakesNothingTimePassesAsEver) {  // [P68]
  joins("n-1");
  report_.is_persisting = false;
  step(1);
  const std::size_t turns = harness_.turns;
  run_for(60'000);
  EXPECT_LT(harness_.turns - turns, 2000u);
  for (const auto& event : harness_.published("event.guard")) {
    EXPECT_NE(event["guard"], "own_pause") << event.dump();
  }
}

TEST_F(BesideItsStore, WhileItIsSlowTimePassesAsEver) {
  for (std::size_t i = 0; i < 3 * limits::kFactsPerBatch; ++i) {
    harness_.status("n-" + std::to_string(i), a_status());
  }
  step(1);
  const std::size_t turns = harness_.turns;
  run_for(2500);
  EXPECT_LT(harness_.turns - turns, 500u);
  report_.has_room = false;
  run_for(60'000);
  EXPECT_LT(harness_.turns - turns, 4000u);
  for (const auto& event : harness_.published("event.guard")) {
    EXPECT_NE(event["guard"], "own_pause") << event.dump();
  }
}

TEST_F(BesideItsStore, ItStandsStillAlsoWhereNoNodeIsKnown) {  // [P68]
  request({{"op", "note"}, {"node", "-"}, {"text", "x"}});
  step(1);
  ASSERT_EQ(newest(), 1u);
  run_for(3100);
  EXPECT_FALSE(guard("raised").is_null());
  EXPECT_EQ(harness_.replies.size(), 1u);
}

// A store that works is behind by what it was handed last, always.
TEST_F(BesideItsStore, ItCatchesUpAlsoWhileMoreAndMoreHappens) {  // [P68]
  joins("n-0");
  report_.is_persisting = false;
  step(1);
  report_.is_persisting = true;
  for (int i = 1; i <= 20 && guard("ended").is_null(); ++i) {
    const std::uint64_t before = newest();
    joins("n-" + std::to_string(i));
    report_.stored = before;
  }
  EXPECT_FALSE(guard("ended").is_null());
  EXPECT_LT(harness_.outbox().told, newest());
}

TEST_F(BesideItsStore, WhatIsPushedOutOfMemoryMeanwhileIsCountedAsLost) {  // [P68]
  report_.is_persisting = false;
  report_.has_room = false;
  step(1);
  const std::size_t many = limits::kEventsKept + 500;
  for (std::size_t i = 0; i < many; ++i) {
    harness_.status("n-" + std::to_string(i), a_status());
    if (i % 100 == 99) step(1);
  }
  report_.is_persisting = report_.has_room = works_ = true;
  run_for(1000);
  const nlohmann::json ended = guard("ended");
  ASSERT_FALSE(ended.is_null());
  const std::uint64_t told = ended["seq"];
  EXPECT_EQ(ended["lost"], told - 1 - limits::kEventsKept) << ended.dump();
  ASSERT_FALSE(handed_.empty());
  for (std::size_t i = 1; i < handed_.size(); ++i) ASSERT_EQ(handed_[i], handed_[i - 1] + 1);
}

TEST_F(BesideItsStore, OneThatBeganAnewIsToldOfEverybody) {
  for (int i = 0; i < 5; ++i) joins("n-" + std::to_string(i));
  works_ = true;
  store_all();
  step(1);
  batches_.clear();
  ++report_.reopened;
  step(1);
  ASSERT_FALSE(batches_.empty());
  EXPECT_EQ(batches_[0].facts.size(), 5u);
}

TEST_F(BesideItsStore, AnOrderIsAnsweredWhenItIsStored) {  // [P72]
  joins("n-1");
  report_.stored = 1;
  step(1);
  request({{"op", "maintain"}, {"node", "n-1"}, {"for", 60'000}});
  for (int i = 0; i < 5; ++i) step(10);
  EXPECT_TRUE(harness_.replies.empty());
  ASSERT_EQ(newest(), 2u);
  report_.stored = 2;
  step(1);
  ASSERT_EQ(harness_.replies.size(), 1u);
  const nlohmann::json reply = parsed(harness_.replies[0].body.view());
  EXPECT_EQ(reply["result"]["seq"], 2);
  EXPECT_EQ(reply["result"]["changed"], 1);
}

TEST_F(BesideItsStore, AnOrderThatTheStoreDoesNotTakeIsNotConfirmed) {  // [P68]
  joins("n-1");
  report_.stored = 1;
  step(1);
  request({{"op", "maintain"}, {"node", "n-1"}, {"for", 60'000}});
  step(1);
  report_.is_persisting = false;
  step(1);
  ASSERT_EQ(harness_.replies.size(), 1u);
  EXPECT_EQ(parsed(harness_.replies[0].body.view())["error"]["code"], "unavailable");
  EXPECT_EQ(ask({{"op", "drain"}, {"node", "n-1"}})["error"]["code"], "unavailable");
  EXPECT_EQ(ask({{"op", "note"}, {"node", "-"}, {"text", "x"}})["error"]["code"], "unavailable");
}

TEST_F(BesideItsStore, AStoreThatWasSetAsideIsSaid) {  // [P70]
  works_ = true;
  report_.set_aside = 1;
  report_.set_aside_name = "store.db.damaged-20260101-000000";
  report_.why = "its pages contradict each other";
  step(1);
  step(1);
  const auto events = harness_.published("event.store");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["phase"], "set_aside");
  EXPECT_EQ(events[0]["file"], report_.set_aside_name);
  EXPECT_EQ(events[0]["node"], "-");
}

TEST_F(BesideItsStore, AQuestionIsAnsweredByIt) {
  request({{"op", "store"}});
  step(1);
  ASSERT_EQ(batches_.size(), 1u);
  ASSERT_EQ(batches_[0].asks.size(), 1u);
  EXPECT_TRUE(harness_.replies.empty());
  report_.answers.push_back({batches_[0].asks[0].ticket, std::nullopt, std::string("\x80", 1)});
  step(1);
  report_.answers.push_back({4711, std::nullopt, std::string("\x80", 1)});  // nobody asked that
  step(1);
  ASSERT_EQ(harness_.replies.size(), 1u);
  EXPECT_EQ(parsed(harness_.replies[0].body.view())["ok"], true);
}

TEST_F(BesideItsStore, QuestionsBeyondTheLimitAreNotKept) {
  for (std::size_t i = 0; i < limits::kAsksWaiting + 3; ++i) {
    request({{"op", "store"}});
    step(1);
  }
  ASSERT_EQ(harness_.replies.size(), 1u);
  EXPECT_EQ(parsed(harness_.replies[0].body.view())["error"]["code"], "unavailable");
}

}  // namespace
}  // namespace rollcall
