#include "shared/client/event_trail.hpp"

#include <algorithm>

#include "shared/core/limits.hpp"

namespace rollcall {

void EventTrail::start_after(std::uint64_t seq) {
  started_ = true;
  last_ = seq;
  newest_ = seq;
  ahead_.clear();
}

void EventTrail::newest_is(std::uint64_t seq) { newest_ = std::max(newest_, seq); }

void EventTrail::newest_is_only(std::uint64_t seq) { newest_ = std::max(seq, last_seen()); }

const Event* EventTrail::first_above(std::uint64_t seq) const {
  // Of an older story the tail may hold the same numbers: the latest run of them is this story's.
  const Event* first = nullptr;
  std::uint64_t next = last_;
  for (auto event = tail_.rbegin(); event != tail_.rend() && event->seq == next; ++event, --next) {
    if (event->seq > seq) first = &*event;
  }
  const auto ahead = ahead_.upper_bound(seq);
  if (first == nullptr && ahead != ahead_.end()) first = &ahead->second;
  return first;
}

bool EventTrail::add(Event event, std::vector<Event>& released) {
  if (!started_) start_after(event.seq - 1);
  if (event.seq <= last_) return false;
  const std::uint64_t seq = event.seq;
  if (!ahead_.emplace(seq, std::move(event)).second) return false;
  newest_is(seq);
  if (ahead_.size() > limits::kEventsAhead) {
    give_up_until(ahead_.begin()->first - 1, released);
  } else {
    release(released);
  }
  return true;
}

void EventTrail::give_up_until(std::uint64_t seq, std::vector<Event>& released) {
  while (!ahead_.empty() && ahead_.begin()->first <= seq) {
    lost_ += ahead_.begin()->first - last_ - 1;
    last_ = ahead_.begin()->first - 1;
    release(released);
  }
  if (seq > last_) {
    lost_ += seq - last_;
    last_ = seq;
  }
  newest_is(last_);
  release(released);
}

void EventTrail::release(std::vector<Event>& released) {
  while (!ahead_.empty() && ahead_.begin()->first == last_ + 1) {
    Event event = std::move(ahead_.begin()->second);
    ahead_.erase(ahead_.begin());
    last_ = event.seq;
    tail_.push_back(event);
    tail_.back().raw.clear();
    if (tail_.size() > keep_) tail_.pop_front();
    released.push_back(std::move(event));
  }
}

}  // namespace rollcall
