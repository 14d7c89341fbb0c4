#include "broker/events/event_log.hpp"

namespace rollcall {

// What needs memory comes first: where there is none, nothing has changed.
void EventLog::append(EventKind kind, std::string_view node, Bytes body) {
  const std::size_t place = newest_ % most_;
  if (place == ring_.size()) {
    ring_.push_back({newest_ + 1, kind, std::string(node), std::string(body)});
  } else {
    KeptEvent& event = ring_[place];
    event.node.reserve(node.size());
    event.body.reserve(body.size());
    event.seq = newest_ + 1;
    event.kind = kind;
    event.node.assign(node);
    event.body.assign(body);
  }
  ++newest_;
}

}  // namespace rollcall
