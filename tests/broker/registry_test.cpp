// The registry's rules, through Broker::step: what is announced, what is told, what is listed.
#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

using Topics = std::vector<std::string>;

TEST(Registry, ANodeJoinsWithItsFirstStatusAndTheEventComesFirst) {
  BrokerHarness it;
  it.status("a", a_status());
  it.step();
  EXPECT_EQ(it.topics(), (Topics{"event.joined.a", "status.a"}));
  EXPECT_EQ(it.published("event.")[0]["seq"], 1);
  EXPECT_EQ(it.published("event.")[0]["peer"], "10.0.0.1");
}

TEST(Registry, WhatIsNotAStatusDoesNotJoin) {
  BrokerHarness it;
  it.leave("a", 1, 1);
  Blocks blocks;
  blocks.header.session = blocks.header.seq = 1;
  it.blocks("b", blocks);
  it.step();
  EXPECT_EQ(it.broker().intake().refused(Refusal::kUnknownNode), 2u);
  EXPECT_EQ(it.result({{"op", "summary"}})["nodes"]["total"], 0);
}

TEST(Registry, ForwardsByteForByte) {
  BrokerHarness it;
  std::string body = encoded(a_status());
  body[0] = static_cast<char>(static_cast<unsigned char>(body[0]) + 1);  // one pair more
  body += std::string(
      "\xa5"
      "extra"
      "\xcd\x00\x07",
      9);  // unknown; wider than it need be
  it.arrive("status.a", body);
  it.step();
  ASSERT_EQ(it.feed.size(), 2u);
  EXPECT_EQ(it.feed[1].body, body);
}

