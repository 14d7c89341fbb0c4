#include "agent/io/link_queue.hpp"

#include <utility>

#include "shared/core/check.hpp"

namespace rollcall {

void LinkQueue::push(std::string_view topic, zmq::message_t& body) {
  const bool is_status = topic.starts_with("status.");
  const std::size_t more = topic.size() + body.size();
  if (is_status && statuses_.size() >= most_statuses_) drop_oldest_status();
  while (bytes_ + more > most_bytes_ && !statuses_.empty()) drop_oldest_status();
  if (bytes_ + more > most_bytes_) {
    ++dropped_;
    return;
  }
  Waiting waiting{next_number_++, more, zmq::message_t(topic.data(), topic.size()),
                  zmq::message_t()};
  waiting.body.copy(body);
  (is_status ? statuses_ : others_).push_back(std::move(waiting));
  bytes_ += more;
}

LinkQueue::Lane& LinkQueue::first() {
  ROLLCALL_CHECK(!empty());
  if (statuses_.empty()) return others_;
  if (others_.empty()) return statuses_;
  return statuses_.front().number < others_.front().number ? statuses_ : others_;
}

void LinkQueue::take_first_of(Lane& lane) {
  // Sent frames are empty: what was counted is kept beside them.
  bytes_ -= lane.front().bytes;
  lane.pop_front();
}

void LinkQueue::pop() { take_first_of(first()); }

void LinkQueue::clear() {
  statuses_.clear();
  others_.clear();
  bytes_ = 0;
}

void LinkQueue::drop_oldest_status() {
  if (statuses_.empty()) return;
  take_first_of(statuses_);
  ++dropped_;
}

}  // namespace rollcall
