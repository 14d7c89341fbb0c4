// What of the feed has to wait: an event until the store has it, and what follows an event until
// that went out, so that subscribers see things in the order in which they happened. Behind a slow
// store announcements wait for no longer than kLongestMs, and no more of them than memory allows:
// then they overtake the events, which still wait for themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "shared/core/limits.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

// Message: a topic and a body, with size().
template <typename Message>
class FeedHold {
 public:
  static constexpr std::int64_t kLongestMs = 100;

  // Whether a message must wait now; `event_seq` is 0 of what is no event, and events up to `told`
  // may go out.
  bool must_wait(std::uint64_t event_seq, std::uint64_t told) const {
    if (event_seq != 0) return event_seq > told || !held_.empty();
    return !held_.empty() && !overtakes_;
  }

  void keep(std::uint64_t event_seq, Message message, std::int64_t steady_ms) {
    bytes_ += message.size();
    held_.push_back({event_seq, steady_ms, std::move(message)});
  }

  // Sends what need not wait any longer, in order.
  template <typename Send>
  void release(std::uint64_t told, std::int64_t steady_ms, Send&& send) {
    while (!held_.empty() && held_.front().event_seq <= told) {
      bytes_ -= held_.front().message.size();
      send(held_.front().message);
      held_.pop_front();
    }
    overtakes_ = !held_.empty() && (is_overdue(steady_ms) || is_full());
    if (overtakes_) let_overtake(send);
  }

  // When release() is due though the store says nothing; kNever where nothing waits for that.
  std::int64_t due_ms() const {
    return held_.empty() || overtakes_ ? kNever : held_.front().since_ms + kLongestMs;
  }
  std::size_t size() const { return held_.size(); }
  std::size_t bytes() const { return bytes_; }
  bool overtakes() const { return overtakes_; }

 private:
  struct Held {
    std::uint64_t event_seq;
    std::int64_t since_ms;
    Message message;
  };

  bool is_overdue(std::int64_t steady_ms) const {
    return steady_ms - held_.front().since_ms >= kLongestMs;
  }
  bool is_full() const {
    return held_.size() > limits::kHeldMessages || bytes_ > limits::kHeldBytes;
  }

  template <typename Send>
  void let_overtake(Send& send) {
    std::deque<Held> events;
    for (Held& held : held_) {
      if (held.event_seq != 0) {
        events.push_back(std::move(held));
        continue;
      }
      bytes_ -= held.message.size();
      send(held.message);
    }
    held_.swap(events);
  }

  std::deque<Held> held_;
  std::size_t bytes_ = 0;
  bool overtakes_ = false;
};

}  // namespace rollcall
