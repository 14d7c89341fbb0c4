#include "shared/core/units.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "shared/core/random.hpp"

namespace rollcall {
namespace {

TEST(Duration, IsReadInEveryUnitAndAsASum) {
  EXPECT_EQ(*parse_duration_ms("500ms"), 500);
  EXPECT_EQ(*parse_duration_ms("10s"), 10'000);
  EXPECT_EQ(*parse_duration_ms("2m"), 120'000);
  EXPECT_EQ(*parse_duration_ms("24h"), 86'400'000);
  EXPECT_EQ(*parse_duration_ms("7d"), 604'800'000);
  EXPECT_EQ(*parse_duration_ms("1h30m"), 5'400'000);
  EXPECT_EQ(*parse_duration_ms("1.5s"), 1'500);
  EXPECT_EQ(*parse_duration_ms("0s"), 0);
}

TEST(Duration, RefusesAllElseAndSaysWhatToWrite) {
  for (const char* bad : {"", "10", "s", "10 s", "-1s", "+1s", "1e3s", "1x", "1s2", "1.2.3s", ".s",
                          "10S", "0x10s", "nan", "infs", "999999999999999d", "1s "}) {
    const auto parsed = parse_duration_ms(bad);
    EXPECT_FALSE(parsed) << bad;
    EXPECT_NE(parsed.error().find("is not a duration; write"), std::string::npos) << bad;
  }
}

TEST(Duration, ExactFormIsReadBackUnchanged) {
  Random random(3);
  for (int i = 0; i < 10'000; ++i) {
    const auto ms = static_cast<std::int64_t>(random.next() >> (12 + random.below(50)));
    const auto back = parse_duration_ms(format_duration_exact(ms));
    ASSERT_TRUE(back) << ms;
    ASSERT_EQ(*back, ms);
  }
  EXPECT_EQ(format_duration_exact(5'400'000), "1h30m");
  EXPECT_EQ(format_duration_exact(0), "0s");
}

TEST(Duration, ShortFormHasTheTwoLargestUnits) {
  EXPECT_EQ(format_duration(400), "0.4s");
  EXPECT_EQ(format_duration(59'999), "59s");
  EXPECT_EQ(format_duration(60'000), "1m");
  EXPECT_EQ(format_duration(125'000), "2m 5s");
  EXPECT_EQ(format_duration(3'600'000), "1h");
  EXPECT_EQ(format_duration(7'260'000), "2h 1m");
  EXPECT_EQ(format_duration(273'600'000), "3d 4h");
  EXPECT_EQ(format_duration(-125'000), "-2m 5s");
}

TEST(Duration, ShortFormTakesEveryNumber) {
  EXPECT_EQ(format_duration(std::numeric_limits<std::int64_t>::min()).front(), '-');
  EXPECT_NE(format_duration(std::numeric_limits<std::int64_t>::max()).front(), '-');
}

TEST(Size, IsReadInBinaryAndDecimalUnits) {
  EXPECT_EQ(*parse_size_bytes("4096"), 4096u);
  EXPECT_EQ(*parse_size_bytes("4096B"), 4096u);
  EXPECT_EQ(*parse_size_bytes("10GiB"), 10u * (std::uint64_t{1} << 30));
  EXPECT_EQ(*parse_size_bytes("10GB"), 10'000'000'000u);
  EXPECT_EQ(*parse_size_bytes("1.5TB"), 1'500'000'000'000u);
  EXPECT_EQ(*parse_size_bytes("2 MiB"), 2u * 1024 * 1024);
  EXPECT_EQ(*parse_size_bytes("7EiB"), 7u * (std::uint64_t{1} << 60));
}

TEST(Size, RefusesAllElseAndSaysWhatToWrite) {
  for (const char* bad : {"", "GiB", "-1", "1e9", "10gib", "10Gb", "10 GiB x", "8EiB", "1..5GB",
                          "99999999999999999999999PB"}) {
    const auto parsed = parse_size_bytes(bad);
    EXPECT_FALSE(parsed) << bad;
    EXPECT_NE(parsed.error().find("is not a size; write"), std::string::npos) << bad;
  }
}

TEST(Format, BytesHaveThreeDigits) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1024), "1.00 KiB");
  EXPECT_EQ(format_bytes(std::uint64_t{1} << 40), "1.00 TiB");
  EXPECT_EQ(format_bytes(std::numeric_limits<std::uint64_t>::max()), "16.0 EiB");
}

TEST(Format, RatesAreDecimal) {
  EXPECT_EQ(format_rate(118'000'000), "118 MB/s");
  EXPECT_EQ(format_rate(999), "999 B/s");
  EXPECT_EQ(format_rate(1'250'000'000), "1.25 GB/s");
}

TEST(Format, PercentSaysNothingAndAllOnlyWhereItIsSo) {
  EXPECT_EQ(format_percent(0), "0 %");
  EXPECT_EQ(format_percent(0.01), "<0.1 %");
  EXPECT_EQ(format_percent(93.14), "93.1 %");
  EXPECT_EQ(format_percent(99.99), "99.9 %");
  EXPECT_EQ(format_percent(100), "100 %");
}

TEST(Format, CountsAreGroupedByThousands) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(12'345'678), "12,345,678");
}

TEST(Format, PercentOfNothingIsZero) {
  EXPECT_EQ(percent_of(5, 0), 0.0);
  EXPECT_EQ(percent_of(1, 4), 25.0);
}

}  // namespace
}  // namespace rollcall
