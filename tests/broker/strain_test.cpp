// What the broker does when it is short of something, and how it says so.
#include "broker/strain/strain.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "broker/strain/feed_pause.hpp"
#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

using nlohmann::json;

// Besides that it has just started.
json holding(BrokerHarness& it) {
  json words = it.ask({{"op", "ping"}}).at("as_of").at("holding");
  words.erase(std::remove(words.begin(), words.end(), json("warm_up")), words.end());
  return words;
}

std::size_t lines_of(const BrokerHarness& it, std::string_view event) {
  return static_cast<std::size_t>(std::count_if(
      it.lines.begin(), it.lines.end(), [&](const Line& line) { return line.event == event; }));
}

TEST(DescriptorAlarm, BeginsAtEightyPercentAndEndsBelowSeventy) {
  DescriptorAlarm alarm;
  const auto at = [&](std::uint64_t used) {
    alarm.count({used, 1000, 0});
    return alarm.on();
  };
  EXPECT_FALSE(at(799));
  EXPECT_TRUE(at(800));
  EXPECT_TRUE(at(750));
  EXPECT_TRUE(at(700));
  EXPECT_FALSE(at(699));
  EXPECT_FALSE(at(799));
  EXPECT_TRUE(at(1000));
  alarm.count({});
  EXPECT_FALSE(alarm.on()) << "nobody measures";
}

TEST(DescriptorAlarm, IsToldOnceAndHeldInAnswers) {
  BrokerHarness it;
  it.step();
  EXPECT_EQ(holding(it), json::array());
  it.broker().count_descriptors({90, 100, 0});
  it.run_for(3000);
  EXPECT_EQ(holding(it), json::array({"descriptors"}));
  EXPECT_EQ(lines_of(it, "descriptors_short"), 1u);
  it.broker().count_descriptors({10, 100, 7});
  it.run_for(3000);
  EXPECT_EQ(holding(it), json::array());
  EXPECT_EQ(lines_of(it, "descriptors_short"), 1u);
  EXPECT_EQ(lines_of(it, "descriptors_free"), 1u);
  EXPECT_NE(it.lines.back().text.find("7 newcomers"), std::string::npos) << it.lines.back().text;
}

Status with_inventory(std::uint64_t seq) {
  Status status = a_status(1, seq);
  status.inventory = InventorySummary{.version = 1, .count = 1, .bytes = 1, .digest = 1};
  return status;
}

TEST(SafeMode, TakesNoBlocksInUntilTenMinutesAreOver) {
  BrokerConfig config;
  config.safe_mode = true;
  BrokerHarness it(config);
  it.status("n", with_inventory(1));
  it.arrive("blocks.n", "whatever it is, it is not decoded");
  it.step();
  EXPECT_EQ(it.broker().intake().refused(Refusal::kSafeMode), 1u);
  EXPECT_EQ(it.broker().registry().nodes().size(), 1u);
  EXPECT_EQ(holding(it), json::array({"safe_mode"}));
  EXPECT_TRUE(it.published("command.").empty());
  it.run_for(20'000);
  EXPECT_TRUE(std::any_of(it.lines.begin(), it.lines.end(), [](const Line& line) {
    return line.event == "summary" && line.text.find("safe mode") != std::string::npos;
  }));

  it.run_for(SafeMode::kLastsMs - 20'000 - 1);
  EXPECT_EQ(holding(it), json::array({"safe_mode"}));
  it.run_for(1);
  EXPECT_EQ(holding(it), json::array());
  EXPECT_EQ(it.published("event.guard.-").back().at("guard"), "safe_mode");
  EXPECT_EQ(it.published("event.guard.-").back().at("ended_by"), "timer");
  it.status("n", with_inventory(2));
  it.step();
  EXPECT_EQ(it.published("command.").size(), 1u) << "the blocks that were refused are asked for";
  it.arrive("blocks.n", "\xc1");
  it.step();
  EXPECT_EQ(it.broker().intake().refused(Refusal::kMalformed), 1u) << "and decoded again";
}

TEST(SafeMode, AnOperatorMayReleaseIt) {
  BrokerConfig config;
  config.safe_mode = true;
  BrokerHarness it(config);
  it.step();
  it.result({{"op", "release"}, {"guard", "safe_mode"}});
  it.status("n", with_inventory(1));
  it.step();
  EXPECT_EQ(holding(it), json::array());
  EXPECT_EQ(it.published("command.").size(), 1u);
}

TEST(FeedPause, GrowsWhileItIsNeededAndThenForgets) {
  FeedPause pause;
  std::int64_t now_ms = 5'000'000;
  const auto next = [&] {
    const std::int64_t open_ms = pause.open_at_ms(now_ms);
    const std::int64_t waited_ms = open_ms - now_ms;
    now_ms = open_ms + 100;  // and it happens again
    return waited_ms;
  };
  EXPECT_EQ(next(), 0);
  for (const std::int64_t expected : {1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
    EXPECT_EQ(next(), expected);
  }
  now_ms += 59'000;
  EXPECT_EQ(next(), 30'000);
  now_ms += 60'000;
  EXPECT_EQ(next(), 0);
}

}  // namespace
}  // namespace rollcall
