#include "broker/guards/flood.hpp"

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

// `per_ms` announcements of the node in each millisecond.
class Flooder {
 public:
  explicit Flooder(BrokerHarness& broker) : broker_(broker) {}
  void run_for(int ms, int per_ms) {
    for (int i = 0; i < ms; i += 10) {
      for (int k = 0; k < 10 * per_ms; ++k) broker_.status("loud", a_status(1, ++seq_));
      broker_.step(10);
      broker_.feed.clear();
    }
  }
  std::uint64_t refused() {
    const auto refused = broker_.result({{"op", "summary"}}).at("refused");
    return refused.value("flood", std::uint64_t{0});
  }
  nlohmann::json holding() { return broker_.ask({{"op", "ping"}}).at("as_of").at("holding"); }

 private:
  BrokerHarness& broker_;
  std::uint64_t seq_ = 0;
};

TEST(Flood, ABurstIsNone) {
  BrokerHarness broker;
  Flooder loud(broker);
  loud.run_for(8'000, 12);
  broker.run_for(30'000);
  EXPECT_EQ(loud.refused(), 0u);
}

// [P66]
TEST(Flood, WhoGoesOnIsHeldToAShareUntilItIsQuietForAMinute) {
  BrokerHarness broker;
  Flooder loud(broker);
  broker.status("calm", a_status());
  loud.run_for(13'000, 12);
  EXPECT_GT(loud.refused(), 10'000u);
  const auto holding = loud.holding();
  EXPECT_NE(std::find(holding.begin(), holding.end(), "flood"), holding.end());
  broker.status("calm", a_status(1, 2));
  broker.step();
  EXPECT_EQ(broker.published("status.calm").size(), 1u);  // others are heard as ever
  const std::uint64_t before = loud.refused();
  broker.run_for(58'000);
  EXPECT_EQ(loud.refused(), before);
  broker.feed.clear();
  broker.run_for(4'000);
  const auto ended = broker.published("event.guard.loud");
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].at("phase"), "ended");
  loud.run_for(2'000, 2);
  EXPECT_EQ(loud.refused(), before);
}

TEST(Flood, AnOperatorMayReleaseIt) {
  BrokerHarness broker;
  Flooder loud(broker);
  loud.run_for(13'000, 12);
  broker.result({{"op", "release"}, {"guard", "flood"}, {"node", "loud"}});
  const std::uint64_t before = loud.refused();
  loud.run_for(1'000, 2);
  EXPECT_EQ(loud.refused(), before);
}

}  // namespace
}  // namespace rollcall
