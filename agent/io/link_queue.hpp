// Announcements that wait for a broker that is connected but does not read, in order. Bounded in
// two ways: in statuses, of which the oldest goes first, because a newer one says more; and in
// bytes. What goes is counted here, and seen by the broker as a gap in seq.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

#include <zmq.hpp>

namespace rollcall {

class LinkQueue {
 public:
  struct Waiting {
    std::uint64_t number = 0;  // the order in which they came
    std::size_t bytes = 0;     // of topic and body
    zmq::message_t topic;
    zmq::message_t body;
  };

  LinkQueue(std::size_t most_statuses, std::size_t most_bytes)
      : most_statuses_(most_statuses), most_bytes_(most_bytes) {}

  // The body is shared, not copied.
  void push(std::string_view topic, zmq::message_t& body);
  // The one that came first; only where there is one.
  Waiting& front() { return first().front(); }
  void pop();
  void clear();

  bool empty() const { return statuses_.empty() && others_.empty(); }
  std::size_t size() const { return statuses_.size() + others_.size(); }
  std::size_t bytes() const { return bytes_; }
  // Since the start; what clear() throws away does not count.
  std::uint64_t dropped() const { return dropped_; }

 private:
  using Lane = std::deque<Waiting>;

  Lane& first();
  void take_first_of(Lane& lane);
  void drop_oldest_status();

  std::size_t most_statuses_;
  std::size_t most_bytes_;
  Lane statuses_;
  Lane others_;
  std::uint64_t next_number_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace rollcall
