// Topics: what is read is written back to the same bytes.
#include "shared/protocol/topics.hpp"

#include "shared/core/ids.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view topic = as_text(data, size);
  const auto announcement = parse_announcement_topic(topic);
  const auto feed = parse_feed_topic(topic);
  if (announcement) {
    ROLLCALL_CHECK(is_node_id(announcement->node) && is_within(announcement->node, topic));
    ROLLCALL_CHECK(announcement_topic(announcement->kind, announcement->node) == topic);
    ROLLCALL_CHECK(feed && feed->node == announcement->node);
  }
  if (!feed) return 0;
  ROLLCALL_CHECK(is_within(feed->node, topic));
  ROLLCALL_CHECK(
      feed->kind == FeedKind::kSummary
          ? feed->node.empty()
          : (is_node_id(feed->node) || (feed->kind == FeedKind::kEvent && feed->node == kNoNode)));
  if (feed->kind == FeedKind::kCommand) ROLLCALL_CHECK(command_topic(feed->node) == topic);
  if (feed->event) {
    std::string written;
    write_event_topic(*feed->event, feed->node, written);
    ROLLCALL_CHECK(written == topic);
  }
  return 0;
}
