#include "broker/events/event_log.hpp"

#include <algorithm>
#include <utility>

namespace rollcall {

// What needs memory comes first: where there is none, nothing has changed.
void EventLog::append(EventKind kind, std::string_view node, std::int64_t at_ms, Bytes body) {
  const std::size_t place = (newest_ + 1 - first_) % most_;
  if (place == ring_.size()) {
    ring_.push_back({newest_ + 1, at_ms, kind, std::string(node), std::string(body)});
  } else {
    KeptEvent& event = ring_[place];
    event.node.reserve(node.size());
    event.body.reserve(body.size());
    event.seq = newest_ + 1;
    event.at_ms = at_ms;
    event.kind = kind;
    event.node.assign(node);
    event.body.assign(body);
  }
  ++newest_;
}

void EventLog::resume(std::uint64_t newest, std::vector<KeptEvent> events) {
  if (events.size() > most_) {
    events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(most_));
  }
  // Before a gap they would be found under other numbers.
  if (!events.empty() && events.back().seq < newest) events.clear();
  std::size_t first = events.empty() ? 0 : events.size() - 1;
  while (first > 0 && events[first - 1].seq + 1 == events[first].seq) --first;
  events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(first));
  ring_ = std::move(events);
  newest_ = ring_.empty() ? newest : ring_.back().seq;
  first_ = ring_.empty() ? newest_ + 1 : ring_.front().seq;
  told_ = newest_;
}

}  // namespace rollcall
