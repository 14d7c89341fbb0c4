// What Broker::step wants done, in this order: the feed, the replies, the lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/queries/reply.hpp"
#include "broker/store/batch.hpp"
#include "shared/core/line.hpp"
#include "shared/core/time.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

class Outbox {
 public:
  // One message of the feed: an announcement of the inbox, forwarded as it came, or one of our own.
  struct Publication {
    static constexpr std::uint32_t kOwn = UINT32_MAX;
    std::uint32_t announcement = kOwn;
    std::uint32_t topic_at = 0;
    std::uint32_t body_at = 0;
    std::uint32_t end = 0;
    std::uint64_t event_seq = 0;  // of an event
  };

  void clear() {
    feed_.clear();
    own_.clear();
    replies.clear();
    lines.clear();
    batch.clear();
    told = UINT64_MAX;
    wake_at_ms = kNever;
  }

  // Then one announcement can be forwarded, and `bytes` of our own be published before it, without
  // further memory.
  void make_room(std::size_t bytes = 0) {
    constexpr std::size_t kSpare = 2;
    if (feed_.capacity() < feed_.size() + kSpare) feed_.reserve(2 * feed_.size() + kFewMessages);
    own_.make_room(bytes);
  }
  void forward(std::size_t announcement) {
    feed_.push_back({.announcement = static_cast<std::uint32_t>(announcement)});
  }
  void publish(std::string_view topic, Bytes body, std::uint64_t event_seq = 0) {
    Publication own;
    own.event_seq = event_seq;
    own.topic_at = static_cast<std::uint32_t>(own_.size());
    own_.append(topic);
    own.body_at = static_cast<std::uint32_t>(own_.size());
    own_.append(body);
    own.end = static_cast<std::uint32_t>(own_.size());
    feed_.push_back(own);
  }

  // In the order in which it is to be sent.
  const std::vector<Publication>& feed() const { return feed_; }
  std::string_view topic_of(const Publication& own) const {
    return own_.view().substr(own.topic_at, own.body_at - own.topic_at);
  }
  Bytes body_of(const Publication& own) const {
    return own_.view().substr(own.body_at, own.end - own.body_at);
  }

  std::vector<QueryReply> replies;
  std::vector<Line> lines;
  // For the store; and up to which number events may go out: those above it wait for the store.
  StoreBatch batch;
  std::uint64_t told = UINT64_MAX;
  // The duty cycle promises to be back by then (steady clock), or when something arrives.
  std::int64_t wake_at_ms = kNever;

 private:
  static constexpr std::size_t kFewMessages = 64;

  std::vector<Publication> feed_;
  Buffer own_;
};

}  // namespace rollcall
