#include "agent/probe/cpu.hpp"

#include <gtest/gtest.h>

#include "agent/probe/text.hpp"
#include "tests/agent/probe/recordings.hpp"

namespace rollcall {
namespace {

TEST(CpuTimes, WaitingForDisksIsIdleAndGuestsAreNotCountedTwice) {
  const auto times = parse_cpu_times(recorded::kStat);
  ASSERT_TRUE(times.has_value());
  EXPECT_EQ(times->total, 152410u + 330 + 40211 + 9812345 + 20311 + 0 + 3021 + 1200);
  EXPECT_EQ(times->busy, 152410u + 330 + 40211 + 0 + 3021 + 1200);
}

TEST(CpuTimes, OldKernelsHaveFourColumns) {
  const auto times = parse_cpu_times(recorded::kStatOfOld);
  ASSERT_TRUE(times.has_value());
  EXPECT_EQ(times->busy, 1132u + 34 + 1441);
  EXPECT_EQ(times->total, 1132u + 34 + 1441 + 11311718);
}

TEST(CpuTimes, AThousandProcessors) {
  const auto times = parse_cpu_times(recorded::stat_of_1000());
  ASSERT_TRUE(times.has_value());
  EXPECT_EQ(times->busy, 1'600'000u);
  EXPECT_EQ(times->total, 100'000'000u);
}

TEST(CpuTimes, NonsenseIsNothing) {
  for (const char* const text :
       {"", "\n", "cpu", "cpu 1 2 3", "cpu0 1 2 3 4 5", "cpu a b c d", "cpu  1 2 -3 4",
        "cpu 1 2 3 99999999999999999999", "cpu 1 2 3 18446744073709551615", "intr 1 2 3 4 5"}) {
    EXPECT_FALSE(parse_cpu_times(text).has_value()) << text;
  }
}

TEST(CpuMeter, MeasuresBetweenMarks) {
  CpuMeter meter;
  EXPECT_EQ(meter.measure_and_mark({100, 1000}), 0.0);
  EXPECT_DOUBLE_EQ(meter.measure({150, 1100}), 50.0);
  EXPECT_DOUBLE_EQ(meter.measure_and_mark({175, 1300}), 25.0);
  EXPECT_DOUBLE_EQ(meter.measure_and_mark({275, 1400}), 100.0);
}

TEST(CpuMeter, WhereNoTimePassedTheLastStands) {
  CpuMeter meter;
  meter.measure_and_mark({0, 0});
  meter.measure_and_mark({30, 100});
  EXPECT_DOUBLE_EQ(meter.measure_and_mark({30, 100}), 30.0);
}

TEST(CpuMeter, UnpluggedProcessorsGiveNoWildValue) {
  CpuMeter meter;
  meter.measure_and_mark({0, 0});
  meter.measure_and_mark({4000, 10000});
  EXPECT_DOUBLE_EQ(meter.measure_and_mark({2000, 5000}), 40.0);   // half of the counters went
  EXPECT_DOUBLE_EQ(meter.measure_and_mark({2010, 5100}), 10.0);   // and it goes on from there
  EXPECT_DOUBLE_EQ(meter.measure_and_mark({2000, 5200}), 0.0);    // busy went back: not negative
  EXPECT_DOUBLE_EQ(meter.measure_and_mark({2200, 5300}), 100.0);  // iowait went back: not over 100
}

TEST(Uptime, WholeSeconds) {
  EXPECT_EQ(parse_uptime_s("350735.47 234388.90\n"), 350735u);
  EXPECT_EQ(parse_uptime_s("0.07 0.01\n"), 0u);
  EXPECT_EQ(parse_uptime_s("12"), 12u);
  for (const char* const text : {"", "x", "-1.0 2", ".5", "99999999999999999999.0"}) {
    EXPECT_FALSE(parse_uptime_s(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace rollcall
