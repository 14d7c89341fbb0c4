// Messages recorded once, as bytes: each released version must read them for ever, and what we
// write today must be what we wrote then. The .hex files never change; new ones are added.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/protocol/samples.hpp"

namespace rollcall {
namespace {

Status full_status() {
  Status status;
  status.header = {1, 0x0123456789abcdefu, 7, 1'790'000'000'123u};
  status.interval_ms = 10'000;
  status.state = State::kWarning;
  status.reasons = {"storage 93.1 % of 90 %", "cpu 97 % of 95 % for 5m"};
  status.storage = {931'000'000'000u, 1'000'000'000'000u};
  status.cpu_percent = 97.25;
  status.memory = {12'884'901'888u, 17'179'869'184u};
  status.network = {118'000'000u, 2'500u, 1'250'000'000u};
  status.inventory = InventorySummary{42, 3, 70'000, 0xee6ec0d7888665e3u};
  status.labels = {{"zone", "b"}, {"rack", "r07"}};
  status.address = "tcp://10.0.0.7:9000";
  status.uptime_s = 86'400;
  status.software = "rollcall-agent/0.1.0";
  return status;
}

template <typename Message>
std::string encoded(const Message& message) {
  Buffer buffer;
  encode(message, buffer);
  return std::string(buffer.view());
}

TEST(Golden, FullStatusIsWrittenAsItWas) {
  EXPECT_EQ(encoded(full_status()), golden("status_full"));
}

TEST(Golden, FullStatusIsReadAsItWas) {
  const std::string body = golden("status_full");
  StatusView view;
  ASSERT_EQ(decode_status(body, view), Refusal::kNone);
  ASSERT_EQ(judge_status(body), Refusal::kNone);
  const Status expected = full_status();
  EXPECT_EQ(view.header.session, expected.header.session);
  EXPECT_EQ(view.header.seq, expected.header.seq);
  EXPECT_EQ(view.header.at_ms, expected.header.at_ms);
  EXPECT_EQ(view.interval_ms, expected.interval_ms);
  EXPECT_EQ(view.state, expected.state);
  EXPECT_EQ(view.storage, expected.storage);
  EXPECT_EQ(view.memory, expected.memory);
  EXPECT_EQ(view.cpu_percent, expected.cpu_percent);
  EXPECT_EQ(view.network, expected.network);
  EXPECT_EQ(view.inventory, *expected.inventory);
  EXPECT_EQ(view.address, expected.address);
  EXPECT_EQ(view.uptime_s, expected.uptime_s);
  EXPECT_EQ(view.software, expected.software);
  std::vector<std::string> reasons;
  for_each_reason(view.reasons, [&](std::string_view reason) { reasons.emplace_back(reason); });
  EXPECT_EQ(reasons, expected.reasons);
  Labels labels;
  for_each_label(view.labels, [&](std::string_view key, std::string_view value) {
    labels.emplace_back(key, value);
  });
  EXPECT_EQ(labels, expected.labels);
}

TEST(Golden, WidestFormsAreReadLikeTheShortest) {
  const std::string body = golden("status_widths");
  StatusView view;
  ASSERT_EQ(decode_status(body, view), Refusal::kNone);
  ASSERT_EQ(judge_status(body), Refusal::kNone);
  EXPECT_EQ(view.header.seq, 9u);
  EXPECT_EQ(view.interval_ms, 10'000u);
  EXPECT_EQ(view.state, State::kIdle);
  EXPECT_EQ(view.cpu_percent, 12.0);
  EXPECT_EQ(view.storage, (UsedTotal{1, 2}));
}

TEST(Golden, BlocksAreWrittenAsTheyWere) {
  const std::vector<Block> changed{{"a", 10'000}, {"größe/1.blk", std::uint64_t{1} << 40}};
  const std::vector<std::string_view> removed{"old"};
  Blocks change;
  change.header = {1, 0x0123456789abcdefu, 8, 1'790'000'000'200u};
  change.from = 41;
  change.to = 42;
  change.add = changed;
  change.remove = removed;
  EXPECT_EQ(encoded(change), golden("blocks_change"));

  const std::vector<Block> all{{"a", 10'000}, {"b", 20'000}, {"c", 40'000}};
  Blocks whole;
  whole.header = {1, 0x0123456789abcdefu, 9, 1'790'000'000'300u};
  whole.to = 42;
  whole.part = 2;
  whole.parts = 2;
  whole.add = all;
  EXPECT_EQ(encoded(whole), golden("blocks_whole"));
}

TEST(Golden, LeaveIsWrittenAsItWas) {
  Leave leave;
  leave.header = {1, 0x0123456789abcdefu, 10, 1'790'000'000'400u};
  leave.reason = "kernel update";
  leave.back_in_ms = 600'000;
  EXPECT_EQ(encoded(leave), golden("leave"));
}

TEST(Golden, EveryFileIsAccepted) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/protocol/golden")) {
    const std::string name = entry.path().stem();
    const std::string body = golden(name);
    ++files;
    if (name.starts_with("status")) {
      EXPECT_EQ(judge_status(body), Refusal::kNone) << name;
    }
    if (name.starts_with("blocks")) {
      EXPECT_EQ(judge_blocks(body), Refusal::kNone) << name;
    }
    if (name.starts_with("leave")) {
      EXPECT_EQ(judge_leave(body), Refusal::kNone) << name;
    }
  }
  EXPECT_GE(files, 9);
}

}  // namespace
}  // namespace rollcall
