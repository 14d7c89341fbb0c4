// A broker that was started on what another one remembered.
#include "tests/broker/remembering.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kSecond = 1000;

class Restored : public Remembering {
 protected:
  // As the one before knew it: an interval of ten seconds, session 1, number 5.
  RosterNode known(const std::string& id) {
    RosterNode node;
    node.id = id;
    node.joined_at_ms = harness_.now().wall_ms - 100'000;
    node.heard_at_ms = harness_.now().wall_ms - 5'000;
    node.session = 1;
    node.seq = 5;
    node.interval_ms = 10'000;
    node.peer = "10.0.0.9";
    node.status = encoded(a_status(1, 5));
    return node;
  }
  void restore(std::vector<RosterNode> nodes, std::uint64_t newest = 40) {
    StoreContents contents;
    contents.story = 4711;
    contents.newest = report_.stored = newest;
    contents.nodes = std::move(nodes);
    harness_.broker().restore(std::move(contents));
    step();
  }
  nlohmann::json record(const std::string& id) {
    return ask({{"op", "node"}, {"node", id}})["result"]["node"];
  }
  nlohmann::json as_of() { return ask({{"op", "ping"}})["as_of"]; }
  std::vector<nlohmann::json> events(const std::string& kind) {
    return harness_.published("event." + kind + ".");
  }
};

using Kinds = std::vector<std::string>;

TEST_F(Restored, WhoWasListedIsListedButNotYetHeard) {  // [P69]
  restore({known("n-1"), known("n-2")});
  const nlohmann::json node = record("n-1");
  EXPECT_EQ(node["presence"], "late");
  EXPECT_EQ(node["heard"], false);
  EXPECT_EQ(node["silence"]["verdict"], "not_yet_heard");
  EXPECT_EQ(node["session"], 1);
  EXPECT_EQ(node["peer"], "10.0.0.9");
  EXPECT_EQ(node["cpu"], 12.5);
  EXPECT_EQ(as_of()["heard"], 0);
  EXPECT_EQ(as_of()["story"], 4711);
  EXPECT_EQ(as_of()["resumed_at"], 40);
  EXPECT_EQ(kinds(), Kinds{});
}

TEST_F(Restored, WhoIsHeardIsPresentWithoutAWord) {  // [P69]
  restore({known("n-1"), known("n-2")});
  harness_.status("n-1", a_status(1, 9));  // 6 to 8 were said to nobody
  step(kSecond);
  EXPECT_EQ(record("n-1")["presence"], "present");
  EXPECT_EQ(record("n-1")["missed"], 0);
  EXPECT_FALSE(record("n-1").contains("heard") && record("n-1")["heard"] == false);
  EXPECT_EQ(as_of()["heard"], 0.5);
  EXPECT_EQ(as_of()["warming_up"], true);
  EXPECT_EQ(kinds(), Kinds{});
  EXPECT_EQ(ask({{"op", "summary"}})["result"]["missed"], 0);
}

TEST_F(Restored, AnotherSessionIsARestart) {  // [P69]
  restore({known("n-1")});
  harness_.status("n-1", a_status(2, 1));
  step(kSecond);
  EXPECT_EQ(kinds(), Kinds{"restarted"});
  EXPECT_EQ(harness_.published("event.restarted")[0]["seq"], 41) << "numbers go on";
}

TEST_F(Restored, ItIsWarmOnceAllAreHeard) {  // [P69]
  restore({known("n-1"), known("n-2")});
  run_for(40 * kSecond);
  EXPECT_EQ(as_of()["warming_up"], true) << "longer than 30 s: somebody is waited for";
  harness_.status("n-1", a_status(1, 9));
  harness_.status("n-2", a_status(1, 9));
  step(kSecond);
  step(kSecond);
  EXPECT_EQ(as_of()["warming_up"], false);
}

TEST_F(Restored, OrAfterTheEvictionTime) {  // [P69]
  restore({known("n-1"), known("n-2")});
  run_for(119 * kSecond);
  EXPECT_EQ(as_of()["warming_up"], true);
  run_for(2 * kSecond);
  EXPECT_EQ(as_of()["warming_up"], false);
}

TEST_F(Restored, ThreeIntervalsOfSilenceAreLateAndTheEvictionTimeEvicts) {  // [P69]
  restore({known("n-1")});
  run_for(29 * kSecond);
  EXPECT_EQ(kinds(), Kinds{});
  run_for(2 * kSecond);
  EXPECT_EQ(kinds(), Kinds{"late"});
  run_for(88 * kSecond);
  EXPECT_EQ(kinds(), Kinds{"late"}) << "not before the eviction time has passed since the start";
  run_for(3 * kSecond);
  EXPECT_EQ(kinds(), (Kinds{"late", "evicted"}));
}

