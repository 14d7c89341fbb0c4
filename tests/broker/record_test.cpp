// A record is the status as it was announced, whatever its shape, and what the broker adds.
#include <gtest/gtest.h>

#include "shared/core/random.hpp"
#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

using nlohmann::json;
using Pairs = std::vector<std::pair<std::string, json>>;

std::string body_of(const Pairs& pairs) {
  std::string body(1, static_cast<char>(0xde));
  body += static_cast<char>(pairs.size() >> 8);
  body += static_cast<char>(pairs.size() & 0xff);
  if (pairs.size() < 16) body = std::string(1, static_cast<char>(0x80 + pairs.size()));
  const auto append = [&](const json& value) {
    const auto bytes = json::to_msgpack(value);
    body.append(bytes.begin(), bytes.end());
  };
  for (const auto& [key, value] : pairs) {
    append(key);
    append(value);
  }
  return body;
}

// In the order in which agents send, with some left out, some unusual, and at times mixed.
Pairs a_random_status(Random& random, std::uint64_t session, std::uint64_t seq) {
  const auto used_total = [&] {
    json value = {{"used", random.below(1000)}, {"total", 1000 + random.below(UINT32_MAX)}};
    if (random.chance(0.1)) value["spare"] = "what later versions add";
    return value;
  };
  Pairs pairs{{"v", 1}, {"session", session}, {"seq", seq}, {"at", random.next()}};
  if (random.chance(0.1)) pairs.emplace_back("unknown", json{{"nested", {1, 2, 3}}});
  pairs.emplace_back("interval", 1 + random.below(3'600'000));
  pairs.emplace_back("state", random.chance(0.5) ? "healthy" : "critical");
  if (random.chance(0.3)) pairs.emplace_back("reasons", json{"disk 97 % full", "hot"});
  pairs.emplace_back("storage", used_total());
  pairs.emplace_back("cpu", random.chance(0.2) ? json(5) : json(random.uniform(0, 100)));
  pairs.emplace_back("memory", used_total());
  if (random.chance(0.7)) {
    json network = {{"rx", random.below(1u << 30)}, {"tx", random.below(1u << 30)}};
    if (random.chance(0.7)) network["capacity"] = random.below(3);
    if (random.chance(0.1)) network["more"] = nullptr;
    pairs.emplace_back("network", network);
  }
  if (random.chance(0.3)) {
    pairs.emplace_back("inventory",
                       json{{"version", 1}, {"count", 2}, {"bytes", 3}, {"digest", 4}});
  }
  if (random.chance(0.5)) pairs.emplace_back("labels", json{{"rack", "r1"}, {"zone", "z"}});
  if (random.chance(0.5)) pairs.emplace_back("address", "tcp://10.0.0.1:9000");
  if (random.chance(0.5)) pairs.emplace_back("uptime", random.next());
  if (random.chance(0.5)) pairs.emplace_back("software", "agent/1");
  if (random.chance(0.1)) pairs.emplace_back("zz", "the last");
  if (random.chance(0.05)) pairs.emplace_back("presence", "forged");
  if (random.chance(0.2)) {
    for (std::size_t i = pairs.size(); i > 1; --i) std::swap(pairs[i - 1], pairs[random.below(i)]);
  }
  return pairs;
}

TEST(Record, HoldsWhatWasAnnouncedInWhateverShapeItCame) {
  Random random(5);
  BrokerHarness it;
  int plain = 0;
  constexpr int kRounds = 2000;
  for (int round = 1; round <= kRounds; ++round) {
    const Pairs status = a_random_status(random, 7, static_cast<std::uint64_t>(round));
    it.arrive("status.n", body_of(status));
    it.step();
    ASSERT_EQ(it.broker().intake().accepted(), static_cast<std::uint64_t>(round));
    const json record = it.result({{"op", "node"}, {"node", "n"}})["node"];
    std::size_t keys = 7;
    for (const auto& [key, value] : status) {
      if (key == "presence") continue;
      ++keys;
      ASSERT_EQ(record[key], value) << key << " in round " << round;
    }
    ASSERT_EQ(record.size(), keys) << "round " << round;
    ASSERT_EQ(record["presence"], "present");
    const bool has_labels = record.contains("labels");
    const auto found =
        it.result({{"op", "nodes"}, {"labels", {{"rack", "r1"}, {"zone", "z"}}}})["nodes"];
    ASSERT_EQ(found.size(), has_labels ? 1u : 0u);
    const Registry& registry = it.broker().registry();
    plain += registry.nodes().at(registry.find(std::string_view("n"))).is_plain ? 1 : 0;
  }
  EXPECT_GT(plain, kRounds / 4) << "the usual shape was hardly tried";
  EXPECT_LT(plain, kRounds * 3 / 4) << "unusual shapes were hardly tried";
}

}  // namespace
}  // namespace rollcall
