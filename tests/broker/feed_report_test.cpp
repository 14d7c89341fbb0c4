// What comes upstream on the feed.
#include <string>

#include <gtest/gtest.h>

#include "broker/feed/report.hpp"

namespace rollcall {
namespace {

using Kind = FeedReport::Kind;

TEST(FeedReport, TellsTheFirstAndTheLastSubscriptionToATopic) {
  EXPECT_EQ(read_feed_report("\x01"
                             "event.",
                             true)
                .kind,
            Kind::kFirst);
  EXPECT_EQ(read_feed_report("\x01"
                             "event.",
                             true)
                .topic,
            "event.");
  EXPECT_EQ(read_feed_report(std::string("\0event.", 7), true).kind, Kind::kLast);
  EXPECT_EQ(read_feed_report("\x01", true).kind, Kind::kFirst) << "everything";
  EXPECT_TRUE(read_feed_report("\x01", true).is_listener());
  EXPECT_FALSE(read_feed_report("\x01"
                                "command.n1",
                                true)
                   .is_listener());
}

TEST(FeedReport, WhateverElsePeersSendIsForeign) {
  for (const std::string frame : {"", "\x02",
                                  "\x02"
                                  "event.",
                                  "hello", "\xff"}) {
    EXPECT_EQ(read_feed_report(frame, true).kind, Kind::kForeign) << frame;
    EXPECT_EQ(read_feed_report(frame, true).topic, "");
  }
  EXPECT_EQ(read_feed_report("\x01"
                             "event.",
                             false)
                .kind,
            Kind::kForeign)
      << "a part of a message is no report";
}

}  // namespace
}  // namespace rollcall
