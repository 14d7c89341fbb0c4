// What the broker says to others, recorded once as bytes: what it writes today must be what it
// wrote then, and our programs must read it for ever. Keys may be added to replies ([P6]); of those
// only the reading is held to. The .hex files never change; new ones are added.
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "agent/announce/command.hpp"
#include "shared/client/event.hpp"
#include "shared/client/record.hpp"
#include "shared/client/reply.hpp"
#include "shared/client/summary.hpp"
#include "shared/core/ids.hpp"
#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

const std::filesystem::path kFolder = "tests/broker/golden";

std::string recorded(const std::string& name) {
  std::ifstream file(kFolder / (name + ".hex"));
  std::string bytes;
  for (std::string word; file >> word;) bytes += static_cast<char>(std::stoi(word, nullptr, 16));
  return bytes;
}

// One of each event, a command and a reply to each query, from a broker whose time stands on the
// spot: by name, as events.joined or replies.node.
std::map<std::string, std::string> everything() {
  BrokerHarness it({.evict_after_ms = 5000});
  Status status = a_status();
  status.interval_ms = 500;
  status.labels = {{"zone", "b"}};
  status.inventory = InventorySummary{1, 2, 30, hash_of("b1") + hash_of("b2")};
  it.status("node-1", status);
  it.step();
  status.header.seq = 2;
  status.state = State::kWarning;
  status.reasons = {"storage 93.1 % of 90 %"};
  it.status("node-1", status);
  it.arrive("status.node-1", "rubbish");
  it.run_for(2500);  // late
  std::map<std::string, std::string> all;
  for (const char* const op : {"ping", "summary", "nodes", "events"}) {
    it.ask({{"op", op}});
    all[std::string("replies.") + op] = it.replies.front().body.view();
  }
  it.ask({{"op", "node"}, {"node", "node-1"}});
  all["replies.node"] = it.replies.front().body.view();
  it.ask({{"op", "node"}, {"node", "nobody"}});
  all["replies.not_found"] = it.replies.front().body.view();
  status.header.seq = 3;
  it.status("node-1", status);  // recovered
  it.step();
  it.status("node-1", a_status(2, 1), "10.0.0.2");  // restarted
  it.step(10);
  it.status("node-1", a_status(1, 4), "10.0.0.1");  // conflict
  it.step(10);
  it.leave("node-1", 2, 2);
  it.step(10);
  it.run_for(50'000);  // evicted
  for (const Published& message : it.feed) {
    if (message.topic.starts_with("command.")) all["commands.inventory"] = message.body;
    if (!message.topic.starts_with("event.")) continue;
    all["events." + parsed(message.body).at("kind").get<std::string>()] = message.body;
  }
  return all;
}

// Those of operators and of the store.
std::map<std::string, std::string> everything_decided() {
  BrokerHarness it({.evict_after_ms = 5000});
  StoreContents contents;
  contents.story = 9;
  contents.set_aside = "store.db.damaged-20261125-140301";
  contents.set_aside_why = "file is not a database";
  it.broker().restore(std::move(contents));
  StoreReport report;
  report.is_there = true;
  it.store = &report;
  it.status("node-1", a_status());
  it.step();
  it.ask({{"op", "maintain"}, {"node", "node-1"}, {"for", 60'000}, {"reason", "new disks"}});
  it.ask({{"op", "note"}, {"node", "node-1"}, {"text", "it rattles"}});
  Leave leave;
  leave.header.session = 1;
  leave.header.seq = 2;
  leave.reason = "new disks";
  leave.back_in_ms = 1000;
  it.arrive("leave.node-1", encoded(leave));
  it.step(10);
  it.run_for(1500);  // overdue
  it.ask({{"op", "forget"}, {"node", "node-1"}});
  std::map<std::string, std::string> all;
  for (const Published& message : it.feed) {
    if (!message.topic.starts_with("event.")) continue;
    const std::string kind = parsed(message.body).at("kind").get<std::string>();
    if (kind != "joined" && kind != "left") all["events." + kind] = message.body;
  }
  return all;
}

TEST(BrokerGolden, OrdersAreToldAsTheyWere) {
  std::size_t compared = 0;
  for (const auto& [name, body] : everything_decided()) {
    EXPECT_EQ(body, recorded(name)) << name;
    ++compared;
  }
  EXPECT_EQ(compared, 5u) << "duty, note, overdue, forgotten, store";
}

TEST(BrokerGolden, EventsAndCommandsAreWrittenAsTheyWere) {
  std::size_t compared = 0;
  for (const auto& [name, body] : everything()) {
    if (name.starts_with("replies.")) continue;
    EXPECT_EQ(body, recorded(name)) << name;
    ++compared;
  }
  EXPECT_EQ(compared, 11u) << "ten kinds of event, and a command";
}

TEST(BrokerGolden, OurProgramsReadAllThatWasEverWritten) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().stem();
    const std::string body = recorded(name);
    ++files;
    if (name.starts_with("events.")) {
      Event event;
      ASSERT_TRUE(decode_event(body, event)) << name;
      EXPECT_EQ("events." + event.kind, name);
      const bool is_of_none = event.kind == "guard" || event.kind == "store";
      EXPECT_EQ(event.node, is_of_none ? "-" : "node-1");
    } else if (name.starts_with("commands.")) {
      const Command command{"command.node-1", body};
      const auto order = decode_command(command);
      ASSERT_TRUE(order);
      EXPECT_EQ(order->kind, CommandKind::kInventory);
    } else {
      Reply reply;
      ASSERT_TRUE(decode_reply(body, reply)) << name;
      EXPECT_EQ(reply.ok, name != "replies.not_found");
    }
  }
  EXPECT_GE(files, 16u);
}

TEST(BrokerGolden, TheResultsOfRepliesAreRead) {
  Reply reply;
  const std::string nodes_reply = recorded("replies.nodes");
  ASSERT_TRUE(decode_reply(nodes_reply, reply));
  NodesPage page;
  ASSERT_TRUE(decode_nodes_page(reply.result, page));
  ASSERT_EQ(page.nodes.size(), 1u);
  EXPECT_EQ(page.nodes[0].node, "node-1");
  const std::string summary_reply = recorded("replies.summary");
  ASSERT_TRUE(decode_reply(summary_reply, reply));
  Summary summary;
  ASSERT_TRUE(decode_summary(reply.result, summary));
  const std::string events_reply = recorded("replies.events");
  ASSERT_TRUE(decode_reply(events_reply, reply));
  EventsPage events;
  ASSERT_TRUE(decode_events_page(reply.result, events));
  EXPECT_EQ(events.events.size(), 4u);
}

}  // namespace
}  // namespace rollcall
