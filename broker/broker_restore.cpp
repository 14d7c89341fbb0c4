// What a store knows becomes what the broker knows: at the start, and from a backup that is put in
// the place of the store while it runs.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "broker/broker.hpp"
#include "broker/events/event_writer.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/ids.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {

void Broker::restore(StoreContents contents) {
  store_.begin(contents);
  events_.resume(contents.newest, std::move(contents.events));
  scribe_.resume(events_.newest());
  for (const RosterNode& known : contents.nodes) {
    if (is_node_id(known.id)) roster_.restore(known, list_again(known), now_);
  }
  if (registry_.unheard() != 0) guards_.expect(config_.evict_after_ms);
  if (contents.set_aside.empty()) return;
  set_aside_ = contents.set_aside;
  set_aside_why_ = contents.set_aside_why;
}

// True where the node is listed from now on, and was not.
bool Broker::list_again(const RosterNode& known) {
  StatusView status;
  if (known.presence == Presence::kEvicted) return false;
  if (decode_status(known.status, status) != Refusal::kNone) return false;
  if (why_invalid(status) != Refusal::kNone) return false;
  const Slot slot = registry_.expect(known, status, attention_.ms());
  if (slot == kNoSlot) return false;
  scribe_.note_listed(slot, registry_.nodes());
  return true;
}

// A backup waits to take the store's place. It does behind this batch, where that has every event
// so far: those are in the store that was, and later ones in the one that will be, with numbers
// above the highest of both. What is remembered of events here is of the former.
void Broker::begin_swap(StoreBatch& batch) {
  if (store_.swap_wanted == 0 || scribe_.handed() != events_.newest()) return;
  batch.swap = std::exchange(store_.swap_wanted, 0);
  events_.skip_to(store_.swap_newest);
  batch.skip_to = events_.newest();
  scribe_.resume(events_.newest());
}

// The backup is in place. May run again where memory ran out in it: only its end is told of.
void Broker::adopt_restored(Outbox& outbox) {
  if (store_.restored == nullptr) return;
  const StoreContents& contents = *store_.restored;
  roster_ = roster_of(contents);
  for (Slot slot = 0; slot < registry_.nodes().slots(); ++slot) {
    const Node& node = registry_.nodes().at(slot);
    if (!node.in_use) continue;
    const RosterEntry* const entry = roster_.find(node.id());
    registry_.set_duty(slot, entry == nullptr ? Duty::kActive : entry->order.duty);
  }
  if (registry_.unheard() != 0) guards_.expect(config_.evict_after_ms);
  scribe_.begin_again(registry_);
  body_.clear();
  write_store_event("restored", contents.set_aside_why, contents.set_aside,
                    {events_.next_seq(), now_.wall_ms}, body_);
  publish_event(EventKind::kStore, kNoNode, outbox);
  story_.on_event(
      EventKind::kStore, Level::kWarning,
      fmt::format("{}: {} nodes are known, and numbers of events go on from {}; the store that was "
                  "is kept as {}",
                  escaped(contents.set_aside_why, 200), contents.nodes.size(), events_.newest(),
                  escaped(contents.set_aside, 200)),
      kNoNode, now_.steady_ms, outbox.lines);
  store_.restored = nullptr;
}

// Nodes of the backup that are not listed are expected, and what was decided of any holds again.
// Whether a node that is listed is away, and until when, is known better here.
Roster Broker::roster_of(const StoreContents& contents) {
  Roster roster;
  for (const RosterNode& known : contents.nodes) {
    if (!is_node_id(known.id)) continue;
    const bool is_listed = registry_.find(known.id) != kNoSlot;
    if (!is_listed) {
      roster.restore(known, list_again(known), now_);
      continue;
    }
    RosterNode of_it;
    of_it.id = known.id;
    of_it.order = known.order;
    roster.restore(of_it, true, now_);
  }
  for (Slot slot = 0; slot < registry_.nodes().slots(); ++slot) {
    const Node& node = registry_.nodes().at(slot);
    if (!node.in_use || node.unheard) continue;
    const RosterEntry* const before = roster_.find(node.id());
    if (before == nullptr || before->back_by_ms == 0) continue;
    RosterNode of_it;
    of_it.id = node.id();
    if (const RosterEntry* const now = roster.find(node.id()); now != nullptr) {
      of_it.order = now->order;
    }
    of_it.back_by_ms = before->back_by_ms;
    of_it.leave_reason = before->leave_reason;
    of_it.told_overdue = before->back_due_ms == kNever;
    roster.forget(node.id());
    roster.restore(of_it, true, now_);
  }
  return roster;
}

}  // namespace rollcall
