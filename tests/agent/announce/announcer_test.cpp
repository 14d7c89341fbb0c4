#include "agent/announce/announcer.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "agent/announce/block_parts.hpp"
#include "agent/announce/schedule.hpp"
#include "tests/agent/announce/fake_source.hpp"

namespace rollcall {
namespace {

struct Sent {
  std::int64_t at_ms;
  std::string topic;
  std::string body;
};

std::string command_body(const char* kind) {
  Buffer buffer;
  Writer(buffer)
      .map(4)
      .pair("v", std::uint64_t{1})
      .pair("id", std::uint64_t{1})
      .pair("at", std::uint64_t{1})
      .pair("kind", std::string_view(kind));
  return std::string(buffer.view());
}

class AgentHarness {
 public:
  explicit AgentHarness(std::size_t nodes = 1, bool has_blocks = true) {
    std::vector<Member> members;
    for (std::size_t i = 0; i < nodes; ++i) {
      auto source = std::make_unique<FakeSource>(has_blocks);
      sources.push_back(source.get());
      members.emplace_back("node-" + std::to_string(i), std::move(source), Labels{});
    }
    AnnouncerConfig config;
    config.session_seed = 7;
    announcer = std::make_unique<Announcer>(std::move(config), std::move(members), now);
  }

  void connect() {
    ++connected;
    link(true);
  }
  void disconnect() {
    --connected;
    link(false);
  }
  void command(const std::string& topic, const std::string& body) {
    const std::vector<Command> commands{{topic, body}};
    step({}, commands);
  }
  void run_for(std::int64_t ms) {
    const std::int64_t until_ms = now.steady_ms + ms;
    while (true) {
      const std::int64_t next_ms = std::max(outbox.wake_at_ms, now.steady_ms);
      if (next_ms > until_ms) break;
      move_to(next_ms);
      step({}, {});
    }
    move_to(until_ms);
  }
  void step(std::span<const AgentInbox::LinkEvent> links, std::span<const Command> commands) {
    announcer->step(now, {links, commands, connected}, outbox);
    collect();
  }
  void collect() {
    for (const auto& message : outbox.messages()) {
      sent.push_back(
          {now.steady_ms, std::string(message.topic), std::string(outbox.body_of(message))});
    }
  }
  std::vector<std::string> topics() const {
    std::vector<std::string> all;
    for (const Sent& it : sent) all.push_back(it.topic);
    return all;
  }

  Now now{5'000'000, 1'700'000'000'000};
  std::vector<FakeSource*> sources;
  std::unique_ptr<Announcer> announcer;
  AgentOutbox outbox;
  std::vector<Sent> sent;
  std::size_t connected = 0;

