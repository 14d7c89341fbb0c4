#include "broker/history/quantise.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "shared/core/random.hpp"

using namespace rollcall;

TEST(Quantise, RatesStayWithinFourInAThousand) {
  Random random(1);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t rate = random.next() >> random.below(64);
    const std::uint64_t again = rate_of(rate_code(rate));
    const double error = std::abs(static_cast<double>(again) - static_cast<double>(rate));
    ASSERT_LE(error, static_cast<double>(rate) * 0.004) << rate;
    ASSERT_EQ(rate_code(again), rate_code(rate)) << rate;
  }
}

TEST(Quantise, SmallRatesAreExactAndCodesRiseWithRates) {
  for (std::uint64_t rate = 0; rate < 256; ++rate) EXPECT_EQ(rate_of(rate_code(rate)), rate);
  for (std::uint64_t code = 1; code <= kMostRateCode; ++code) {
    ASSERT_GT(rate_of(code), rate_of(code - 1)) << code;
    ASSERT_EQ(rate_code(rate_of(code)), code);
  }
  EXPECT_EQ(rate_code(UINT64_MAX), kMostRateCode);
  EXPECT_EQ(rate_of(UINT64_MAX), rate_of(kMostRateCode));
}

TEST(Quantise, BytesAreExactWhereFourKibibytesWouldBeSeen) {
  EXPECT_EQ(kept_bytes(1'000), 1'000u);
  EXPECT_EQ(kept_bytes((16u << 20) - 1), (16u << 20) - 1);
  EXPECT_EQ(kept_bytes((16u << 20) + 5'000), (16u << 20) + 4'096);
  EXPECT_EQ(kept_bytes(std::uint64_t{3} << 40), std::uint64_t{3} << 40);
}

TEST(Quantise, NumbersThatAreNoneBecomeBounds) {
  EXPECT_EQ(cpu_code(12.344), 1234u);
  EXPECT_EQ(cpu_code(-1), 0u);
  EXPECT_EQ(cpu_code(std::numeric_limits<double>::quiet_NaN()), 0u);
  EXPECT_EQ(cpu_code(1e300), 1'000'000u);
  EXPECT_EQ(saturated(-5), 0u);
  EXPECT_EQ(saturated(1e30), UINT64_MAX);
  EXPECT_EQ(saturated(7.9), 7u);
}
