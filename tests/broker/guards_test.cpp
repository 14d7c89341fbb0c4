#include "broker/guards/guards.hpp"

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

nlohmann::json holding(BrokerHarness& broker) {
  return broker.ask({{"op", "ping"}}).at("as_of").at("holding");
}

// [P63]
TEST(Guards, ABrokerThatJustStartedWarmsUp) {
  BrokerHarness broker;
  broker.step();
  EXPECT_EQ(holding(broker), nlohmann::json::array({"warm_up"}));
  EXPECT_TRUE(broker.feed.empty());  // nobody can have listened to its beginning
  broker.run_for(30'000);
  EXPECT_EQ(holding(broker), nlohmann::json::array());
  const auto events = broker.published("event.guard.-");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].at("guard"), "warm_up");
  EXPECT_EQ(events[0].at("phase"), "ended");
  EXPECT_EQ(events[0].at("ended_by"), "timer");
  EXPECT_EQ(events[0].at("node"), "-");
}

TEST(Guards, WarmUpIsNoLongerThanTheEvictionTime) {
  BrokerHarness broker({.evict_after_ms = 2'000});
  broker.run_for(2'000);
  EXPECT_EQ(holding(broker), nlohmann::json::array());
}

TEST(Guards, AnOperatorMayEndIt) {
  BrokerHarness broker;
  broker.step();
  broker.result({{"op", "release"}, {"guard", "warm_up"}});
  const auto as_of = broker.ask({{"op", "ping"}}).at("as_of");
  EXPECT_EQ(as_of.at("warming_up"), false);
  EXPECT_EQ(broker.published("event.guard.-").front().at("ended_by"), "operator");
}

TEST(Guards, APauseOfItsOwnIsToldAndEndsByItself) {
  BrokerHarness broker;
  broker.status("node-1", a_status());
  broker.step();
  broker.run_for(31'000);
  broker.feed.clear();
  broker.pause(60'000);
  broker.step();
  const auto now_holding = holding(broker);
  EXPECT_NE(std::find(now_holding.begin(), now_holding.end(), "own_pause"), now_holding.end());
  broker.run_for(1'000);
  const auto events = broker.published("event.guard.-");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].at("guard"), "own_pause");
  EXPECT_EQ(events[0].at("phase"), "raised");
  EXPECT_GE(events[0].at("pause"), 59'000);
  EXPECT_EQ(events[1].at("phase"), "ended");
}

TEST(Guards, WhatSurroundsTheBrokerRaisesAndEndsThem) {
  BrokerHarness broker;
  broker.run_for(31'000);
  broker.feed.clear();
  broker.broker().count_descriptors({900, 1000, 0});
  broker.step();
  broker.broker().count_descriptors({950, 1000, 7});
  broker.step();
  EXPECT_EQ(holding(broker), nlohmann::json::array({"descriptors"}));
  const auto guard = broker.result({{"op", "guards"}}).at("guards").at(0);
  EXPECT_EQ(guard.at("used"), 950);
  EXPECT_EQ(guard.at("limit"), 1000);
  const auto refused = broker.ask({{"op", "release"}, {"guard", "descriptors"}});
  EXPECT_FALSE(refused.at("ok"));
  broker.broker().count_descriptors({600, 1000, 7});
  broker.step();
  EXPECT_EQ(broker.published("event.guard.-").size(), 2u);
}

TEST(GuardList, ThoseOfTheBrokerItselfHaveRoomHoweverManyNodesAreHeld) {
  GuardList list;
  for (std::size_t i = 0; i < limits::kGuards + 10; ++i) {
    list.raise({.kind = GuardKind::kFlapping, .subject = std::to_string(i)});
  }
  EXPECT_EQ(list.all().size(), limits::kGuards);
  while (list.has_changes()) list.drop_change();
  for (int i = 0; i < 3; ++i) list.raise({.kind = GuardKind::kDescriptors});
  ASSERT_TRUE(list.has_changes());  // told once
  list.drop_change();
  EXPECT_FALSE(list.has_changes());
  EXPECT_TRUE(list.holds(GuardKind::kDescriptors));
}

// [P62]
TEST(Guards, OnlyAnAdminMayRelease) {
  Access access;
  access.replace(
      {{std::string(40, 'm'), Role::kMonitor, "eye"}, {std::string(40, 'a'), Role::kAdmin, "ada"}});
  BrokerHarness broker({.access = &access});
  broker.token = std::string(*access.admit(std::string(40, 'm'), Door::kQuery));
  broker.step();
  const auto refused = broker.ask({{"op", "release"}, {"guard", "warm_up"}});
  EXPECT_EQ(refused.at("error").at("code"), "forbidden");
  EXPECT_EQ(holding(broker), nlohmann::json::array({"warm_up"}));
  broker.token = std::string(*access.admit(std::string(40, 'a'), Door::kQuery));
  EXPECT_TRUE(broker.ask({{"op", "release"}, {"guard", "warm_up"}}).at("ok"));
  EXPECT_EQ(broker.published("event.guard.-").front().at("by"), "ada");
}

TEST(Guards, ReleaseSaysWhatItLacks) {
  BrokerHarness broker;
  for (const auto& query :
       {nlohmann::json{{"op", "release"}}, nlohmann::json{{"op", "release"}, {"guard", "nonsense"}},
        nlohmann::json{{"op", "release"}, {"guard", 7}}}) {
    EXPECT_EQ(broker.ask(query).at("error").at("code"), "bad_request") << query;
  }
  for (const char* guard : {"own_pause", "mass_loss", "flapping", "flood", "safe_mode"}) {
    const auto reply = broker.ask({{"op", "release"}, {"guard", guard}, {"node", "nobody"}});
    EXPECT_EQ(reply.at("error").at("code"), "not_found") << guard;
  }
}

nlohmann::json rules(const nlohmann::json& result) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& finding : result.at("findings")) list.push_back(finding.at("rule"));
  return list;
}

// [P61]
TEST(Explain, SaysWhichRuleHoldsSinceWhenAndWhatWouldClearIt) {
  BrokerHarness broker;
  Status status = a_status();
  status.state = State::kWarning;
  status.reasons = {"disk 91 % full\x1b[31m"};
  broker.status("node-1", status);
  broker.step();
  EXPECT_EQ(rules(broker.result({{"op", "explain"}, {"node", "node-1"}})),
            nlohmann::json::array({"heard", "state"}));
  broker.facts = {ConnectionFacts::Is::kGone, 0, 0};
  broker.run_for(31'000);
  const auto result = broker.result({{"op", "explain"}, {"node", "node-1"}});
  EXPECT_EQ(result.at("presence"), "late");
  EXPECT_EQ(rules(result), nlohmann::json::array({"silent", "verdict", "state"}));
  const auto& verdict = result.at("findings").at(1);
  EXPECT_EQ(verdict.at("value"), "process_died");
  EXPECT_FALSE(verdict.at("clears").get<std::string>().empty());
  EXPECT_EQ(verdict.at("since"), broker.now().wall_ms - 31'000);
  // What a node said is shown without what could harm a terminal.
  EXPECT_EQ(result.dump().find('\x1b'), std::string::npos);
  EXPECT_EQ(result.dump().find("u001b"), std::string::npos);
}

TEST(Explain, RemembersNodesThatAreGone) {
  BrokerHarness broker;
  broker.status("node-1", a_status());
  broker.step();
  broker.run_for(121'000);
  const auto result = broker.result({{"op", "explain"}, {"node", "node-1"}});
  EXPECT_EQ(result.at("presence"), "evicted");
  EXPECT_EQ(rules(result), nlohmann::json::array({"evicted"}));
  const auto unknown = broker.ask({{"op", "explain"}, {"node", "nobody"}});
  EXPECT_EQ(unknown.at("error").at("code"), "not_found");
}

TEST(Explain, KnowsOfRefusalsAndConflicts) {
  BrokerHarness broker;
  broker.arrive("status.stranger", "\x01");
  broker.status("node-1", a_status(1, 1));
  broker.step();
  broker.run_for(1000);
  broker.status("node-1", a_status(2, 1));
  broker.step();
  broker.run_for(1000);
  broker.status("node-1", a_status(1, 2));
  broker.step();
  EXPECT_EQ(rules(broker.result({{"op", "explain"}, {"node", "stranger"}})),
            nlohmann::json::array({"refused"}));
  EXPECT_EQ(rules(broker.result({{"op", "explain"}, {"node", "node-1"}})),
            nlohmann::json::array({"heard", "refused", "conflict"}));
}

}  // namespace
}  // namespace rollcall
