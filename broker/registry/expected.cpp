// Nodes that a store remembers: listed before they are heard.
#include "broker/registry/registry.hpp"
#include "shared/core/ids.hpp"

namespace rollcall {

Slot Registry::expect(const RosterNode& known, const StatusView& status, std::int64_t attended_ms) {
  const std::uint64_t hash = hash_of(known.id);
  if (nodes_.size() >= most_nodes_ || nodes_.find(known.id, hash) != kNoSlot) return kNoSlot;
  const Slot slot = nodes_.insert(known.id, hash);
  Node& node = nodes_.at(slot);
  write_status(node, status);
  node.text.set_peer(known.peer);
  wheel_.make_room(slot);
  domains_.make_room(slot);
  if (slot >= connections_.size()) connections_.resize(slot + 1);
  connections_[slot] = {};
  order_.insert(slot);
  node.session = known.session;
  node.seq = known.seq;
  node.heard_ms = attended_ms;
  node.joined_at_ms = known.joined_at_ms;
  node.duty = known.order.duty;
  node.presence = known.presence == Presence::kLeft ? Presence::kLeft : Presence::kLate;
  node.unheard = node.presence == Presence::kLate;
  unheard_ += node.unheard ? 1u : 0u;
  domains_.insert(slot, status.labels, false);
  totals_.add(node);
  schedule(slot);
  return slot;
}

// After the broker's own restart nobody was away: unless it was told of, nothing happened.
bool Registry::comes_back_unheard(Slot slot, bool restarted) {
  Node& node = nodes_.at(slot);
  const bool was_told = node.told_late;
  node.unheard = node.told_late = false;
  --unheard_;
  if (was_told || restarted) return false;
  set_presence(slot, Presence::kPresent);
  schedule(slot);
  return true;
}

}  // namespace rollcall
