#include "broker/events/event_log.hpp"

namespace rollcall {

void EventLog::append(EventKind kind, std::string_view node, Bytes body) {
  ++newest_;
  const std::size_t place = (newest_ - 1) % most_;
  if (place == ring_.size()) ring_.emplace_back();
  KeptEvent& event = ring_[place];
  event.seq = newest_;
  event.kind = kind;
  event.node.assign(node);
  event.body.assign(body);
}

}  // namespace rollcall
