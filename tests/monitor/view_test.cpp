#include <gtest/gtest.h>

#include "monitor/view/keys.hpp"
#include "monitor/view/live.hpp"
#include "monitor/view/names.hpp"
#include "monitor/view/order.hpp"
#include "monitor/view/totals.hpp"

namespace rollcall {
namespace {

KnownNode node(const std::string& name, State state, Presence presence, std::uint64_t used) {
  KnownNode known;
  known.record.node = name;
  known.record.presence = presence;
  known.record.status.state = state;
  known.record.status.storage = {used, 100};
  return known;
}

TEST(Order, TroubleComesFirstThenStorageThenName) {
  Picture::Nodes nodes;
  nodes["g"] = node("g", State::kHealthy, Presence::kPresent, 10);
  nodes["f"] = node("f", State::kHealthy, Presence::kPresent, 90);
  nodes["e"] = node("e", State::kWarning, Presence::kPresent, 1);
  nodes["d"] = node("d", State::kError, Presence::kLeft, 1);
  nodes["c"] = node("c", State::kHealthy, Presence::kLate, 1);
  nodes["b"] = node("b", State::kCritical, Presence::kPresent, 1);
  nodes["a"] = node("a", State::kError, Presence::kPresent, 1);
  std::string order;
  for (const KnownNode* each : in_order(nodes, Order::kTrouble, Now{}, 0, 99)) {
    order += each->record.node;
  }
  EXPECT_EQ(order, "abcdefg");
  const auto part = in_order(nodes, Order::kName, Now{}, 2, 2);
  EXPECT_EQ(part[2]->record.node + part[3]->record.node, "cd");
  EXPECT_EQ(part.size(), nodes.size());
}

TEST(Totals, LeaveOutWhoLeftAndDoNotWrap) {
  Picture::Nodes nodes;
  nodes["a"] = node("a", State::kHealthy, Presence::kPresent, UINT64_MAX);
  nodes["b"] = node("b", State::kWarning, Presence::kLate, 5);
  nodes["c"] = node("c", State::kError, Presence::kLeft, 5);
  const Totals totals = totals_of(nodes);
  EXPECT_EQ(totals.nodes, 3u);
  EXPECT_EQ(totals.storage.used, UINT64_MAX);
  EXPECT_EQ(totals.storage.total, 200u);
  EXPECT_EQ(totals.by_state[static_cast<std::size_t>(State::kError)], 0u);
  EXPECT_EQ(totals.by_presence[static_cast<std::size_t>(Presence::kLeft)], 1u);
}

TEST(Keys, SequencesAreToldFromEscape) {
  EXPECT_EQ(parse_keys("\x1b"), std::vector<Key>{Key::kQuit});
  EXPECT_EQ(parse_keys("\x1b[A\x1b[6~q"), (std::vector<Key>{Key::kUp, Key::kPageDown, Key::kQuit}));
  EXPECT_EQ(parse_keys("\x1b[1;5Cx"), (std::vector<Key>{Key::kOther, Key::kOther}));
  EXPECT_EQ(parse_keys("\x03"), std::vector<Key>{Key::kQuit});
  EXPECT_TRUE(parse_keys("").empty());
}

TEST(LiveView, ScrollStaysWithinTheNodes) {
  LiveView view;
  view.on_key(Key::kUp, 10, 25);
  EXPECT_EQ(view.scroll, 0u);
  view.on_key(Key::kPageDown, 10, 25);
  view.on_key(Key::kPageDown, 10, 25);
  EXPECT_EQ(view.scroll, 15u);
  view.keep_within(10, 4);
  EXPECT_EQ(view.scroll, 0u);
  view.on_key(Key::kSort, 10, 25);
  EXPECT_EQ(view.order, Order::kName);
}

TEST(LiveView, AnyKeyClosesHelpAndQuitThenQuits) {
  LiveView view;
  view.on_key(Key::kHelp, 1, 1);
  EXPECT_TRUE(view.help);
  view.on_key(Key::kOther, 1, 1);
  EXPECT_FALSE(view.help);
  view.on_key(Key::kQuit, 1, 1);
  EXPECT_TRUE(view.quit);
}

TEST(Names, NearestIsWithinAThird) {
  const std::vector<std::string> known{"node-1", "node-2", "store-a"};
  EXPECT_EQ(nearest_name("nod-1", known), "node-1");
  EXPECT_EQ(nearest_name("store", known), "store-a");
  EXPECT_EQ(nearest_name("zebra", known), "");
}

}  // namespace
}  // namespace rollcall