TEST_F(Restored, WhoWasEvictedIsNotListed) {
  RosterNode gone = known("n-1");
  gone.presence = Presence::kEvicted;
  restore({gone});
  EXPECT_EQ(ask({{"op", "summary"}})["result"]["nodes"]["present"], 0);
  EXPECT_EQ(as_of()["heard"], 1);
  harness_.status("n-1", a_status(2, 1));
  step(kSecond);
  EXPECT_EQ(kinds(), Kinds{"joined"});
}

TEST_F(Restored, AFactThatIsDamagedCostsNothingElse) {
  RosterNode bad = known("n-1");
  bad.status = "rubbish";
  restore({bad, known("n-2")});
  EXPECT_EQ(record("n-2")["presence"], "late");
  harness_.status("n-1", a_status());
  step(kSecond);
  EXPECT_EQ(kinds(), Kinds{"joined"});
}

TEST_F(Restored, WhoSaidWhenItWouldBeIsWaitedForAcrossTheRestart) {  // [P70]
  RosterNode left = known("n-1");
  left.presence = Presence::kLeft;
  left.back_by_ms = harness_.now().wall_ms + 20 * kSecond;
  left.leave_reason = "moves";
  restore({left});
  EXPECT_EQ(record("n-1")["presence"], "left");
  EXPECT_EQ(record("n-1")["back_by"], left.back_by_ms);
  run_for(19 * kSecond);
  EXPECT_TRUE(events("overdue").empty());
  run_for(2 * kSecond);
  ASSERT_EQ(events("overdue").size(), 1u);
  EXPECT_EQ(events("overdue")[0]["reason"], "moves");
  EXPECT_LT(events("overdue")[0]["late_by"], 200);
  run_for(60 * kSecond);
  EXPECT_EQ(events("overdue").size(), 1u) << "once";
}

TEST_F(Restored, AlsoIfItWasEvictedMeanwhileAndTheTimeHasPassed) {  // [P70]
  RosterNode gone = known("n-1");
  gone.presence = Presence::kEvicted;
  gone.back_by_ms = harness_.now().wall_ms - 7 * kSecond;
  RosterNode told = gone;
  told.id = "n-2";
  told.told_overdue = true;
  restore({gone, told});
  run_for(kSecond);
  ASSERT_EQ(events("overdue").size(), 1u);
  EXPECT_EQ(events("overdue")[0]["node"], "n-1");
  EXPECT_GE(events("overdue")[0]["late_by"], 7 * kSecond);
  ASSERT_FALSE(batches_.empty());
  bool is_noted = false;
  for (const StoreBatch& batch : batches_) {
    for (const NodeFact& fact : batch.facts) {
      is_noted |= fact.node.id == "n-1" && fact.node.told_overdue;
    }
  }
  EXPECT_TRUE(is_noted) << "the next broker does not tell it again";
}

TEST_F(Restored, WhoLeavesAndIsEvictedIsOverdueAllTheSame) {  // [P70]
  restore({});
  harness_.status("n-1", a_status());
  step(kSecond);
  Leave leave;
  leave.header.session = 1;
  leave.header.seq = 2;
  leave.reason = "moves";
  leave.back_in_ms = 200 * kSecond;
  harness_.arrive("leave.n-1", encoded(leave));
  step(kSecond);
  run_for(150 * kSecond);
  EXPECT_EQ(events("evicted").size(), 1u);
  EXPECT_TRUE(events("overdue").empty());
  run_for(51 * kSecond);
  ASSERT_EQ(events("overdue").size(), 1u);
}

TEST_F(Restored, WhoIsBackInTimeIsNotOverdue) {  // [P70]
  RosterNode left = known("n-1");
  left.presence = Presence::kLeft;
  left.back_by_ms = harness_.now().wall_ms + 20 * kSecond;
  restore({left});
  run_for(10 * kSecond);
  harness_.status("n-1", a_status(2, 1));
  run_for(20 * kSecond);
  EXPECT_TRUE(events("overdue").empty());
  EXPECT_FALSE(record("n-1").contains("back_by"));
}

