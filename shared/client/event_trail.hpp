// The story of a broker in order, without gaps: events that come ahead of a gap wait until it is
// filled. The numbers tell which are missing.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "shared/client/event.hpp"

namespace rollcall {

class EventTrail {
 public:
  // Keeps the last `keep` events in tail().
  explicit EventTrail(std::size_t keep) : keep_(keep) {}

  // The story begins after event `seq`; what was known is kept in tail() only.
  void start_after(std::uint64_t seq);
  // The broker has events up to this one.
  void newest_is(std::uint64_t seq);
  // The broker was another: it has events up to this one only, though we may have seen later ones.
  void newest_is_only(std::uint64_t seq);
  // Takes an event in whatever order; false where it was there already. `released` gets those that
  // are now in order.
  bool add(Event event, std::vector<Event>& released);
  // The events up to `seq` cannot be had any more: goes on behind them.
  void give_up_until(std::uint64_t seq, std::vector<Event>& released);

  bool started() const { return started_; }
  // All events up to this one were released.
  std::uint64_t last() const { return last_; }
  bool has_gap() const { return started_ && (!ahead_.empty() || newest_ > last_); }
  // A later event is here already: the missing ones were lost, not merely late.
  bool has_loss() const { return !ahead_.empty(); }
  std::uint64_t first_ahead() const { return ahead_.empty() ? 0 : ahead_.begin()->first; }
  // The newest that was seen, in order or not.
  std::uint64_t last_seen() const { return ahead_.empty() ? last_ : ahead_.rbegin()->first; }
  // The first one above `seq` that is still here; nullptr where there is none.
  const Event* first_above(std::uint64_t seq) const;
  // Events that could not be had.
  std::uint64_t lost() const { return lost_; }
  const std::deque<Event>& tail() const { return tail_; }

 private:
  void release(std::vector<Event>& released);

  std::size_t keep_;
  bool started_ = false;
  std::uint64_t last_ = 0;
  std::uint64_t newest_ = 0;
  std::uint64_t lost_ = 0;
  std::map<std::uint64_t, Event> ahead_;  // at most limits::kEventsAhead
  std::deque<Event> tail_;
};

}  // namespace rollcall
