#include "broker/registry/failure_domains.hpp"

#include <gtest/gtest.h>

#include "shared/protocol/writer.hpp"

namespace rollcall {
namespace {

std::string labels(std::vector<std::pair<std::string, std::string>> pairs) {
  Buffer buffer;
  Writer writer(buffer);
  writer.map(pairs.size());
  for (const auto& [key, value] : pairs) writer.pair(key, std::string_view(value));
  return std::string(buffer.view());
}

TEST(FailureDomains, ARackIsInItsZoneAndAllInAll) {
  FailureDomains domains;
  domains.make_room(static_cast<Slot>(limits::kFailureDomains + 100));
  domains.insert(3, labels({{"zone", "a"}, {"rack", "7"}}), true);
  domains.insert(4, labels({{"zone", "a"}}), true);
  domains.insert(5, labels({{"rack", "7"}}), true);
  domains.insert(6, {}, false);
  const auto& rack = domains.at(domains.of(3));
  EXPECT_EQ(rack.name, "zone=a rack=7");
  EXPECT_EQ(rack.members, 1u);
  EXPECT_EQ(domains.at(rack.parent).name, "zone=a");
  EXPECT_EQ(domains.at(rack.parent).present, 2u);
  EXPECT_EQ(domains.at(domains.of(5)).name, "rack=7");
  EXPECT_EQ(domains.at(FailureDomains::kAll).members, 4u);
  EXPECT_EQ(domains.at(FailureDomains::kAll).present, 3u);
}

TEST(FailureDomains, FollowsPresenceAndLabels) {
  FailureDomains domains;
  domains.make_room(static_cast<Slot>(limits::kFailureDomains + 100));
  domains.insert(0, labels({{"zone", "a"}}), true);
  const auto zone = domains.of(0);
  domains.set_present(0, false);
  EXPECT_EQ(domains.at(zone).present, 0u);
  EXPECT_EQ(domains.at(zone).members, 1u);
  domains.relabel(0, labels({{"zone", "b"}}), false);
  EXPECT_EQ(domains.at(zone).members, 0u);
  domains.erase(0, false);
  EXPECT_EQ(domains.at(FailureDomains::kAll).members, 0u);
}

// A zone called "a rack=7" is not rack 7 of zone a.
TEST(FailureDomains, NamesThatLookAlikeAreToldApart) {
  FailureDomains domains;
  domains.make_room(static_cast<Slot>(limits::kFailureDomains + 100));
  domains.insert(0, labels({{"zone", "a"}, {"rack", "7"}}), true);
  domains.insert(1, labels({{"zone", "a rack=7"}}), true);
  EXPECT_NE(domains.of(0), domains.of(1));
}

TEST(FailureDomains, MadeUpLabelsCostNoMoreThanTheLimit) {
  FailureDomains domains;
  domains.make_room(static_cast<Slot>(limits::kFailureDomains + 100));
  domains.insert(0, labels({{"zone", "real"}}), true);
  domains.insert(1, {}, true);
  for (std::size_t i = 0; i < 2 * limits::kFailureDomains; ++i) {
    domains.relabel(1, labels({{"zone", std::to_string(i)}, {"rack", "1"}}), true);
    ASSERT_LT(domains.of(1), limits::kFailureDomains);
    ASSERT_EQ(domains.at(FailureDomains::kAll).present, 2u);
  }
  EXPECT_EQ(domains.at(domains.of(0)).name, "zone=real");
  EXPECT_EQ(domains.at(domains.of(0)).members, 1u);
}

TEST(FailureDomains, BeyondTheLimitANodeCountsForTheWholeAlone) {
  FailureDomains domains;
  domains.make_room(static_cast<Slot>(limits::kFailureDomains + 100));
  const auto beyond = static_cast<Slot>(limits::kFailureDomains + 10);
  for (Slot slot = 0; slot < beyond; ++slot) {
    domains.insert(slot, labels({{"zone", std::to_string(slot)}}), true);
  }
  EXPECT_EQ(domains.of(beyond - 1), FailureDomains::kAll);
  EXPECT_EQ(domains.at(FailureDomains::kAll).members, beyond);
}

TEST(LossWindow, ForgetsWhatIsOlderThanItsSeconds) {
  LossWindow window;
  window.add(1'000);
  window.add(1'500);
  window.add(9'000);
  EXPECT_EQ(window.sum(9'000), 3u);
  EXPECT_EQ(window.sum(15'999), 3u);
  EXPECT_EQ(window.sum(16'000), 1u);
  EXPECT_EQ(window.sum(1'000'000), 0u);
  window.add(1'000'000);
  EXPECT_EQ(window.sum(1'000'000), 1u);
}

}  // namespace
}  // namespace rollcall
