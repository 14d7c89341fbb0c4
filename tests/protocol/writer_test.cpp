#include "shared/protocol/writer.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "shared/core/random.hpp"
#include "tests/protocol/samples.hpp"

namespace rollcall {
namespace {

TEST(Writer, WritesTheShortestForms) {
  Buffer buffer;
  Writer writer(buffer);
  writer.map(2).pair("a", std::uint64_t{200}).text("b").array(3).nil().boolean(true).number(0.5);
  EXPECT_EQ(buffer.view(), from_hex("82 a1 61 cc c8 a1 62 93 c0 c3 cb 3f e0 00 00 00 00 00 00"));
}

TEST(Writer, NegativeDurationsBecomeZero) {
  Buffer buffer;
  Writer(buffer).pair_ms("a", -5);
  EXPECT_EQ(buffer.view(), from_hex("a1 61 00"));
}

TEST(Writer, BufferIsUsedAgainWithoutGrowing) {
  Buffer buffer;
  for (int i = 0; i < 3; ++i) {
    buffer.clear();
    Writer(buffer).text(std::string(1000, 'x'));
    EXPECT_EQ(buffer.size(), 1003u);
  }
  EXPECT_EQ(buffer.view_from(1002), "x");
}

std::string random_text(Random& random, std::size_t most) {
  std::string text(random.below(most + 1), '\0');
  for (char& c : text) c = static_cast<char>(' ' + random.below(95));
  return text;
}

Status random_status(Random& random) {
  const auto any = [&] { return random.next() >> random.below(64); };
  Status status;
  status.header = {1, any() | 1, any() | 1, any()};
  status.interval_ms = 1 + random.below(3'600'000);
  status.state = static_cast<State>(random.below(kStateNames.size()));
  for (std::uint64_t i = random.below(4); i > 0; --i) {
    status.reasons.push_back(random_text(random, 200));
  }
  status.storage.total = any();
  status.storage.used = random.below(status.storage.total);
  status.cpu_percent = random.uniform(0, 100);
  status.memory = {0, any()};
  status.network = {any(), any(), random.chance(0.5) ? any() : 0};
  if (random.chance(0.5)) status.inventory = InventorySummary{any(), any(), any(), any()};
  for (std::uint64_t i = random.below(4); i > 0; --i) {
    status.labels.emplace_back("k" + std::to_string(i), random_text(random, 256));
  }
  if (random.chance(0.5)) status.address = "tcp://10.0.0.1:9";
  status.uptime_s = any();
  status.software = random_text(random, 128);
  return status;
}

TEST(RoundTrip, StatusComesBackAsItWas) {
  Random random(5);
  Buffer buffer;
  for (int round = 0; round < 2'000; ++round) {
    const Status status = random_status(random);
    buffer.clear();
    encode(status, buffer);
    StatusView view;
    ASSERT_EQ(decode_status(buffer.view(), view), Refusal::kNone);
    ASSERT_EQ(judge_status(std::string(buffer.view())), Refusal::kNone);  // and to the referee
    ASSERT_EQ(view.header.session, status.header.session);
    ASSERT_EQ(view.header.seq, status.header.seq);
    ASSERT_EQ(view.interval_ms, status.interval_ms);
    ASSERT_EQ(view.state, status.state);
    ASSERT_EQ(view.storage, status.storage);
    ASSERT_EQ(view.memory, status.memory);
    ASSERT_EQ(view.cpu_percent, status.cpu_percent);
    ASSERT_EQ(view.network, status.network);
    ASSERT_EQ(view.has_inventory, status.inventory.has_value());
    ASSERT_EQ(view.inventory, status.inventory.value_or(InventorySummary{}));
    ASSERT_EQ(view.address, status.address);
    ASSERT_EQ(view.software, status.software);
    ASSERT_EQ(view.uptime_s, status.uptime_s);
    Labels labels;
    for_each_label(view.labels, [&](std::string_view key, std::string_view value) {
      labels.emplace_back(key, value);
    });
    ASSERT_EQ(labels, status.labels);
  }
}

}  // namespace
}  // namespace rollcall
