#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/protocol/words.hpp"

namespace rollcall {

inline constexpr std::string_view kSummaryTopic = "summary";
// Stands for the node in events that are about none. It is no node's id.
inline constexpr std::string_view kNoNode = "-";

// A topic of announce: `<kind>.<node id>`. Views point into the topic.
struct AnnouncementTopic {
  AnnouncementKind kind;
  std::string_view node;
};
// Nothing where the kind is unknown or the node id is not valid.
std::optional<AnnouncementTopic> parse_announcement_topic(std::string_view topic);

// A topic of feed: one of the above, `event.<kind>.<node id>`, `summary`, or `command.<node id>`.
// Event kinds that this version does not know have an empty `event`.
enum class FeedKind : std::uint8_t { kStatus, kBlocks, kLeave, kEvent, kSummary, kCommand };
struct FeedTopic {
  FeedKind kind;
  std::optional<EventKind> event;
  std::string_view node;  // empty for `summary`
};
std::optional<FeedTopic> parse_feed_topic(std::string_view topic);

std::string announcement_topic(AnnouncementKind kind, std::string_view node);
std::string command_topic(std::string_view node);
// Into `out`, replacing what it held.
void write_event_topic(EventKind kind, std::string_view node, std::string& out);

}  // namespace rollcall
