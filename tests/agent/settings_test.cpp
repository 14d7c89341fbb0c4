// What the agent's options mean together, and what is said where they make no sense.
#include "agent/settings.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

std::string why(AgentSettings settings, const std::string& host_name = "host-1") {
  return complete(settings, host_name);
}

// That what is wrong is said, with the option's name.
void expect_named(const AgentSettings& settings, const std::string& option) {
  EXPECT_TRUE(why(settings).starts_with(option + ":")) << option << " in: " << why(settings);
}

TEST(Settings, TheNodeIsTheHostUnlessNamedAndMustBeANodeId) {
  AgentSettings settings;
  EXPECT_EQ(complete(settings, "host-1"), "");
  EXPECT_EQ(settings.node, "host-1");
  EXPECT_NE(why({}, ""), "");
  EXPECT_NE(why({}, "bad host").find("NODE: 'bad host'"), std::string::npos);
  settings = {};
  settings.node = std::string(128, 'a');
  EXPECT_EQ(why(settings), "");
  settings.nodes = 2;  // with its number it would be too long
  expect_named(settings, "NODE");
}

TEST(Settings, ManyNodesAreSimulated) {
  AgentSettings settings;
  settings.nodes = 12;
  ASSERT_EQ(complete(settings, "sim"), "");
  EXPECT_EQ(settings.source, "simulated");
  EXPECT_EQ(member_count(settings), 12u);
  EXPECT_EQ(member_id(settings, 0), "sim-000001");
  EXPECT_EQ(member_id(settings, 11), "sim-000012");
}

TEST(Settings, ThisMachineIsOneNode) {
  AgentSettings settings;
  ASSERT_EQ(complete(settings, "host-1"), "");
  EXPECT_EQ(settings.source, "system");
  EXPECT_EQ(member_id(settings, 0), "host-1");

  settings = {};
  settings.source = "system";
  settings.nodes = 2;
  expect_named(settings, "--nodes");
  settings.nodes = 1;
  ASSERT_EQ(complete(settings, "host-1"), "");
  EXPECT_EQ(member_id(settings, 0), "host-1");
}

TEST(Settings, EachFeedBelongsToABroker) {
  AgentSettings settings;
  settings.announce = {"tcp://a:1"};
  settings.feed = {"tcp://a:2", "tcp://b:2"};
  expect_named(settings, "--feed");
  settings.announce = {"tcp://a:1", "tcp://b:1", "tcp://c:1"};
  EXPECT_EQ(why(settings), "") << "what the last one commands is not heard";
  settings.feed = {"tcp://a:2", "tcp://b:2"};
  EXPECT_EQ(why(settings), "");
  settings.announce.assign(limits::kBrokersPerAgent + 1, "tcp://a:1");
  expect_named(settings, "--announce");
  settings.announce.clear();
  expect_named(settings, "--announce");
}

TEST(Settings, EndpointsMustBeSomewhereToConnectTo) {
  for (const char* bad : {"tcp://*:8888", "tcp://a:*", "tcp://a:0", "udp://a:1", "a:1", ""}) {
    AgentSettings settings;
    settings.announce = {bad};
    expect_named(settings, "--announce");
    settings = {};
    settings.feed = {bad};
    expect_named(settings, "--feed");
  }
}

TEST(Settings, LabelsAreKeysAndValues) {
  AgentSettings settings;
  settings.label_texts = {"zone=north", "note=a=b", "empty="};
  ASSERT_EQ(complete(settings, "host-1"), "");
  EXPECT_EQ(settings.labels, (Labels{{"zone", "north"}, {"note", "a=b"}, {"empty", ""}}));
  for (const std::string& bad : {std::string("zone"), std::string("=x"), std::string(),
                                 std::string(limits::kLabelKeyBytes + 1, 'k') + "=x",
                                 "k=" + std::string(limits::kLabelValueBytes + 1, 'v')}) {
    AgentSettings wrong;
    wrong.label_texts = {bad};
    expect_named(wrong, "--label");
  }
  AgentSettings twice;
  twice.label_texts = {"a=1", "a=2"};
  expect_named(twice, "--label");
}

TEST(Settings, TextsMustBeUtf8) {
  AgentSettings settings;
  settings.label_texts = {"zone=\xff"};
  expect_named(settings, "--label");
  settings = {};
  settings.address = "tcp://\xc3\x28:1";
  expect_named(settings, "--address");
  settings = {};
  settings.leave_reason = "\xed\xa0\x80";
  expect_named(settings, "--leave-reason");
}

TEST(Settings, OtherValuesThatMakeNoSenseAreNamed) {
  AgentSettings settings;
  settings.capacity_bytes = 0;
  expect_named(settings, "--capacity");
  for (const char* bad : {"", "fast", "0", "-1", "nan", "inf", "1e9", "2x"}) {
    settings = {};
    settings.time_scale_text = bad;
    expect_named(settings, "--time-scale");
  }
  settings = {};
  settings.source = "simulated";
  settings.data_dir = "/srv";
  expect_named(settings, "--data-dir");
  settings = {};
  settings.address = std::string(limits::kAddressBytes + 1, 'a');
  expect_named(settings, "--address");
  settings = {};
  settings.leave_reason = std::string(limits::kLeaveReasonBytes + 1, 'a');
  expect_named(settings, "--leave-reason");
}

}  // namespace
}  // namespace rollcall
