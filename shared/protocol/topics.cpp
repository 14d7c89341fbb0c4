#include "shared/protocol/topics.hpp"

#include <algorithm>

#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"
#include "shared/protocol/key_word.hpp"

namespace rollcall {
namespace {

constexpr std::string_view kEventPrefix = "event.";
constexpr std::string_view kCommandPrefix = "command.";

constexpr std::size_t longest_event_prefix() {
  std::size_t longest = 0;
  for (const std::string_view kind : kEventKindNames) longest = std::max(longest, kind.size());
  return kEventPrefix.size() + longest + 1;
}
static_assert(longest_event_prefix() + limits::kNodeIdBytes <= limits::kTopicBytes);

// `prefix` has at most 8 bytes.
bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!is_word(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<FeedTopic> parse_event_topic(std::string_view rest) {
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view node = rest.substr(dot + 1);
  if (!is_node_id(node) && node != kNoNode) return std::nullopt;
  return FeedTopic{FeedKind::kEvent, from_name<EventKind>(rest.substr(0, dot)), node};
}

}  // namespace

std::optional<AnnouncementTopic> parse_announcement_topic(std::string_view topic) {
  AnnouncementKind kind{};
  if (take_prefix(topic, "status.")) {
    kind = AnnouncementKind::kStatus;
  } else if (take_prefix(topic, "blocks.")) {
    kind = AnnouncementKind::kBlocks;
  } else if (take_prefix(topic, "leave.")) {
    kind = AnnouncementKind::kLeave;
  } else {
    return std::nullopt;
  }
  if (!is_node_id(topic)) return std::nullopt;
  return AnnouncementTopic{kind, topic};
}

std::optional<FeedTopic> parse_feed_topic(std::string_view topic) {
  if (topic == kSummaryTopic) return FeedTopic{FeedKind::kSummary, std::nullopt, {}};
  if (take_prefix(topic, kEventPrefix)) return parse_event_topic(topic);
  if (take_prefix(topic, kCommandPrefix)) {
    if (!is_node_id(topic)) return std::nullopt;
    return FeedTopic{FeedKind::kCommand, std::nullopt, topic};
  }
  const auto announcement = parse_announcement_topic(topic);
  if (!announcement) return std::nullopt;
  return FeedTopic{static_cast<FeedKind>(announcement->kind), std::nullopt, announcement->node};
}

std::string announcement_topic(AnnouncementKind kind, std::string_view node) {
  std::string topic(name_of(kind));
  topic += '.';
  topic += node;
  return topic;
}

std::string command_topic(std::string_view node) {
  return std::string(kCommandPrefix).append(node);
}

void write_event_topic(EventKind kind, std::string_view node, std::string& out) {
  out.assign(kEventPrefix);
  out += name_of(kind);
  out += '.';
  out += node;
}

}  // namespace rollcall
