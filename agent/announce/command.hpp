#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/protocol/reader.hpp"

namespace rollcall {

// A command of the broker, as it came from the feed.
struct Command {
  std::string topic;
  std::string body;
};

enum class CommandKind : std::uint8_t { kInventory, kUnknown };

// For which node, and what; nothing where it is no command or cannot be read.
struct Order {
  std::string_view node;
  CommandKind kind = CommandKind::kUnknown;
};
std::optional<Order> decode_command(const Command& command);

}  // namespace rollcall
