#include "agent/probe/interfaces.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

using Names = std::vector<std::string>;
constexpr std::uint64_t kGbit = 125'000'000;

InterfaceFacts card(const char* name, std::uint64_t speed, bool is_up = true) {
  return {.name = name, .has_device = true, .is_up = is_up, .type = 1, .speed_bytes_s = speed};
}

InterfaceFacts made(const char* name, std::uint64_t speed = 0) {
  return {.name = name, .has_device = false, .is_up = true, .type = 1, .speed_bytes_s = speed};
}

TEST(Interfaces, ReadsSysfs) {
  EXPECT_EQ(parse_speed_bytes_s("10000\n"), 10 * kGbit);
  EXPECT_EQ(parse_speed_bytes_s("-1\n"), 0u);
  EXPECT_EQ(parse_speed_bytes_s(""), 0u);
  EXPECT_EQ(parse_speed_bytes_s("4294967295\n"), 0u);
  EXPECT_TRUE(parse_is_up("up\n"));
  EXPECT_TRUE(parse_is_up("unknown\n"));
  EXPECT_FALSE(parse_is_up("down\n"));
  EXPECT_FALSE(parse_is_up("lowerlayerdown\n"));
  EXPECT_EQ(parse_interface_type("772\n"), 772u);
  EXPECT_EQ(parse_interface_type("?"), 1u);
}

TEST(Interfaces, ABondIsNotCountedBesideItsCards) {
  const std::vector<InterfaceFacts> all{card("eth1", kGbit), card("eth0", kGbit),
                                        made("bond0", 2 * kGbit), made("br0"), made("lo")};
  const ChosenInterfaces chosen = choose_interfaces(all);
  EXPECT_EQ(chosen.names, (Names{"eth0", "eth1"}));
  EXPECT_EQ(chosen.capacity_bytes_s, 2 * kGbit);
  EXPECT_TRUE(chosen.is_capacity_whole);
}

TEST(Interfaces, ACardWithoutACableAddsNoCapacity) {
  const std::vector<InterfaceFacts> all{card("eth0", kGbit), card("eth1", 0, false)};
  const ChosenInterfaces chosen = choose_interfaces(all);
  EXPECT_EQ(chosen.capacity_bytes_s, kGbit);
  EXPECT_TRUE(chosen.is_capacity_whole);
}

TEST(Interfaces, ASpeedThatNobodyKnowsMakesTheCapacityPartial) {
  const std::vector<InterfaceFacts> all{card("eth0", kGbit), card("eth1", 0)};
  const ChosenInterfaces chosen = choose_interfaces(all);
  EXPECT_EQ(chosen.capacity_bytes_s, kGbit);
  EXPECT_FALSE(chosen.is_capacity_whole);
}

TEST(Interfaces, InAContainerItsOwnEndOfTheCableCounts) {
  const std::vector<InterfaceFacts> all{
      made("lo"),       made("eth0", 10 * kGbit), made("tun0"),   made("docker0"),
      made("veth12ab"), made("br-f00"),           made("virbr0"), made("tap3")};
  const ChosenInterfaces chosen = choose_interfaces(all);
  EXPECT_EQ(chosen.names, (Names{"eth0"}));
  EXPECT_EQ(chosen.capacity_bytes_s, 10 * kGbit);
}

TEST(Interfaces, LoopbacksAndFieldBusesAreNotNetworks) {
  InterfaceFacts can = card("can0", 0);
  can.type = 280;
  InterfaceFacts loop = made("loop-by-type");
  loop.type = 772;
  EXPECT_TRUE(choose_interfaces(std::vector{can, loop}).names.empty());
  EXPECT_TRUE(choose_interfaces({}).names.empty());
}

}  // namespace
}  // namespace rollcall
