#include "broker/registry/registry.hpp"

#include <algorithm>
#include <span>

#include "shared/core/ids.hpp"

namespace rollcall {
namespace {

// Where `part`, which lies in one of `pieces`, is once they stand one behind the other.
Range range_in(std::span<const Bytes> pieces, Bytes part) {
  if (part.empty()) return {};
  std::size_t before = 0;
  for (const Bytes piece : pieces) {
    if (part.data() >= piece.data() && part.data() < piece.data() + piece.size()) {
      return {
          static_cast<std::uint16_t>(before + static_cast<std::size_t>(part.data() - piece.data())),
          static_cast<std::uint16_t>(part.size())};
    }
    before += piece.size();
  }
  return {};
}

// Of a status, what of its pairs is kept.
std::span<const Bytes> pieces_of(const StatusView& status) {
  if (status.is_plain) return status.rest;
  return {&status.body_pairs, 1};
}

std::size_t bytes_of(std::span<const Bytes> pieces) {
  std::size_t bytes = 0;
  for (const Bytes piece : pieces) bytes += piece.size();
  return bytes;
}

// More than an announcement ever causes.
constexpr std::size_t kMostChanges = 4;

std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

}  // namespace

std::int64_t Registry::evict_ms(const Node& node) const {
  return std::max(evict_after_ms_, 4 * std::int64_t{node.interval_ms});
}

Refusal Registry::on_status(const NodeKey& key, const StatusView& status, const Arrival& arrival,
                            Slot& slot, NodeChanges& changes) {
  slot = find(key);
  if (slot == kNoSlot) {
    if (nodes_.size() >= most_nodes_) return Refusal::kRegistryFull;
    slot = join(key, status, arrival, changes);
    return Refusal::kNone;
  }
  Node& node = nodes_.at(slot);
  make_room(node, status.header, AnnouncementKind::kStatus, bytes_of(pieces_of(status)), arrival,
            changes);
  if (status.has_inventory) node.need_extras();
  const Refusal refusal = admit(slot, status.header, AnnouncementKind::kStatus, arrival, changes);
  if (refusal != Refusal::kNone) return refusal;
  if (node.state != status.state) {
    changes.push_back(
        {.kind = EventKind::kState, .slot = slot, .from = node.state, .to = status.state});
  }
  const bool interval_changed = node.interval_ms != status.interval_ms;
  totals_.subtract(node);
  if (node.labels_raw() != status.labels) {
    domains_.relabel(slot, status.labels, node.presence == Presence::kPresent);
  }
  write_status(node, status);
  totals_.add(node);
  if (interval_changed) schedule(slot);
  return Refusal::kNone;
}

Refusal Registry::on_blocks(const NodeKey& key, const Header& header, const Arrival& arrival,
                            Slot& slot, NodeChanges& changes) {
  slot = find(key);
  if (slot == kNoSlot) return Refusal::kUnknownNode;
  make_room(nodes_.at(slot), header, AnnouncementKind::kBlocks, 0, arrival, changes);
  return admit(slot, header, AnnouncementKind::kBlocks, arrival, changes);
}

Refusal Registry::on_leave(const NodeKey& key, const LeaveView& leave, const Arrival& arrival,
                           Slot& slot, NodeChanges& changes) {
  slot = find(key);
  if (slot == kNoSlot) return Refusal::kUnknownNode;
  Node& node = nodes_.at(slot);
  make_room(node, leave.header, AnnouncementKind::kLeave, 0, arrival, changes);
  const Refusal refusal = admit(slot, leave.header, AnnouncementKind::kLeave, arrival, changes);
  if (refusal != Refusal::kNone) return refusal;
  if (node.presence == Presence::kLeft) return Refusal::kNone;  // said twice
  if (node.is_held()) {
    node.extras->flap.said_goodbye = true;
    return Refusal::kNone;
  }
  const Presence before = node.presence;
  unheard_ -= node.unheard ? 1u : 0u;
  node.unheard = node.told_late = false;
  set_presence(slot, Presence::kLeft);
  schedule(slot);
  changes.push_back({.kind = EventKind::kLeft,
                     .slot = slot,
                     .presence = before,
                     .reason = leave.reason,
                     .back_in_ms = leave.back_in_ms});
  return Refusal::kNone;
}

Slot Registry::join(const NodeKey& key, const StatusView& status, const Arrival& arrival,
                    NodeChanges& changes) {
  const Slot slot = nodes_.insert(key.id, key.hash);
  Node& node = nodes_.at(slot);
  try {
    write_status(node, status);
    node.text.set_peer(arrival.peer());
    wheel_.make_room(slot);
    domains_.make_room(slot);
    if (slot >= connections_.size()) connections_.resize(slot + 1);
    connections_[slot] = {};
    changes.reserve(changes.size() + kMostChanges);
    order_.insert(slot);  // the last that may find no memory
  } catch (...) {
    nodes_.erase(slot, key.hash);
    throw;
  }
  node.session = status.header.session;
  node.seq = status.header.seq;
  node.heard_ms = arrival.attended_ms;
  node.joined_at_ms = arrival.wall_ms;
  domains_.insert(slot, status.labels, true);
  totals_.add(node);
  schedule(slot);
  changes.push_back({.kind = EventKind::kJoined, .slot = slot});
  return slot;
}

// All the memory that taking in a message of a known node may need, so that nothing is done by
// half.
void Registry::make_room(Node& node, const Header& header, AnnouncementKind kind,
                         std::size_t pairs_bytes, const Arrival& arrival, NodeChanges& changes) {
  changes.reserve(changes.size() + kMostChanges);
  const bool restarts = header.session != node.session && kind == AnnouncementKind::kStatus;
  if (restarts) node.need_extras().replaced.reserve(limits::kReplacedSessions);
  if (header.session == node.session && header.seq > node.seq && header.seq - node.seq > 1) {
    node.need_extras();
  }
  const bool may_move = restarts || node.presence != Presence::kPresent;
  if (may_move) node.need_extras();
  node.text.make_room(may_move ? arrival.peer().size() : 0, pairs_bytes);
}

// Whether a message of a known node counts, by its session and seq; if so, the node was heard.
Refusal Registry::admit(Slot slot, const Header& header, AnnouncementKind kind,
                        const Arrival& arrival, NodeChanges& changes) {
  Node& node = nodes_.at(slot);
  std::uint64_t previous_session = 0;
  if (header.session == node.session) {
    const Refusal refusal = on_same_session(node, header);
    if (refusal != Refusal::kNone) return refusal;
  } else {
    if (is_replaced(slot, header.session, arrival, changes)) return Refusal::kReplacedSession;
    // Its first word must be a status.
    if (kind != AnnouncementKind::kStatus) return Refusal::kUnknownNode;
    previous_session = node.session;
    replace_session(node, header, arrival);
  }
  mark_heard(slot, kind, arrival, previous_session, changes);
  return Refusal::kNone;
}

Refusal Registry::on_same_session(Node& node, const Header& header) {
  if (header.seq <= node.seq) return Refusal::kRepeated;
  const std::uint64_t gap = header.seq - node.seq - 1;
  if (gap != 0 && !node.unheard) {
    std::uint64_t& missed = node.need_extras().missed;
    missed = saturating_add(missed, gap);
    missed_ = saturating_add(missed_, gap);
  }
  node.seq = header.seq;
  return Refusal::kNone;
}

// A session that was replaced and speaks again within the eviction time is a second machine under
// the same id. Each word of it renews the memory, so that it stays refused while it goes on.
bool Registry::is_replaced(Slot slot, std::uint64_t session, const Arrival& arrival,
                           NodeChanges& changes) {
  Node& node = nodes_.at(slot);
  if (!node.extras) return false;
  NodeExtras& extras = *node.extras;
  const auto old = std::find_if(extras.replaced.begin(), extras.replaced.end(),
                                [&](const ReplacedSession& it) { return it.session == session; });
  if (old == extras.replaced.end()) return false;
  if (arrival.attended_ms - old->heard_ms > evict_ms(node)) {
    extras.replaced.erase(old);
    return false;
  }
  old->heard_ms = arrival.attended_ms;
  if (!arrival.after_pause && arrival.attended_ms - extras.conflict_said_ms > evict_ms(node)) {
    changes.push_back(
        {.kind = EventKind::kConflict, .slot = slot, .other_peer = std::string(arrival.peer())});
    extras.conflict_said_ms = arrival.attended_ms;
  }
  return true;
}

void Registry::replace_session(Node& node, const Header& header, const Arrival& arrival) {
  auto& replaced = node.need_extras().replaced;
  if (replaced.size() == limits::kReplacedSessions) replaced.erase(replaced.begin());
  replaced.push_back({node.session, arrival.attended_ms});
  node.session = header.session;
  node.seq = header.seq;
}

// Of a node that said goodbye, only a status says that it is back.
void Registry::mark_heard(Slot slot, AnnouncementKind kind, const Arrival& arrival,
                          std::uint64_t previous_session, NodeChanges& changes) {
  Node& node = nodes_.at(slot);
  const bool restarted = previous_session != 0;
  const bool was_unheard = node.unheard && kind == AnnouncementKind::kStatus;
  const Return how{previous_session, arrival.attended_ms - node.heard_ms};
  node.heard_ms = arrival.attended_ms;
  const bool is_back =
      kind == AnnouncementKind::kStatus
          ? node.presence != Presence::kPresent
          : node.presence == Presence::kLate && !node.unheard && kind == AnnouncementKind::kBlocks;
  if (!is_back && !restarted) return;
  node.text.set_peer(arrival.peer());
  if (was_unheard && comes_back_unheard(slot, restarted)) return;
  const std::uint32_t untold = node.extras ? node.extras->flap.coalesced : 0;
  if (hold_back(slot, how, arrival, changes)) return;
  const Presence before = node.presence;
  if (is_back) {
    set_presence(slot, Presence::kPresent);
    schedule(slot);
  }
  if (node.extras) node.extras->verdict = Verdict::kUnknown;
  const bool was_held = !changes.empty() && changes.back().kind == EventKind::kGuard;
  if (restarted && !was_held) {
    changes.push_back({.kind = EventKind::kRestarted,
                       .slot = slot,
                       .presence = before,
                       .previous_session = previous_session});
    return;
  }
  changes.push_back({.kind = EventKind::kRecovered,
                     .slot = slot,
                     .presence = before,
                     .silent_for_ms = how.silent_for_ms,
                     .returns = was_held ? untold : 0});
}

// Whether the node is held as flapping, although it was heard: from now on, still, or no longer.
bool Registry::hold_back(Slot slot, const Return& how, const Arrival& arrival,
                         NodeChanges& changes) {
  Node& node = nodes_.at(slot);
  FlapMemory& flap = node.need_extras().flap;
  if (flap.is_held()) {
    const bool went = how.previous_session != 0 || flap.said_goodbye ||
                      how.silent_for_ms > late_ms(node) + kGraceMs;
    const bool is_released = flap.hold_until_ms == FlapMemory::kReleased;
    if (went && !is_released) flap_rules_.prolong(flap, arrival.attended_ms);
    if (arrival.attended_ms < flap.hold_until_ms) return true;
    flap.hold_until_ms = FlapMemory::kNotHeld;
    changes.push_back({.kind = EventKind::kGuard, .slot = slot, .returns = flap.coalesced});
    flap.coalesced = 0;
    return false;
  }
  if (!flap_rules_.on_return(flap, arrival.attended_ms)) return false;
  changes.push_back(
      {.kind = EventKind::kGuard, .slot = slot, .is_raised = true, .returns = flap.returns + 1});
  if (node.presence == Presence::kLate) return true;
  changes.push_back({.kind = EventKind::kLate,
                     .slot = slot,
                     .presence = node.presence,
                     .silent_for_ms = how.silent_for_ms});
  set_presence(slot, Presence::kLate);
  schedule(slot);
  return true;
}

void Registry::release_flapping(Slot slot) {
  Node& node = nodes_.at(slot);
  if (!node.is_held()) return;
  node.extras->flap.hold_until_ms = FlapMemory::kReleased;
  node.extras->flap.returns = 0;
  node.extras->flap.said_goodbye = false;
}

void Registry::set_presence(Slot slot, Presence presence) {
  Node& node = nodes_.at(slot);
  const bool was_present = node.presence == Presence::kPresent;
  const bool is_present = presence == Presence::kPresent;
  totals_.subtract(node);
  node.presence = presence;
  totals_.add(node);
  if (was_present != is_present) domains_.set_present(slot, is_present);
}

void Registry::write_status(Node& node, const StatusView& status) {
  node.interval_ms = static_cast<std::uint32_t>(status.interval_ms);
  node.state = status.state;
  node.cpu_steps = static_cast<std::uint32_t>(status.cpu_percent * Node::kCpuStepsPerPercent + 0.5);
  node.storage = status.storage;
  node.memory = status.memory;
  node.network = status.network;
  node.has_inventory = status.has_inventory;
  if (status.has_inventory) node.need_extras().inventory = status.inventory;
  node.shadows_record = status.shadows_record;
  node.is_plain = status.is_plain;
  node.has_network = status.has_network;
  const std::span<const Bytes> pieces = pieces_of(status);
  node.labels = range_in(pieces, status.labels);
  node.text.set_pairs(pieces, status.is_plain ? status.rest_pairs() : status.pairs);
}

bool Registry::judge(std::int64_t attended_ms, std::size_t budget, NodeChanges& changes) {
  changes.reserve(changes.size() + 2 * std::min(budget, nodes_.size()));
  return wheel_.expire(attended_ms, budget,
                       [&](Slot slot) { judge_node(slot, attended_ms, changes); });
}

// Silence must exceed its limit: times are cut to whole milliseconds, and never early means never.
void Registry::judge_node(Slot slot, std::int64_t attended_ms, NodeChanges& changes) {
  Node& node = nodes_.at(slot);
  const std::int64_t silent_for_ms = attended_ms - node.heard_ms;
  const bool may_be_late = node.presence == Presence::kPresent || (node.unheard && !node.told_late);
  if (may_be_late && silent_for_ms > late_ms(node) + kGraceMs) {
    node.told_late = node.unheard;
    if (!node.unheard) set_presence(slot, Presence::kLate);
    changes.push_back({.kind = EventKind::kLate,
                       .slot = slot,
                       .presence = Presence::kPresent,
                       .silent_for_ms = silent_for_ms});
  }
  if (node.presence != Presence::kPresent && silent_for_ms > evict_ms(node) + kGraceMs) {
    changes.push_back({.kind = EventKind::kEvicted,
                       .slot = slot,
                       .presence = node.presence,
                       .silent_for_ms = silent_for_ms});
    set_presence(slot, Presence::kEvicted);
    return;  // not scheduled again: remove() follows
  }
  schedule(slot);
}

void Registry::schedule(Slot slot) {
  const Node& node = nodes_.at(slot);
  const bool may_be_late = node.presence == Presence::kPresent || (node.unheard && !node.told_late);
  const std::int64_t limit_ms = may_be_late ? late_ms(node) : evict_ms(node);
  wheel_.schedule(slot, node.heard_ms + limit_ms + kGraceMs + 1);
}

void Registry::remove(Slot slot) {
  unheard_ -= nodes_.at(slot).unheard ? 1u : 0u;
  wheel_.cancel(slot);
  domains_.erase(slot, nodes_.at(slot).presence == Presence::kPresent);
  totals_.subtract(nodes_.at(slot));
  order_.erase(slot);
  nodes_.erase(slot, hash_of(nodes_.at(slot).id()));
}

}  // namespace rollcall
