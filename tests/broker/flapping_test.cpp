#include "broker/registry/flapping.hpp"

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

// A node that is restarted again and again, and beats every second in between.
struct Flapper {
  BrokerHarness& broker;
  std::string id;
  std::uint64_t session = 1;
  std::uint64_t seq = 0;

  void beat() {
    Status status = a_status(session, ++seq);
    status.interval_ms = 1000;
    broker.status(id, status);
    broker.step();
  }
  void beat_for(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      broker.run_for(1000);
      beat();
    }
  }
  void restart() {
    ++session;
    seq = 0;
    beat();
  }
  std::string presence() {
    return broker.result({{"op", "node"}, {"node", id}}).at("node").at("presence");
  }
};

TEST(Flapping, ANodeThatIsRestartedNowAndThenIsNot) {
  BrokerHarness broker;
  Flapper node{broker, "node-1"};
  node.beat();
  for (int i = 0; i < 20; ++i) {
    node.beat_for(125);
    node.restart();
  }
  EXPECT_EQ(node.presence(), "present");
  EXPECT_EQ(broker.published("event.restarted").size(), 20u);
  EXPECT_TRUE(broker.published("event.guard.node-1").empty());
}

// [P65]
TEST(Flapping, FromTheSixthReturnOnItsComingAndGoingIsToldNoMore) {
  BrokerHarness broker;
  Flapper node{broker, "node-1"};
  node.beat();
  for (int i = 0; i < 50; ++i) {
    node.beat_for(5);
    node.restart();
  }
  EXPECT_EQ(broker.published("event.restarted").size(), 5u);
  ASSERT_EQ(broker.published("event.guard.node-1").size(), 1u);
  const auto event = broker.published("event.guard.node-1").front();
  EXPECT_EQ(event.at("guard"), "flapping");
  EXPECT_EQ(event.at("phase"), "raised");
  EXPECT_EQ(event.at("for"), 30'000);
  // To those who know of no guards it is late.
  ASSERT_EQ(broker.published("event.late").size(), 1u);
  EXPECT_EQ(node.presence(), "late");
  const auto as_of = broker.ask({{"op", "ping"}}).at("as_of");
  EXPECT_EQ(as_of.at("holding"), nlohmann::json::array({"flapping"}));
}

TEST(Flapping, IsOverOnceTheNodeHasStayed) {
  BrokerHarness broker;
  Flapper node{broker, "node-1"};
  node.beat();
  for (int i = 0; i < 6; ++i) node.restart();
  node.beat_for(29);
  EXPECT_EQ(node.presence(), "late");
  node.beat_for(1);
  EXPECT_EQ(node.presence(), "present");
  ASSERT_EQ(broker.published("event.recovered").size(), 1u);
  EXPECT_EQ(broker.published("event.recovered").front().at("returns"), 1);
  ASSERT_EQ(broker.published("event.guard.node-1").size(), 2u);
  EXPECT_EQ(broker.published("event.guard.node-1").back().at("phase"), "ended");
  EXPECT_EQ(broker.published("event.guard.node-1").back().at("ended_by"), "itself");
}

TEST(Flapping, HoldsLongerEachTimeItGoesAgain) {
  BrokerHarness broker;
  Flapper node{broker, "node-1"};
  node.beat();
  for (int i = 0; i < 6; ++i) node.restart();
  node.beat_for(29);
  node.restart();  // the second hold lasts a minute
  node.beat_for(59);
  EXPECT_EQ(node.presence(), "late");
  node.beat_for(1);
  EXPECT_EQ(node.presence(), "present");
  EXPECT_EQ(broker.published("event.recovered").back().at("returns"), 2);
}

TEST(Flapping, AlsoANodeThatFallsSilentAndOneThatSaysGoodbye) {
  BrokerHarness broker;
  Flapper silent{broker, "silent"};
  Flapper polite{broker, "polite"};
  silent.beat();
  polite.beat();
  for (int i = 0; i < 12; ++i) {
    broker.run_for(3'500);
    silent.beat();
    polite.beat();
    broker.leave("polite", polite.session, ++polite.seq);
    broker.step();
    polite.restart();
  }
  EXPECT_EQ(broker.published("event.recovered.silent").size(), 5u);
  EXPECT_EQ(silent.presence(), "late");
  EXPECT_EQ(polite.presence(), "late");
  // Each time it was late, left and restarted: two returns.
  EXPECT_EQ(broker.published("event.left.polite").size(), 3u);
}

TEST(Flapping, ANodeThatIsHeldAndFallsSilentIsEvictedAsAnyOther) {
  BrokerHarness broker;
  Flapper node{broker, "node-1"};
  node.beat();
  for (int i = 0; i < 6; ++i) node.restart();
  broker.run_for(119'000);
  EXPECT_TRUE(broker.published("event.evicted").empty());
  broker.run_for(2'000);
  EXPECT_EQ(broker.published("event.evicted").size(), 1u);
  EXPECT_EQ(broker.published("event.guard.node-1").back().at("phase"), "ended");
  EXPECT_TRUE(broker.result({{"op", "guards"}}).at("guards").size() <= 1);  // warming up, perhaps
}

TEST(Flapping, AnOperatorMayReleaseIt) {
  BrokerHarness broker;
  Flapper node{broker, "node-1"};
  node.beat();
  for (int i = 0; i < 6; ++i) node.restart();
  broker.result({{"op", "release"}, {"guard", "flapping"}, {"node", "node-1"}});
  node.beat();
  EXPECT_EQ(node.presence(), "present");
  EXPECT_EQ(broker.published("event.guard.node-1").back().at("ended_by"), "operator");
  for (int i = 0; i < 5; ++i) node.restart();
  EXPECT_EQ(node.presence(), "present");  // it is forgiven
}

TEST(FlapRules, TheHoldDoublesUpToALimit) {
  const FlapRules rules(120'000);
  EXPECT_EQ(rules.hold_ms(0), 30'000);
  EXPECT_EQ(rules.hold_ms(1), 60'000);
  EXPECT_EQ(rules.hold_ms(4), 480'000);
  EXPECT_EQ(rules.hold_ms(5), 600'000);
  EXPECT_EQ(rules.hold_ms(4'000'000'000), 600'000);
}

}  // namespace
}  // namespace rollcall
