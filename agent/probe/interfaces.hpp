// Which network interfaces are the node's own, and how fast they are: from /sys/class/net.
//
// Counted are the physical ones: those with a `device`. So a bond, a bridge or a VLAN is not
// counted beside the cards that carry it. Where there is none, as in a container, counted are all
// but those that only hand on what is counted elsewhere: the loopback, tunnels, and the bridges and
// cable ends of containers and virtual machines on this host.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

struct InterfaceFacts {
  std::string name;
  bool has_device = false;
  bool is_up = true;                // `operstate`: "up", or "unknown" where the driver has no say
  std::uint64_t type = 1;           // ARPHRD_…: 1 Ethernet, 32 InfiniBand, 772 loopback
  std::uint64_t speed_bytes_s = 0;  // 0: not known
};

// `speed`, in Mbit/s; 0 for -1 (no link, or a virtual card) and for other text.
std::uint64_t parse_speed_bytes_s(std::string_view speed);
bool parse_is_up(std::string_view operstate);
std::uint64_t parse_interface_type(std::string_view type);

bool is_physical(const InterfaceFacts& facts);
// By its name or type, it only hands on what is counted elsewhere.
bool is_only_virtual(const InterfaceFacts& facts);

struct ChosenInterfaces {
  std::vector<std::string> names;      // ascending
  std::uint64_t capacity_bytes_s = 0;  // of those that are up and whose speed is known
  bool is_capacity_whole = true;       // no chosen interface that is up lacks its speed
};
ChosenInterfaces choose_interfaces(std::span<const InterfaceFacts> all);

}  // namespace rollcall
