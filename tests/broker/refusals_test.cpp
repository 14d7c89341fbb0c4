// What is told of announcements that are refused: enough to notice, never a flood.
#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

TEST(Refusals, AreToldOncePerNodeAndMinute) {
  BrokerHarness it;
  it.status("a", a_status(1, 1));
  for (int i = 0; i < 5; ++i) it.arrive("status.a", "\xc1");
  for (int i = 0; i < 5; ++i) it.arrive("status.stranger", "\xc1");
  it.step();
  EXPECT_EQ(it.published("event.refused").size(), 2u);
  it.run_for(59'000);
  it.arrive("status.a", "\xc1");
  it.step();
  EXPECT_EQ(it.published("event.refused").size(), 2u);
  it.run_for(1000);
  it.arrive("status.a", "\xc1");
  it.arrive("status.stranger", "\xc1");
  it.step();
  EXPECT_EQ(it.published("event.refused").size(), 4u);
  EXPECT_EQ(it.broker().intake().refused(Refusal::kMalformed), 13u);
}

TEST(Refusals, AreToldOncePerMinuteAcrossJoiningAndEviction) {
  BrokerConfig config;
  config.evict_after_ms = 1000;
  BrokerHarness it(config);
  it.arrive("status.a", "\xc1");
  Status status = a_status();
  status.interval_ms = 100;
  it.status("a", status);
  it.arrive("status.a", "\xc1");
  it.step();
  EXPECT_EQ(it.published("event.refused").size(), 1u);
  it.run_for(59'000);  // evicted
  it.status("a", status);
  it.step();
  it.run_for(1000);
  it.arrive("status.a", "\xc1");
  it.step();
  EXPECT_EQ(it.published("event.refused").size(), 2u);
  it.run_for(2000);  // evicted again
  EXPECT_EQ(it.published("event.evicted").size(), 2u);
  it.arrive("status.a", "\xc1");
  it.step();
  EXPECT_EQ(it.published("event.refused").size(), 2u);
}

TEST(Refusals, StrangersCannotFloodTheEvents) {
  BrokerHarness it;
  for (int i = 0; i < 1000; ++i) it.arrive("status.s" + std::to_string(i), "\xc1");
  it.step();
  EXPECT_EQ(it.published("event.refused").size(), limits::kRefusedStrangers);
  EXPECT_EQ(it.result({{"op", "summary"}})["dropped"]["events"], 1000 - limits::kRefusedStrangers);
}

TEST(Refusals, ABadTopicIsCountedAndNamesNobody) {
  BrokerHarness it;
  it.arrive("status.-a", encoded(a_status()));
  it.arrive("other.a", encoded(a_status()));
  it.arrive("", "");
  it.step();
  EXPECT_EQ(it.broker().intake().refused(Refusal::kTopic), 3u);
  EXPECT_TRUE(it.feed.empty());
}

}  // namespace
}  // namespace rollcall
