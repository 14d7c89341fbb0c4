#include "broker/guards/verdict.hpp"

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

using Is = ConnectionFacts::Is;

struct Case {
  const char* what;
  ConnectionFacts facts;
  std::int64_t silent_for_ms;
  Verdict before;
  Verdict expected;
};

// [P60]
TEST(Verdict, IsReadFromTheConnection) {
  for (const Case& it : {
           Case{"nothing is known", {}, 31'000, Verdict::kUnknown, Verdict::kUnknown},
           Case{"closed at once",
                {.is = Is::kGone},
                31'000,
                Verdict::kUnknown,
                Verdict::kProcessDied},
           Case{"closing", {.is = Is::kClosing}, 90'000, Verdict::kUnknown, Verdict::kProcessDied},
           Case{"closed or given up, who knows",
                {.is = Is::kGone},
                46'000,
                Verdict::kUnknown,
                Verdict::kUnknown},
           Case{"given up after it did not answer",
                {.is = Is::kGone},
                121'000,
                Verdict::kHostOrLink,
                Verdict::kHostOrLink},
           Case{"hung first, closed then",
                {.is = Is::kGone},
                121'000,
                Verdict::kAgentHung,
                Verdict::kProcessDied},
           Case{"its kernel answers",
                {Is::kOpen, 200, 0},
                31'000,
                Verdict::kUnknown,
                Verdict::kAgentHung},
           Case{"nothing answers",
                {Is::kOpen, 30'500, 3},
                30'500,
                Verdict::kUnknown,
                Verdict::kHostOrLink},
           Case{"a probe is under way",
                {Is::kOpen, 10'100, 1},
                10'100,
                Verdict::kUnknown,
                Verdict::kUnknown},
           Case{"a probe is under way, others were answered",
                {Is::kOpen, 10'100, 1},
                31'000,
                Verdict::kUnknown,
                Verdict::kAgentHung},
           Case{"too early to be asked",
                {Is::kOpen, 700, 0},
                700,
                Verdict::kUnknown,
                Verdict::kUnknown},
           Case{"nothing new is known", {}, 121'000, Verdict::kAgentHung, Verdict::kAgentHung},
       }) {
    EXPECT_EQ(judge_silence(it.facts, it.silent_for_ms, it.before), it.expected) << it.what;
    EXPECT_FALSE(evidence_text(it.facts, it.expected).empty()) << it.what;
  }
}

TEST(Verdict, IsInTheEventAndInTheRecordAndGoesWithTheSilence) {
  BrokerHarness broker;
  broker.status("node-1", a_status());
  broker.step();
  broker.facts = {Is::kOpen, 100, 0};
  broker.run_for(31'000);
  EXPECT_EQ(broker.published("event.late").at(0).at("verdict"), "agent_hung");
  const auto record = broker.result({{"op", "node"}, {"node", "node-1"}}).at("node");
  EXPECT_EQ(record.at("silence").at("verdict"), "agent_hung");
  broker.status("node-1", a_status(1, 2));
  broker.step();
  EXPECT_FALSE(broker.result({{"op", "node"}, {"node", "node-1"}}).at("node").contains("silence"));
}

TEST(Verdict, OfAnEvictionKnowsWhatWasFoundBefore) {
  BrokerHarness broker;
  broker.status("node-1", a_status());
  broker.step();
  broker.facts = {Is::kOpen, 30'300, 3};
  broker.run_for(31'000);
  broker.facts = {Is::kGone, 0, 0};
  broker.run_for(91'000);
  EXPECT_EQ(broker.published("event.evicted").at(0).at("verdict"), "host_or_link");
}

TEST(Verdict, OfANodeThatSaidGoodbyeIsGoodbye) {
  BrokerHarness broker;
  broker.status("node-1", a_status());
  broker.leave("node-1", 1, 2);
  broker.step();
  broker.run_for(121'000);
  EXPECT_EQ(broker.published("event.evicted").at(0).at("verdict"), "goodbye");
}

// Node-1 came back over another connection while the broker had no time to look; then it has.
TEST(Verdict, AsksForTheConnectionThatANodeUsesNow) {
  BrokerHarness broker;
  broker.status("node-1", a_status());
  broker.step();
  broker.connection = {9, 4712};
  broker.status("node-1", a_status(1, 2));
  broker.step(10'000);
  broker.facts = {Is::kGone, 0, 0};
  broker.run_for(31'000);
  EXPECT_EQ(broker.published("event.late").at(0).at("verdict"), "process_died");
}

}  // namespace
}  // namespace rollcall
