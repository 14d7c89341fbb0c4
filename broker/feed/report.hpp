// What comes upstream on the feed: libzmq reports the first and the last subscription to each
// topic. Peers may send messages of any kind beside, which are none of ours.
#pragma once

#include <cstdint>
#include <string_view>

namespace rollcall {

struct FeedReport {
  enum class Kind : std::uint8_t { kForeign, kFirst, kLast };
  Kind kind = Kind::kForeign;
  std::string_view topic{};  // lies in the frame; what may be in it nobody checked

  // Somebody hears more than the commands to one node.
  bool is_listener() const { return !topic.starts_with("command."); }
};

// `is_whole` where the frame is all that the message has.
inline FeedReport read_feed_report(std::string_view frame, bool is_whole) {
  if (!is_whole || frame.empty() || (frame[0] != 0 && frame[0] != 1)) return {};
  return {frame[0] == 1 ? FeedReport::Kind::kFirst : FeedReport::Kind::kLast, frame.substr(1)};
}

}  // namespace rollcall