TEST_F(Restored, MaintenanceGoesOnAndEndsByItself) {  // [P71]
  RosterNode node = known("n-1");
  node.order = {Duty::kMaintenance, "alice", "disks", harness_.now().wall_ms - kSecond,
                harness_.now().wall_ms + 20 * kSecond};
  restore({node});
  EXPECT_EQ(record("n-1")["duty"], "maintenance");
  EXPECT_EQ(record("n-1")["order"]["by"], "alice");
  harness_.status("n-1", a_status(2, 1));
  run_for(19 * kSecond);
  EXPECT_TRUE(events("duty").empty());
  EXPECT_EQ(record("n-1")["duty"], "maintenance") << "it outlives sessions";
  run_for(2 * kSecond);
  ASSERT_EQ(events("duty").size(), 1u);
  EXPECT_EQ(events("duty")[0]["to"], "active");
  EXPECT_EQ(events("duty")[0]["by"], "-");
  EXPECT_EQ(record("n-1")["duty"], "active");
}

TEST_F(Restored, MaintenanceOfOneThatIsNotListedEndsToo) {  // [P71]
  RosterNode gone = known("n-1");
  gone.presence = Presence::kEvicted;
  gone.order = {Duty::kMaintenance, "alice", "", 1, harness_.now().wall_ms - 1};
  restore({gone});
  run_for(kSecond);
  ASSERT_EQ(events("duty").size(), 1u);
  ASSERT_FALSE(batches_.empty());
  ASSERT_FALSE(batches_[0].facts.empty());
  EXPECT_EQ(batches_[0].facts[0].node.order.duty, Duty::kActive);
}

TEST_F(Restored, WhoIsToBeDrainedIsOnceItHoldsNothing) {  // [P71]
  RosterNode node = known("n-1");
  node.order = {Duty::kDraining, "alice", "", 1, 0};
  restore({node});
  EXPECT_EQ(record("n-1")["duty"], "draining");
  Status full = a_status(1, 6);
  full.inventory = InventorySummary{.count = 3, .digest = 1};
  harness_.status("n-1", full);
  step(kSecond);
  EXPECT_EQ(record("n-1")["duty"], "draining");
  Status empty = a_status(1, 7);
  empty.inventory = InventorySummary{.count = 0, .digest = 0};
  harness_.status("n-1", empty);
  step(kSecond);
  EXPECT_EQ(record("n-1")["duty"], "drained");
  full.header.seq = 8;
  harness_.status("n-1", full);
  step(kSecond);
  EXPECT_EQ(record("n-1")["duty"], "draining");
  EXPECT_EQ(events("duty").size(), 2u);
  EXPECT_EQ(events("duty")[0]["by"], "-");
}

TEST_F(Restored, WhoIsForgottenIsGoneForGood) {  // [P72]
  RosterNode away = known("n-1");
  away.presence = Presence::kEvicted;
  restore({away, known("n-2")});
  EXPECT_EQ(ask({{"op", "forget"}, {"node", "n-1"}})["result"]["changed"], 1);
  EXPECT_EQ(ask({{"op", "forget"}, {"node", "n-2"}})["result"]["changed"], 1) << "late";
  EXPECT_EQ(events("forgotten").size(), 2u);
  std::vector<std::string> forgotten;
  for (const StoreBatch& batch : batches_) {
    forgotten.insert(forgotten.end(), batch.forgotten.begin(), batch.forgotten.end());
  }
  EXPECT_EQ(forgotten, (std::vector<std::string>{"n-1", "n-2"}));
  EXPECT_EQ(ask({{"op", "node"}, {"node", "n-2"}})["error"]["code"], "not_found");
  EXPECT_EQ(ask({{"op", "forget"}, {"node", "n-1"}})["error"]["code"], "not_found");
  harness_.status("n-2", a_status(1, 9));
  step(kSecond);
  EXPECT_EQ(events("joined").size(), 1u);
  EXPECT_EQ(ask({{"op", "forget"}, {"node", "n-2"}})["error"]["code"], "bad_request") << "present";
}

// What was noted of it before must not bring it back behind the order.
TEST_F(Restored, WhoIsEvictedAndForgottenAtOnceStaysForgotten) {  // [P72]
  restore({known("n-1")});
  run_for(118 * kSecond);
  works_ = report_.has_room = false;  // but it does not stand still for so long that it is said
  run_for(3 * kSecond);
  ASSERT_EQ(events("evicted").size(), 1u);
  request({{"op", "forget"}, {"node", "n-1"}});
  step(1);
  report_.has_room = works_ = true;
  batches_.clear();
  run_for(kSecond);
  for (const StoreBatch& batch : batches_) {
    for (const NodeFact& fact : batch.facts) EXPECT_NE(fact.node.id, "n-1");
  }
}

}  // namespace
}  // namespace rollcall
