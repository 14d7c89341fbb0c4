#include "agent/announce/command.hpp"

#include "shared/protocol/announcement.hpp"
#include "shared/protocol/fields.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {
namespace {

enum Field : int { kVersion, kKind };

int field_of(std::string_view key) {
  if (key == "v") return kVersion;
  return key == "kind" ? kKind : -1;
}

}  // namespace

std::optional<Order> decode_command(const Command& command) {
  const auto topic = parse_feed_topic(command.topic);
  if (!topic || topic->kind != FeedKind::kCommand) return std::nullopt;
  if (command.body.size() > limits::kBodyBytes) return std::nullopt;
  Reader reader(command.body);
  std::uint64_t version = 0;
  std::string_view kind;
  std::uint32_t pairs = 0;
  const std::uint32_t seen = read_fields(reader, kBelowBody, pairs, field_of, [&](int field) {
    return field == kVersion ? reader.read_uint(version) : reader.read_string(kind);
  });
  const std::uint32_t required = (1u << kVersion) | (1u << kKind);
  if (finish(reader, seen, required) != Refusal::kNone || version != kProtocolVersion) {
    return std::nullopt;
  }
  return Order{topic->node, kind == "inventory" ? CommandKind::kInventory : CommandKind::kUnknown};
}

}  // namespace rollcall
