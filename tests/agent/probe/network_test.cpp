#include "agent/probe/network.hpp"

#include <map>

#include <gtest/gtest.h>

#include "tests/agent/probe/recordings.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kGbit = 125'000'000;

std::string line(const char* name, std::uint64_t rx, std::uint64_t tx) {
  return std::string(name) + ": " + std::to_string(rx) + " 1 0 0 0 0 0 0 " + std::to_string(tx) +
         " 1 0 0 0 0 0 0\n";
}

std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> all_of(std::string_view text) {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> found;
  for_each_interface(text, [&](const InterfaceCounters& counters) {
    found[std::string(counters.name)] = {counters.rx_bytes, counters.tx_bytes};
  });
  return found;
}

TEST(NetDev, SkipsItsHeadings) {
  const auto found = all_of(recorded::kNetDev);
  EXPECT_EQ(found.size(), 4u);
  EXPECT_EQ(found.at("eth0"), std::pair(std::uint64_t{5'000'000}, std::uint64_t{2'000'000}));
  EXPECT_EQ(found.at("docker0"), std::pair(std::uint64_t{900}, std::uint64_t{900}));
}

TEST(NetDev, OldKernelsAndAliases) {
  const auto found = all_of(recorded::kNetDevOfOld);
  EXPECT_EQ(found.size(), 3u);
  EXPECT_EQ(found.at("eth0"), std::pair(std::uint64_t{1215645}, std::uint64_t{1782404}));
  EXPECT_EQ(found.at("eth0:1"), std::pair(std::uint64_t{1000}, std::uint64_t{2000}));
}

TEST(NetDev, CutShortOrNonsenseLinesAreNothing) {
  for (const char* const text :
       {"", ":", "eth0", "eth0:", "eth0: 1 2 3", "eth0: 1 2 3 4 5 6 7 8", "a b: 1 1 1 1 1 1 1 1 1",
        "eth0: x 2 3 4 5 6 7 8 9", "eth0: 99999999999999999999 2 3 4 5 6 7 8 9"}) {
    EXPECT_FALSE(parse_interface_line(text).has_value()) << text;
  }
}

TEST(Growth, CountsThroughWrapsAndNotThroughResets) {
  EXPECT_EQ(growth(100, 350, 10), 250u);
  EXPECT_EQ(growth(0xFFFFFF00u, 0x100, 1000), 0x200u);         // at 2^32
  EXPECT_EQ(growth(UINT64_MAX - 9, 5, 1000), 15u);             // at 2^64
  EXPECT_EQ(growth(5'000'000, 20'000, kGbit * 10), 0u);        // a new start
  EXPECT_EQ(growth(9'000'000'000u, 20'000, kGbit * 10), 0u);   // a new start of 64 bits
  EXPECT_EQ(growth(0xFFFFFF00u, 0x80000000u, 1'000'000), 0u);  // too much for the link
}

class Meter : public testing::Test {
 protected:
  NetworkMeter::Rates step(std::int64_t at_ms, const std::string& text) {
    const auto rates = meter.measure(at_ms, text, names, kGbit);
    meter.mark(at_ms, text, names);
    return rates;
  }
  NetworkMeter meter;
  std::vector<std::string> names{"eth0", "eth1"};
};

TEST_F(Meter, AddsUpTheChosenInterfaces) {
  EXPECT_EQ(step(0, line("eth0", 0, 0) + line("eth1", 0, 0) + line("lo", 0, 0)).rx, 0u);
  const auto rates =
      step(10'000, line("eth0", 1000, 20) + line("eth1", 3000, 40) + line("lo", 9999, 9999));
  EXPECT_EQ(rates.rx, 400u);
  EXPECT_EQ(rates.tx, 6u);
}

TEST_F(Meter, MeasuringDoesNotMoveTheMark) {
  step(0, line("eth0", 0, 0));
  EXPECT_EQ(meter.measure(1000, line("eth0", 500, 0), names, kGbit).rx, 500u);
  EXPECT_EQ(meter.measure(2000, line("eth0", 500, 0), names, kGbit).rx, 250u);
}

TEST_F(Meter, WhereNoTimePassedTheLastStands) {
  step(0, line("eth0", 0, 0));
  step(1000, line("eth0", 700, 0));
  EXPECT_EQ(meter.measure(1000, line("eth0", 900, 0), names, kGbit).rx, 700u);
  EXPECT_EQ(meter.measure(500, line("eth0", 900, 0), names, kGbit).rx, 700u);
}

TEST_F(Meter, AnInterfaceThatVanishesAndReturnsIsNoGiant) {
  step(0, line("eth0", 0, 0) + line("eth1", 4'000'000'000u, 0));
  EXPECT_EQ(step(1000, line("eth0", 100, 0)).rx, 100u);
  EXPECT_EQ(step(2000, line("eth0", 200, 0) + line("eth1", 4'100'000'000u, 0)).rx, 100u);
  EXPECT_EQ(step(3000, line("eth0", 300, 0) + line("eth1", 4'100'000'050u, 0)).rx, 150u);
  // Away and back between two readings: it begins again.
  EXPECT_EQ(step(4000, line("eth0", 400, 0) + line("eth1", 70, 0)).rx, 100u);
}

TEST_F(Meter, ACounterOf32BitsWraps) {
  step(0, line("eth0", 0xFFFFFFFFu - 999, 0));
  EXPECT_EQ(step(1000, line("eth0", 1000, 0)).rx, 2000u);
}

TEST_F(Meter, NoTextIsNoTraffic) {
  step(0, line("eth0", 5, 5));
  EXPECT_EQ(step(1000, "").rx, 0u);
  EXPECT_EQ(step(2000, line("eth0", 1'000'000, 5)).rx, 0u);
}

}  // namespace
}  // namespace rollcall