 private:
  void link(bool up) {
    const std::vector<AgentInbox::LinkEvent> events{{"tcp://broker", up}};
    step(events, {});
  }
  void move_to(std::int64_t ms) {
    now.wall_ms += ms - now.steady_ms;
    now.steady_ms = ms;
  }
};

using Topics = std::vector<std::string>;

TEST(Schedule, TurnsAreOneIntervalApartAndEachNodeHasItsOwn) {
  std::set<std::int64_t> phases;
  for (int i = 0; i < 100; ++i) {
    const std::string node = "node-" + std::to_string(i);
    std::int64_t now_ms = 123'456;
    const std::int64_t first_ms = next_turn_ms(node, now_ms, 10'000);
    EXPECT_GT(first_ms, now_ms);
    EXPECT_LE(first_ms, now_ms + 10'000);
    EXPECT_EQ(next_turn_ms(node, first_ms, 10'000), first_ms + 10'000);
    EXPECT_EQ(next_turn_ms(node, first_ms + 9'999, 10'000), first_ms + 10'000);
    phases.insert(first_ms % 10'000);
  }
  EXPECT_GT(phases.size(), 90u);
}

TEST(Announcer, SaysNothingWhileNoBrokerIsThere) {
  AgentHarness it;
  it.step({}, {});
  it.run_for(60'000);
  EXPECT_TRUE(it.sent.empty());
  EXPECT_EQ(it.sources[0]->samples, 6);
}

TEST(Announcer, AnnouncesAtOnceWhenABrokerComesThenOnSchedule) {
  AgentHarness it(1, false);
  it.connect();
  ASSERT_EQ(it.topics(), Topics{"status.node-0"});
  it.run_for(100'000);
  EXPECT_EQ(it.sent.size(), 11u);
  for (std::size_t i = 1; i < it.sent.size(); ++i) {
    EXPECT_LE(it.sent[i].at_ms - it.sent[i - 1].at_ms, 10'000);
    if (i == 1) continue;
    EXPECT_EQ(it.sent[i].at_ms - it.sent[i - 1].at_ms, 10'000);
  }
}

TEST(Announcer, CountsFromOneWithoutAGapOverAllKinds) {
  AgentHarness it;
  it.sources[0]->set.put("a", 1);
  it.connect();
  for (int i = 0; i < 5; ++i) {
    it.sources[0]->set.put("b" + std::to_string(i), 1);
    it.run_for(10'000);
  }
  std::uint64_t seq = 0;
  for (const Sent& sent : it.sent) {
    StatusView status;
    BlocksView blocks;
    const bool is_status = sent.topic.starts_with("status.");
    ASSERT_EQ(is_status ? decode_status(sent.body, status) : decode_blocks(sent.body, blocks),
              Refusal::kNone);
    EXPECT_EQ(is_status ? why_invalid(status) : why_invalid(blocks), Refusal::kNone);
    EXPECT_EQ((is_status ? status.header : blocks.header).seq, ++seq);
  }
}

TEST(Announcer, TheFirstWordIsAStatusThenBlocksGoBeforeTheStatusThatSpeaksOfThem) {
  AgentHarness it;
  it.sources[0]->set.put("a", 10);
  it.connect();
  ASSERT_EQ(it.topics(), (Topics{"status.node-0", "blocks.node-0", "status.node-0"}));
  StatusView first;
  StatusView second;
  BlocksView blocks;
  ASSERT_EQ(decode_status(it.sent[0].body, first), Refusal::kNone);
  ASSERT_EQ(decode_blocks(it.sent[1].body, blocks), Refusal::kNone);
  ASSERT_EQ(decode_status(it.sent[2].body, second), Refusal::kNone);
  EXPECT_EQ(first.inventory.version, *blocks.from);
  EXPECT_EQ(second.inventory.version, blocks.to);
  EXPECT_EQ(second.inventory.count, 1u);
}

TEST(Announcer, ChangedBlocksOfARealMachineDoNotWaitForTheNextTurn) {
  AgentHarness it;
  it.sources[0]->wakes = true;
  it.connect();
  it.run_for(5000);
  it.sent.clear();
  it.sources[0]->set.put("a", 1);
  it.step({}, {});
  it.run_for(199);
  EXPECT_TRUE(it.sent.empty());
  it.sources[0]->set.put("b", 1);
  it.step({}, {});
  it.run_for(1);
  ASSERT_EQ(it.sent.size(), 2u);  // both in one
  EXPECT_EQ(it.sent[0].topic, "blocks.node-0");
  EXPECT_EQ(it.sent[1].topic, "status.node-0");
}

TEST(Announcer, ManyChangesAreAnnouncedOnceASecond) {
  AgentHarness it;
  it.sources[0]->wakes = true;
  it.connect();
  it.run_for(5000);
  it.sent.clear();
  for (int i = 0; i < 100; ++i) {
    it.sources[0]->set.put("block-" + std::to_string(i), 1);
    it.step({}, {});
    it.run_for(50);
  }
  std::size_t statuses = 0;
  for (const Sent& sent : it.sent) statuses += sent.topic.starts_with("status.") ? 1u : 0u;
  EXPECT_GE(statuses, 4u);
  EXPECT_LE(statuses, 6u);
}

TEST(Announcer, AFleetDoesNotBeatInStep) {
  AgentHarness it(1000, false);
  it.connect();
  it.run_for(1000);
  EXPECT_GE(it.sent.size(), 1000u);  // all introduced within a second
  it.sent.clear();
  it.run_for(10'000);
  std::map<std::int64_t, int> per_second;
  for (const Sent& sent : it.sent) ++per_second[sent.at_ms / 1000];
  EXPECT_EQ(it.sent.size(), 1000u);
  for (const auto& [second, count] : per_second) EXPECT_LT(count, 160) << second;
}

TEST(Announcer, TheWholeSetIsSentWhenAskedAndNotTwiceForTwoQuestions) {
  AgentHarness it;
  it.sources[0]->set.put("a", 10);
  it.connect();
  it.run_for(20'000);
  it.sent.clear();
  it.command("command.node-0", command_body("inventory"));
  it.command("command.node-0", command_body("inventory"));
  ASSERT_EQ(it.topics(), Topics{"blocks.node-0"});
  BlocksView blocks;
  ASSERT_EQ(decode_blocks(it.sent[0].body, blocks), Refusal::kNone);
  EXPECT_FALSE(blocks.from.has_value());
  EXPECT_EQ(blocks.add_count, 1u);
  it.run_for(10'000);
  it.command("command.node-0", command_body("inventory"));
  EXPECT_EQ(it.topics().back(), "blocks.node-0");
}

TEST(Announcer, ABrokerThatHasJustComeGetsTheWholeSetWhoeverGotOneBefore) {
  AgentHarness it;
  it.sources[0]->set.put("a", 10);
  it.connect();
  it.command("command.node-0", command_body("inventory"));
  ASSERT_EQ(it.topics().back(), "blocks.node-0");
  it.sent.clear();
  it.command("command.node-0", command_body("inventory"));
  EXPECT_TRUE(it.sent.empty());
  it.connect();
  it.sent.clear();
  it.command("command.node-0", command_body("inventory"));
  EXPECT_EQ(it.topics(), Topics{"blocks.node-0"});
}

TEST(Announcer, CommandsForOthersAndNonsenseAreCountedAndIgnored) {
  AgentHarness it;
  it.connect();
  it.sent.clear();
  it.command("command.node-01", command_body("inventory"));
  it.command("command.node-0", "\xc1");
  it.command("event.joined.node-0", command_body("inventory"));
  it.command("command.node-0", std::string(70'000, 'x'));
  EXPECT_EQ(it.announcer->commands_ignored(), 4u);
  it.command("command.node-0", command_body("dance"));
  EXPECT_TRUE(it.sent.empty());
}

TEST(Announcer, LargeSetsGoInPartsThatFit) {
  AgentHarness it;
  for (int i = 0; i < 60'000; ++i) {
    it.sources[0]->set.put("block-with-a-rather-long-name-" + std::to_string(i), 1);
  }
  it.connect();
  std::size_t added = 0;
  std::uint64_t expected_part = 1;
  for (const Sent& sent : it.sent) {
    if (!sent.topic.starts_with("blocks.")) continue;
    BlocksView blocks;
    ASSERT_EQ(decode_blocks(sent.body, blocks), Refusal::kNone);
    ASSERT_EQ(why_invalid(blocks), Refusal::kNone);
    EXPECT_LE(sent.body.size(), limits::kBlocksBodyBytes);
    EXPECT_EQ(blocks.part, expected_part++);
    added += blocks.add_count;
  }
  EXPECT_GT(expected_part, 5u);
  EXPECT_EQ(added, 60'000u);
}

TEST(Announcer, ARestartedMachineIsANewSession) {
  AgentHarness it(1, false);
  it.connect();
  it.run_for(10'000);
  const std::uint64_t before = it.announcer->members()[0].session;
  it.sources[0]->down = true;
  it.sent.clear();
  it.run_for(30'000);
  EXPECT_TRUE(it.sent.empty());
  it.sources[0]->down = false;
  it.run_for(10'000);
  ASSERT_EQ(it.sent.size(), 1u);
  StatusView status;
  ASSERT_EQ(decode_status(it.sent[0].body, status), Refusal::kNone);
  EXPECT_NE(status.header.session, before);
  EXPECT_EQ(status.header.seq, 1u);
}

TEST(Announcer, ASecondBrokerIsIntroducedAtOnceAndTheSeqGoesOn) {
  AgentHarness it(1, false);
  it.connect();
  it.run_for(1000);
  it.connect();
  StatusView status;
  ASSERT_EQ(decode_status(it.sent.back().body, status), Refusal::kNone);
  EXPECT_EQ(it.sent.back().at_ms, it.now.steady_ms);
  EXPECT_EQ(status.header.seq, it.sent.size());
  it.disconnect();
  it.disconnect();
  const std::size_t before = it.sent.size();
  it.run_for(30'000);
  EXPECT_EQ(it.sent.size(), before);
}

TEST(Announcer, LeavesInOrderOnceItHasAnnounced) {
  AgentHarness it(3, false);
  it.announcer->leave(it.now, "stopped", 5000, it.outbox);
  EXPECT_TRUE(it.outbox.messages().empty());
  it.connect();
  it.announcer->leave(it.now, "stopped", 5000, it.outbox);
  ASSERT_EQ(it.outbox.messages().size(), 3u);
  LeaveView leave;
  ASSERT_EQ(decode_leave(it.outbox.body_of(it.outbox.messages()[0]), leave), Refusal::kNone);
  EXPECT_EQ(leave.reason, "stopped");
  EXPECT_EQ(leave.back_in_ms, 5000u);
  EXPECT_EQ(leave.header.seq, 2u);
}

TEST(Announcer, AnIdleAgentWakesForItsTurnsOnly) {
  AgentHarness it(1, false);
  it.connect();
  const std::int64_t wake_ms = it.outbox.wake_at_ms;
  EXPECT_GT(wake_ms, it.now.steady_ms);
  it.run_for(10'000);
  EXPECT_EQ(it.sources[0]->samples, 2);
}

}  // namespace
}  // namespace rollcall
