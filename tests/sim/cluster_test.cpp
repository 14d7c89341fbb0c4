#include "tests/sim/cluster.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace rollcall {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

class ClusterTest : public testing::TestWithParam<std::uint64_t> {};

// Half an hour of trouble, then peace: everything is as it is.
TEST_P(ClusterTest, HealsFromWhateverHappens) {
  ClusterOptions options;
  options.seed = GetParam();
  SCOPED_TRACE("seed " + std::to_string(options.seed));
  Cluster cluster(options);
  cluster.run_for(30 * kMinuteMs);
  cluster.calm();
  cluster.run_for(4 * kMinuteMs);
  cluster.expect_all_well();
  // The world was as rough as it should be.
  for (const char* const kind : {"joined", "restarted", "late", "recovered", "left", "evicted"}) {
    EXPECT_GT(cluster.seen().events.count(kind), 0u) << kind;
  }
  EXPECT_GT(cluster.seen().refused, 0u);
}

// A dozen in the suite, fewer under sanitizers, which take ten times as long; as many as wanted
// with ROLLCALL_SIM_SEEDS=500.
std::uint64_t last_seed() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr std::uint64_t kUsual = 4;
#else
  constexpr std::uint64_t kUsual = 12;
#endif
  const char* const wanted = std::getenv("ROLLCALL_SIM_SEEDS");
  return wanted == nullptr ? kUsual : std::strtoull(wanted, nullptr, 10);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ClusterTest, testing::Range<std::uint64_t>(1, last_seed() + 1));

// Without any trouble nobody is ever late, whatever the broker's own pauses.
TEST(Cluster, APausedBrokerBlamesNobody) {
  ClusterOptions options;
  options.loss = options.repeat = options.trouble = 0;
  options.seed = 99;
  Cluster cluster(options);
  cluster.run_for(60 * kMinuteMs);
  EXPECT_GT(cluster.seen().broker_stalls + cluster.seen().broker_restarts, 3u);
  EXPECT_EQ(cluster.seen().events.count("late"), 0u);
  EXPECT_EQ(cluster.seen().events.count("evicted"), 0u);
}

}  // namespace
}  // namespace rollcall
