#include "agent/probe/container.hpp"

#include <gtest/gtest.h>

#include "tests/agent/probe/recordings.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

TEST(Container, ReadsItsMemory) {
  EXPECT_EQ(parse_memory_limit(recorded::kMemoryMax), 512 * kMiB);
  EXPECT_EQ(parse_memory_limit(recorded::kMemoryCurrent), 384 * kMiB);
  EXPECT_EQ(parse_reclaimable(recorded::kMemoryStat), 260 * kMiB);
  EXPECT_FALSE(parse_memory_limit("max\n").has_value());
  EXPECT_FALSE(parse_memory_limit("").has_value());
  EXPECT_FALSE(parse_memory_limit("-1\n").has_value());
}

TEST(Container, TheSmallerLimitHoldsAndCacheIsNotUsed) {
  const UsedTotal machine{4096 * kMiB, 16384 * kMiB};
  EXPECT_EQ(within(machine, ContainerMemory{512 * kMiB, 384 * kMiB, 260 * kMiB}),
            (UsedTotal{124 * kMiB, 512 * kMiB}));
  EXPECT_EQ(within(machine, ContainerMemory{32768 * kMiB, 384 * kMiB, 0}), machine);
  EXPECT_EQ(within(machine, std::nullopt), machine);
  EXPECT_EQ(within(machine, ContainerMemory{0, 0, 0}), machine);
}

TEST(Container, UsedIsNeverOverTheLimitNorBelowZero) {
  const UsedTotal machine{0, 1000};
  EXPECT_EQ(within(machine, ContainerMemory{100, 120, 0}), (UsedTotal{100, 100}));
  EXPECT_EQ(within(machine, ContainerMemory{100, 50, 80}), (UsedTotal{0, 100}));
}

TEST(Container, ReadsItsShareOfTheProcessors) {
  EXPECT_EQ(parse_cpu_limit(recorded::kCpuMax), 1.5);
  EXPECT_EQ(parse_cpu_usage_us(recorded::kCpuStat), 123456789u);
  for (const char* const text : {"max 100000\n", "", "100000", "0 100000", "100000 0", "x y"}) {
    EXPECT_FALSE(parse_cpu_limit(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_cpu_usage_us("user_usec 1\n").has_value());
}

TEST(Container, AllOfItsShareIsAHundredPercent) {
  CpuMeter meter;
  meter.measure_and_mark(container_times(1'000'000, 1000, 1.5));
  EXPECT_DOUBLE_EQ(meter.measure_and_mark(container_times(2'500'000, 2000, 1.5)), 100.0);
  EXPECT_DOUBLE_EQ(meter.measure_and_mark(container_times(3'250'000, 3000, 1.5)), 50.0);
}

}  // namespace
}  // namespace rollcall
