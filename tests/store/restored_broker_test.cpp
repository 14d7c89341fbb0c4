// What a broker makes of a backup that took the place of its store. [P82]
#include "tests/broker/harness.hpp"
#include "tests/store/running_store.hpp"

namespace rollcall {
namespace {

class RestoredBroker : public testing::Test, protected PeerNames {
 protected:
  RestoredBroker() : broker_(config(), now_) {
    report_.is_there = report_.is_durable = true;
    broker_.restore({});
  }
  static BrokerConfig config() {
    BrokerConfig config;
    config.session = 1;
    return config;
  }
  std::string_view peer_of(std::size_t) const override { return "10.0.0.1"; }

  // One turn; the store has then taken what it was handed.
  void turn(std::vector<std::pair<std::string, std::string>> arrived = {}) {
    now_.steady_ms += 10;
    now_.wall_ms += 10;
    std::vector<Announcement> announcements;
    for (const auto& [topic, body] : arrived) announcements.push_back({topic, body});
    Inbox inbox;
    inbox.announcements = announcements;
    inbox.store = &report_;
    broker_.step(now_, inbox, *this, outbox_);
    report_.restored = nullptr;
    for (const KeptEvent& event : outbox_.batch.events) {
      report_.stored = event.seq;
      events_.push_back(event);
    }
    for (const NodeFact& fact : outbox_.batch.facts) facts_.push_back(fact);
    if (outbox_.batch.swap != 0) {
      swap_ = outbox_.batch.swap;
      skip_to_ = outbox_.batch.skip_to;
      report_.stored = std::max(report_.stored, skip_to_);
    }
  }
  void status(const std::string& node) { turn({{"status." + node, encoded(a_status())}}); }
  const Node& node(const std::string& id) {
    return broker_.registry().nodes().at(broker_.registry().find(id));
  }
  RosterNode known(const std::string& id, Duty duty = Duty::kActive) {
    RosterNode known = known_node(id);
    known.status = encoded(a_status());
    known.order.duty = duty;
    known.order.by = "ann";
    return known;
  }
  void restore(std::uint64_t newest, std::vector<RosterNode> nodes) {
    report_.restore_ticket = 9;
    report_.restore_newest = newest;
    turn();
    report_.restore_ticket = 0;
    facts_.clear();
    report_.restored = std::make_shared<StoreContents>();
    report_.restored->nodes = std::move(nodes);
    report_.restored->newest = newest;
    report_.restored->set_aside = "store.db.before-restore-x";
    report_.restored->set_aside_why = "a backup";
    turn();
  }

  Now now_{1'000'000, kStoreTestMs};
  StoreReport report_;
  Broker broker_;
  Outbox outbox_;
  std::vector<KeptEvent> events_;
  std::vector<NodeFact> facts_;
  std::uint64_t swap_ = 0;
  std::uint64_t skip_to_ = 0;
};

TEST_F(RestoredBroker, NumbersGoOnFromTheHigherOne) {
  status("a");
  const std::uint64_t before = broker_.events().newest();
  restore(1000, {});
  EXPECT_EQ(swap_, 9u);
  EXPECT_EQ(skip_to_, 1000u);
  ASSERT_FALSE(events_.empty());
  EXPECT_EQ(events_.back().seq, 1001u);
  EXPECT_EQ(events_.back().kind, EventKind::kStore);
  const auto body = parsed(events_.back().body);
  EXPECT_EQ(body["phase"], "restored");
  EXPECT_EQ(body["file"], "store.db.before-restore-x");
  EXPECT_EQ(body["seq"], 1001);
  restore(before, {});
  EXPECT_EQ(events_.back().seq, 1002u);
}

TEST_F(RestoredBroker, IsAskedForTheSwapOnce) {
  report_.restore_ticket = 9;
  report_.restore_newest = 5;
  turn();
  EXPECT_EQ(swap_, 9u);
  swap_ = 0;
  turn();
  turn();
  EXPECT_EQ(swap_, 0u);
}

TEST_F(RestoredBroker, NodesOfTheBackupAreExpectedAndDutiesReplaced) {
  status("a");
  status("b");
  RosterNode gone = known("gone", Duty::kMaintenance);
  gone.presence = Presence::kEvicted;
  RosterNode nameless = known("");
  restore(1000, {known("a", Duty::kDraining), known("c", Duty::kMaintenance), gone, nameless});
  EXPECT_EQ(broker_.registry().nodes().size(), 3u);
  EXPECT_EQ(node("a").duty, Duty::kDraining);
  EXPECT_EQ(node("a").presence, Presence::kPresent);
  EXPECT_EQ(node("b").duty, Duty::kActive);
  EXPECT_EQ(node("c").duty, Duty::kMaintenance);
  EXPECT_EQ(node("c").presence, Presence::kLate);
  EXPECT_TRUE(node("c").unheard);
  // The store is told anew of everybody.
  std::vector<std::string> told;
  for (const NodeFact& fact : facts_) told.push_back(fact.node.id);
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, (std::vector<std::string>{"a", "b", "c"}));
  restore(2000, {});
  EXPECT_EQ(node("a").duty, Duty::kActive);
  EXPECT_EQ(node("c").duty, Duty::kActive);
}

TEST_F(RestoredBroker, WhoIsAwayIsKnownBetterHere) {
  status("a");
  Leave leave;
  leave.header.session = 1;
  leave.header.seq = 2;
  leave.reason = "disk";
  leave.back_in_ms = 60'000;
  turn({{"leave.a", encoded(leave)}});
  const std::int64_t back_by_ms = now_.wall_ms + 60'000;
  restore(1000, {known("a", Duty::kMaintenance)});
  ASSERT_FALSE(facts_.empty());
  EXPECT_EQ(facts_.back().node.back_by_ms, back_by_ms);
  EXPECT_EQ(facts_.back().node.leave_reason, "disk");
  EXPECT_EQ(facts_.back().node.order.duty, Duty::kMaintenance);
}

}  // namespace
}  // namespace rollcall
