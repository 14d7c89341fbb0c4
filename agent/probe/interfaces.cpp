#include "agent/probe/interfaces.hpp"

#include <algorithm>
#include <array>

#include "agent/probe/text.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kLoopback = 772;
constexpr std::uint64_t kCan = 280;  // a field bus, not a network
// 10 Tbit/s: above it a driver answered nonsense (some say 2^32 - 1 for "unknown").
constexpr std::uint64_t kSpeedMostMbit = 10'000'000;

constexpr std::array<std::string_view, 18> kVirtualPrefixes{
    "docker", "veth", "br-",  "virbr", "tun",     "tap",  "dummy", "ifb",    "sit",
    "ip6tnl", "gre",  "vnet", "cni",   "flannel", "cali", "vxlan", "podman", "kube-ipvs"};

}  // namespace

std::uint64_t parse_speed_bytes_s(std::string_view speed) {
  const auto mbit = parse_count(trimmed(speed));
  if (!mbit.has_value() || *mbit > kSpeedMostMbit) return 0;
  return *mbit * 125'000;
}

bool parse_is_up(std::string_view operstate) {
  const std::string_view word = trimmed(operstate);
  return word == "up" || word == "unknown";
}

std::uint64_t parse_interface_type(std::string_view type) {
  return parse_count(trimmed(type)).value_or(1);
}

bool is_physical(const InterfaceFacts& facts) {
  return facts.has_device && facts.type != kLoopback && facts.type != kCan;
}

bool is_only_virtual(const InterfaceFacts& facts) {
  if (facts.type == kLoopback || facts.type == kCan || facts.name == "lo") return true;
  return std::any_of(kVirtualPrefixes.begin(), kVirtualPrefixes.end(),
                     [&](std::string_view prefix) { return facts.name.starts_with(prefix); });
}

ChosenInterfaces choose_interfaces(std::span<const InterfaceFacts> all) {
  const bool any_physical = std::any_of(all.begin(), all.end(), is_physical);
  ChosenInterfaces chosen;
  for (const InterfaceFacts& facts : all) {
    if (any_physical ? !is_physical(facts) : is_only_virtual(facts)) continue;
    chosen.names.push_back(facts.name);
    if (!facts.is_up) continue;
    chosen.capacity_bytes_s += facts.speed_bytes_s;
    if (facts.speed_bytes_s == 0) chosen.is_capacity_whole = false;
  }
  std::sort(chosen.names.begin(), chosen.names.end());
  return chosen;
}

}  // namespace rollcall