TEST(Registry, LateAfterThreeIntervalsEvictedAfterTheEvictionTime) {
  BrokerHarness it;
  it.status("a", a_status());
  it.step();
  it.run_for(30'000);
  EXPECT_TRUE(it.published("event.late").empty());
  it.run_for(300);
  ASSERT_EQ(it.published("event.late").size(), 1u);
  EXPECT_GT(it.published("event.late")[0]["silent_for"], 30'000);
  it.run_for(89'700);
  EXPECT_TRUE(it.published("event.evicted").empty());
  it.run_for(300);
  ASSERT_EQ(it.published("event.evicted").size(), 1u);
  const std::int64_t silent_for_ms = it.published("event.evicted")[0]["silent_for"];
  EXPECT_GT(silent_for_ms, 120'000);
  EXPECT_LT(silent_for_ms, 120'300);
  EXPECT_EQ(it.ask({{"op", "node"}, {"node", "a"}})["error"]["code"], "not_found");
}

TEST(Registry, ASlowNodeIsEvictedAfterFourOfItsIntervals) {
  BrokerHarness it;
  Status slow = a_status();
  slow.interval_ms = 60'000;
  it.status("slow", slow);
  it.step();
  it.run_for(239'990);
  EXPECT_TRUE(it.published("event.evicted").empty());
  it.run_for(300);
  EXPECT_EQ(it.published("event.evicted").size(), 1u);
}

TEST(Registry, AShorterIntervalShortensTheDeadline) {
  BrokerHarness it;
  Status status = a_status();
  status.interval_ms = 3'600'000;
  it.status("a", status);
  it.step();
  status.interval_ms = 1000;
  status.header.seq = 2;
  it.status("a", status);
  it.step(10);
  it.run_for(3300);
  EXPECT_EQ(it.published("event.late").size(), 1u);
}

TEST(Registry, ALateNodeThatSpeaksHasRecovered) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.step();
  it.run_for(50'000);
  it.status("a", a_status(1, 2));
  it.step();
  const auto events = it.published("event.");
  EXPECT_EQ(events.back()["kind"], "recovered");
  EXPECT_EQ(events.back()["silent_for"], 50'000);
  EXPECT_EQ(it.result({{"op", "summary"}})["nodes"]["present"], 1);
  it.run_for(30'300);  // and it can be late again
  EXPECT_EQ(it.published("event.late").size(), 2u);
}

TEST(Registry, ALeftNodeStaysListedUntilTheEvictionTimeHasPassed) {
  BrokerHarness it;
  it.status("a", a_status());
  it.step();
  it.run_for(1000);
  it.leave("a", 1, 2, "upgrade");
  it.step();
  EXPECT_EQ(it.published("event.left")[0]["reason"], "upgrade");
  it.run_for(119'900);
  EXPECT_EQ(it.result({{"op", "node"}, {"node", "a"}})["node"]["presence"], "left");
  EXPECT_TRUE(it.published("event.late").empty());
  it.run_for(400);
  EXPECT_EQ(it.ask({{"op", "node"}, {"node", "a"}})["ok"], false);
}

TEST(Registry, ALateNodeMaySayGoodbyeWithoutHavingRecovered) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.step();
  it.run_for(40'000);
  it.leave("a", 1, 2);
  it.step();
  EXPECT_TRUE(it.published("event.recovered").empty());
  EXPECT_EQ(it.published("event.left").size(), 1u);
}

TEST(Registry, OnlyAStatusBringsANodeBackThatLeft) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.leave("a", 1, 2);
  it.leave("a", 1, 3);
  Blocks blocks;
  blocks.header.session = 1;
  blocks.header.seq = 4;
  it.blocks("a", blocks);
  it.step();
  EXPECT_EQ(it.broker().intake().accepted(), 4u);
  EXPECT_EQ(it.published("event.").size(), 2u);  // joined, left
  EXPECT_EQ(it.result({{"op", "node"}, {"node", "a"}})["node"]["presence"], "left");
  it.status("a", a_status(1, 5));
  it.step();
  EXPECT_EQ(it.published("event.recovered").size(), 1u);
  EXPECT_EQ(it.result({{"op", "node"}, {"node", "a"}})["node"]["presence"], "present");
}

TEST(Registry, NumbersAreAnsweredAsAnnounced) {
  BrokerHarness it;
  Status status = a_status();
  status.cpu_percent = 28.95;
  it.status("a", status);
  it.step();
  EXPECT_EQ(it.result({{"op", "node"}, {"node", "a"}})["node"]["cpu"], 28.95);
  EXPECT_EQ(it.result({{"op", "summary"}})["cpu"], 28.95);
}

TEST(Registry, ANodeThatLeftCountsNotInTheTotals) {
  BrokerHarness it;
  it.status("a", a_status());
  it.leave("a", 1, 2);
  it.step();
  const auto summary = it.result({{"op", "summary"}});
  EXPECT_EQ(summary["nodes"]["left"], 1);
  EXPECT_EQ(summary["nodes"]["total"], 1);
  EXPECT_EQ(summary["storage"]["total"], 0);
}

TEST(Registry, ANewSessionReplacesTheOld) {
  BrokerHarness it;
  it.status("a", a_status(1, 500));
  it.status("a", a_status(2, 1));
  it.step();
  EXPECT_EQ(it.topics(), (Topics{"event.joined.a", "status.a", "event.restarted.a", "status.a"}));
  EXPECT_EQ(it.published("event.restarted")[0]["previous"], 1);
  EXPECT_EQ(it.result({{"op", "summary"}})["missed"], 0);
}

TEST(Registry, AReplacedSessionThatSpeaksIsAConflictOncePerEvictionTime) {
  BrokerHarness it;
  it.status("a", a_status(1, 1), "10.0.0.1");
  it.status("a", a_status(2, 1), "10.0.0.2");
  it.step();
  std::uint64_t seq = 1;
  for (int round = 0; round < 24; ++round) {  // four minutes
    ++seq;
    it.status("a", a_status(1, seq), "10.0.0.1");
    it.status("a", a_status(2, seq), "10.0.0.2");
    it.step();
    it.run_for(10'000);
  }
  const auto conflicts = it.published("event.conflict");
  EXPECT_EQ(conflicts.size(), 2u);
  EXPECT_EQ(conflicts[0]["addresses"], (nlohmann::json{"10.0.0.2", "10.0.0.1"}));
  EXPECT_EQ(it.broker().intake().refused(Refusal::kReplacedSession), 24u);
  EXPECT_EQ(it.published("event.restarted").size(), 1u);
}

// A restarted agent has a new connection: after a pause of ours its words may be read before those
// that wait on the old one.
TEST(Registry, WhatAReplacedSessionSaidDuringOurPauseIsNoConflict) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.step();
  it.run_for(1000);
  it.pause(20'000);
  it.status("a", a_status(2, 1));
  it.status("a", a_status(1, 2));
  it.step();
  EXPECT_EQ(it.broker().intake().refused(Refusal::kReplacedSession), 1u);
  EXPECT_TRUE(it.published("event.conflict").empty());
  it.run_for(5000);
  it.status("a", a_status(1, 3));
  it.step();
  EXPECT_EQ(it.published("event.conflict").size(), 1u);
}

// A turn that comes a little late is no pause in which an agent could have been restarted.
TEST(Registry, AConflictIsToldOnAMachineThatStumbles) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.status("a", a_status(2, 1));
  it.step();
  it.pause(300);
  it.step();
  it.status("a", a_status(1, 2));
  it.step();
  EXPECT_EQ(it.published("event.conflict").size(), 1u);
}

TEST(Registry, ARefusalForItsFramesNamesTheNode) {
  BrokerHarness it;
  it.arrive("status.a", encoded(a_status(1, 1)), "10.0.0.1", 3);
  it.arrive("neither.a", "", "10.0.0.1", 1);
  it.step();
  EXPECT_EQ(it.broker().intake().refused(Refusal::kFrames), 2u);
  ASSERT_EQ(it.published("event.refused.a").size(), 1u);
  EXPECT_EQ(it.published("event.refused.a")[0]["reason"], "frames");
}

TEST(Registry, AnOldSessionIsForgottenAfterTheEvictionTime) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.status("a", a_status(2, 1));
  it.step();
  for (std::uint64_t seq = 2; seq < 15; ++seq) {
    it.run_for(10'000);
    it.status("a", a_status(2, seq));
    it.step();
  }
  it.status("a", a_status(1, 99));
  it.step();
  EXPECT_TRUE(it.published("event.conflict").empty());
  EXPECT_EQ(it.published("event.restarted").size(), 2u);
}

TEST(Registry, GapsAreMissedAndRepetitionsRefused) {
  BrokerHarness it;
  for (const std::uint64_t seq : {5u, 6u, 9u, 9u, 7u, 10u}) it.status("a", a_status(1, seq));
  it.step();
  EXPECT_EQ(it.result({{"op", "node"}, {"node", "a"}})["node"]["missed"], 2);
  EXPECT_EQ(it.result({{"op", "summary"}})["missed"], 2);
  EXPECT_EQ(it.broker().intake().refused(Refusal::kRepeated), 2u);
  EXPECT_EQ(it.broker().intake().accepted(), 4u);
}

TEST(Registry, StateChangesAreTold) {
  BrokerHarness it;
  Status status = a_status();
  it.status("a", status);
  status.header.seq = 2;
  status.state = State::kWarning;
  status.reasons = {"storage 91 % used (warning from 85 %)"};
  it.status("a", status);
  it.step();
  EXPECT_EQ(it.topics(), (Topics{"event.joined.a", "status.a", "event.state.a", "status.a"}));
  const auto event = it.published("event.state")[0];
  EXPECT_EQ(event["from"], "healthy");
  EXPECT_EQ(event["to"], "warning");
  EXPECT_EQ(event["reasons"][0], status.reasons[0]);
}

TEST(Registry, OurOwnPauseBlamesNobody) {
  BrokerHarness it;
  for (const char* const node : {"a", "b", "c"}) it.status(node, a_status());
  it.step();
  it.run_for(9000);
  it.pause(600'000);  // stopped for ten minutes; what was announced meanwhile is lost
  it.step();
  EXPECT_EQ(it.ask({{"op", "ping"}})["as_of"]["holding"], (nlohmann::json{"own_pause", "warm_up"}));
  it.run_for(20'000);
  EXPECT_TRUE(it.published("event.late").empty());
  EXPECT_TRUE(it.published("event.evicted").empty());
  EXPECT_EQ(it.ask({{"op", "ping"}})["as_of"]["holding"], (nlohmann::json{"warm_up"}));
  it.run_for(21'000);  // but from then on silence counts again
  EXPECT_EQ(it.published("event.late").size(), 3u);
}

TEST(Registry, WhatWaitsIsReadBeforeAnyoneIsJudged) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.step();
  it.run_for(29'950);
  for (int i = 0; i < 4; ++i) it.step(100, false);  // more to read each time
  EXPECT_TRUE(it.published("event.late").empty());
  it.status("a", a_status(1, 2));
  it.step(10);
  it.run_for(1000);
  EXPECT_TRUE(it.published("event.late").empty());
}

TEST(Registry, AFloodDoesNotPutJudgementOffForEver) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.step();
  it.run_for(29'950);
  for (int i = 0; i < 10; ++i) it.step(100, false);
  EXPECT_EQ(it.published("event.late").size(), 1u);
}

TEST(Registry, WallClockStepsChangeNothing) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  it.step();
  for (std::uint64_t seq = 2; seq < 10; ++seq) {
    it.move_wall_clock(seq % 2 == 0 ? 3'600'000 : -3'600'000);
    it.run_for(10'000);
    it.status("a", a_status(1, seq));
    it.step();
  }
  it.move_wall_clock(-1'700'000'000'000);  // 1970
  it.run_for(5000);
  EXPECT_EQ(it.published("event.").size(), 2u);  // joined, and the end of the warm-up
  EXPECT_EQ(it.result({{"op", "node"}, {"node", "a"}})["node"]["silent_for"], 5000);
}

TEST(Registry, AFullRegistryRefusesNewNodesAndKeepsTheKnown) {
  Registry registry(120'000, 2);
  BrokerHarness peers;
  NodeChanges changes;
  Slot slot = kNoSlot;
  const std::string body = encoded(a_status());
  StatusView status;
  ASSERT_EQ(decode_status(body, status), Refusal::kNone);
  const Arrival arrival{0, 0, false, &peers, 0};
  EXPECT_EQ(registry.on_status("a", status, arrival, slot, changes), Refusal::kNone);
  EXPECT_EQ(registry.on_status("b", status, arrival, slot, changes), Refusal::kNone);
  EXPECT_EQ(registry.on_status("c", status, arrival, slot, changes), Refusal::kRegistryFull);
  EXPECT_EQ(registry.on_status("a", status, arrival, slot, changes), Refusal::kRepeated);
}

TEST(Registry, MassSilenceIsToldInSlicesAndCompletely) {
  BrokerHarness it;
  constexpr int kNodes = 20'000;
  for (int i = 0; i < kNodes; ++i) it.status("n" + std::to_string(i), a_status());
  it.step();
  it.feed.clear();
  it.run_for(121'000);
  EXPECT_EQ(it.published("event.late").size(), std::size_t{kNodes});
  EXPECT_EQ(it.published("event.evicted").size(), std::size_t{kNodes});
  EXPECT_EQ(it.broker().registry().nodes().size(), 0u);
}

}  // namespace
}  // namespace rollcall
