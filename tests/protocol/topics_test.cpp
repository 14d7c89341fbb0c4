#include "shared/protocol/topics.hpp"

#include <gtest/gtest.h>

#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// [P2] Topics.
TEST(Topics, AnnouncementsAreKindAndNode) {
  const auto status = parse_announcement_topic("status.node-1");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->kind, AnnouncementKind::kStatus);
  EXPECT_EQ(status->node, "node-1");
  EXPECT_EQ(parse_announcement_topic("blocks.a.b.c")->node, "a.b.c");
  EXPECT_EQ(parse_announcement_topic("leave.x")->kind, AnnouncementKind::kLeave);
}

TEST(Topics, RefusesAllElse) {
  for (const std::string_view bad :
       {"", "status", "status.", "status..a", "Status.a", "status a", "status.a b", "statusa",
        "event.joined.a", "command.a", "summary", ".a", "status.-a", "status.\xff", "status.a/b",
        " status.a", "status.a\n", "state.a"}) {
    EXPECT_FALSE(parse_announcement_topic(bad)) << bad;
  }
  EXPECT_FALSE(parse_announcement_topic("status." + std::string(129, 'x')));
  EXPECT_TRUE(parse_announcement_topic("status." + std::string(128, 'x')));
  EXPECT_FALSE(parse_announcement_topic(std::string_view("status.a\0", 9)));
}

TEST(Topics, EveryKindIsWrittenAndReadBack) {
  for (std::size_t i = 0; i < kAnnouncementKindNames.size(); ++i) {
    const auto kind = static_cast<AnnouncementKind>(i);
    const std::string topic = announcement_topic(kind, "n:1");
    const auto parsed = parse_announcement_topic(topic);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->kind, kind);
    const auto on_feed = parse_feed_topic(topic);
    ASSERT_TRUE(on_feed);
    EXPECT_EQ(on_feed->kind, static_cast<FeedKind>(i));
    EXPECT_EQ(on_feed->node, "n:1");
  }
  for (std::size_t i = 0; i < kEventKindNames.size(); ++i) {
    std::string topic = "left over";
    write_event_topic(static_cast<EventKind>(i), "n.1", topic);
    EXPECT_EQ(topic, "event." + std::string(kEventKindNames[i]) + ".n.1");
    const auto parsed = parse_feed_topic(topic);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->kind, FeedKind::kEvent);
    EXPECT_EQ(parsed->event, static_cast<EventKind>(i));
    EXPECT_EQ(parsed->node, "n.1");
  }
  EXPECT_EQ(parse_feed_topic("summary")->kind, FeedKind::kSummary);
  EXPECT_EQ(parse_feed_topic(command_topic("n"))->kind, FeedKind::kCommand);
}

TEST(Topics, EventsOfTheFutureAreEventsStill) {
  const auto parsed = parse_feed_topic("event.moved.node-1");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->kind, FeedKind::kEvent);
  EXPECT_FALSE(parsed->event);
  EXPECT_FALSE(parse_feed_topic("event.joined"));
  EXPECT_FALSE(parse_feed_topic("event.joined."));
  EXPECT_FALSE(parse_feed_topic("command."));
  EXPECT_FALSE(parse_feed_topic("summary.x"));
}

TEST(Topics, TheLongestFitsItsLimit) {
  std::string topic;
  for (std::size_t i = 0; i < kEventKindNames.size(); ++i) {
    write_event_topic(static_cast<EventKind>(i), std::string(limits::kNodeIdBytes, 'x'), topic);
    EXPECT_LE(topic.size(), limits::kTopicBytes);
  }
}

}  // namespace
}  // namespace rollcall
