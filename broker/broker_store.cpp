// What of the broker outlives a turn: the store, the roster, and the orders of operators.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "broker/broker.hpp"
#include "broker/events/event_writer.hpp"
#include "broker/queries/record.hpp"
#include "broker/within_memory.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {
namespace {

constexpr std::string_view kNobody = "-";  // who decided what nobody did
constexpr std::int64_t kLongestAwayMs = std::int64_t{10} * 365 * 86'400'000;

std::string_view nothing_stored() {
  return "the store takes nothing at present, and an order must outlive the broker: see the guard "
         "not_persisting, then order again";
}

}  // namespace

void Broker::close(StoreBatch& batch) { scribe_.collect_all(scribe_view(), batch); }

Scribe::View Broker::scribe_view() const {
  return {registry_, roster_, events_, store_.report(), now_, attention_.ms()};
}

// What the store said since the last turn.
void Broker::hear_store(const Inbox& inbox, Outbox& outbox) {
  if (inbox.store == nullptr) return;
  const StoreReport& report = *inbox.store;
  store_.hear(report, events_.newest(), now_.steady_ms);
  if (report.reopened > store_.reopened) {
    store_.reopened = report.reopened;
    scribe_.begin_again(registry_);
  }
  if (report.set_aside > store_.set_aside) {
    store_.set_aside = report.set_aside;
    set_aside_ = report.set_aside_name;
    set_aside_why_ = report.set_aside_why;
  }
  if (!set_aside_.empty()) {
    body_.clear();
    write_store_event("set_aside", set_aside_why_, set_aside_, {events_.next_seq(), now_.wall_ms},
                      body_);
    publish_event(EventKind::kStore, kNoNode, outbox);
    story_.on_event(EventKind::kStore, Level::kError,
                    fmt::format("the store was damaged ({}); it was set aside as {}, and a new one "
                                "begun: nodes come back by themselves, a backup can be restored",
                                escaped(set_aside_why_, 200), escaped(set_aside_, 200)),
                    kNoNode, now_.steady_ms, outbox.lines);
    set_aside_.clear();
  }
  adopt_restored(outbox);
  judge_store();
}

void Broker::judge_store() {
  const bool was_persisting = is_persisting_;
  if (store_.takes_nothing(now_.steady_ms, events_.newest())) {
    is_persisting_ = false;
    store_.fell_behind();
  } else if (store_.has_caught_up(events_.newest())) {
    is_persisting_ = true;
  }
  Guard guard{.kind = GuardKind::kNotPersisting,
              .since_ms = attention_.ms(),
              .since_wall_ms = now_.wall_ms,
              .count = scribe_.lost() - lost_before_,
              .why = store_.why(now_.steady_ms, events_.newest())};
  if (!is_persisting_) {
    guards_.set(guard, true);
    return;
  }
  if (was_persisting) return;
  guards_.list().extend(guard.kind, {}, kNever, guard.count);
  guards_.set(guard, false);
  lost_before_ = scribe_.lost();
}

// Orders that are stored by now; where memory ends, in the next turn.
void Broker::reply_to_orders(Outbox& outbox) {
  events_.set_told(store_.told(is_persisting_, events_.newest(), events_.told()));
  while (!store_.orders.empty()) {
    WaitingOrder& order = store_.orders.front();
    if (order.seq > events_.told()) break;
    Buffer body;
    if (is_persisting_) {
      begin_reply(order.id, view(), body);
      body.append(order.result);
    } else {
      write_failure(order.id,
                    {QueryError::kUnavailable,
                     "it is in force, but could not be stored: a restart of the broker would "
                     "forget it; see the guard not_persisting, then order again"},
                    body);
    }
    outbox.replies.emplace_back();  // the last that needs memory: before, it is done again
    outbox.replies.back() = {.route = std::move(order.route), .body = std::move(body)};
    store_.orders.pop_front();
  }
}

void Broker::reply_for_store(const Inbox& inbox, Outbox& outbox) {
  within_memory([&] { reply_to_orders(outbox); });
  if (inbox.store == nullptr) return;
  for (const StoreAnswer& answer : inbox.store->answers) {
    const auto asked = store_.asks.find(answer.ticket);
    if (asked == store_.asks.end()) continue;
    const bool did = within_memory([&] {
      QueryReply reply{.route = std::move(asked->second.route), .body = {}};
      if (answer.failure) {
        write_failure(asked->second.id, *answer.failure, reply.body);
      } else {
        begin_reply(asked->second.id, view(), reply.body);
        reply.body.append(answer.result);
      }
      outbox.replies.push_back(std::move(reply));
    });
    if (!did) queries_.count_unanswered();
    store_.asks.erase(asked);
  }
}

void Broker::hand_to_store(Outbox& outbox) {
  // What there is no memory for is due again.
  if (store_.report().is_there) {
    within_memory([&] { scribe_.collect(scribe_view(), outbox.batch); });
  }
  begin_swap(outbox.batch);
  events_.set_told(store_.told(is_persisting_, events_.newest(), events_.told()));
  outbox.told = events_.told();
}

// What an operator decided of it outlives its stay.
void Broker::take_duty(Slot slot) {
  const RosterEntry* const entry = roster_.find(registry_.nodes().at(slot).id());
  if (entry != nullptr) registry_.set_duty(slot, entry->order.duty);
}

// What of a change must be known after a restart.
void Broker::remember(const NodeChange& change) {
  const Node& node = registry_.nodes().at(change.slot);
  switch (change.kind) {
    case EventKind::kJoined: {
      roster_.is_listed(node.id());
      roster_.is_back(node.id());
      break;
    }
    case EventKind::kRecovered:
    case EventKind::kRestarted: roster_.is_back(node.id()); break;
    case EventKind::kLeft:
      if (!change.back_in_ms) break;
      roster_.expect_back(node.id(),
                          static_cast<std::int64_t>(std::min<std::uint64_t>(
                              *change.back_in_ms, std::uint64_t{kLongestAwayMs})),
                          change.reason, now_);
      break;
    case EventKind::kEvicted:
      roster_.is_absent(node.id());
      scribe_.note_away(scribe_.known(change.slot, registry_, roster_, now_, attention_.ms()));
      return;
    default: return;
  }
  scribe_.note_fact(change.slot, registry_.nodes());
}

// What was decided for a time ends with it, and who said when it would be back is waited for.
void Broker::keep_duties(Outbox& outbox) {
  for (Roster::Due due; roster_.next_due(now_, due);) {
    const std::string node(due.id);
    const Slot slot = registry_.find(node);
    if (due.is_overdue) {
      const std::int64_t late_by_ms =
          std::max<std::int64_t>(0, now_.wall_ms - due.entry->back_by_ms);
      body_.clear();
      write_overdue_event(node, late_by_ms, due.entry->leave_reason,
                          {events_.next_seq(), now_.wall_ms}, body_);
      publish_event(EventKind::kOverdue, node, outbox);
      story_.on_event(EventKind::kOverdue, Level::kWarning,
                      fmt::format("{} said that it would be back by now, and is not", node), node,
                      now_.steady_ms, outbox.lines);
      roster_.settle_overdue(node);
      if (slot != kNoSlot) scribe_.note_fact(slot, registry_.nodes());
    } else {
      is_ordered(node, {.duty = Duty::kActive,
                        .by = std::string(kNobody),
                        .reason = "maintenance is over",
                        .since_ms = now_.wall_ms,
                        .until_ms = 0});
    }
    if (slot == kNoSlot) remember_absent(node);
  }
}

// A node that is not listed: only its order and its return are known here, and only they change.
void Broker::remember_absent(const std::string& node) {
  RosterNode known;
  known.id = node;
  known.presence = Presence::kEvicted;
  if (const RosterEntry* const entry = roster_.find(node); entry != nullptr) {
    known.order = entry->order;
    known.back_by_ms = entry->back_by_ms;
    known.leave_reason = entry->leave_reason;
    known.told_overdue = entry->back_by_ms != 0 && entry->back_due_ms == kNever;
  }
  scribe_.note_away(std::move(known));
}

// False where it is so already.
bool Broker::is_ordered(std::string_view node, StandingOrder order) {
  const Slot slot = registry_.find(node);
  const RosterEntry* const entry = roster_.find(node);
  const Duty before = entry == nullptr ? Duty::kActive : entry->order.duty;
  if (before == Duty::kActive && order.duty == Duty::kActive) return false;
  body_.clear();
  write_duty_event(node, before, order, {events_.next_seq(), now_.wall_ms}, body_);
  publish_event(EventKind::kDuty, node, *outbox_);
  std::string text = fmt::format("{}: {} (was {})", node, name_of(order.duty), name_of(before));
  if (order.until_ms != 0) {
    text += fmt::format(" for {}", format_duration(order.until_ms - now_.wall_ms));
  }
  if (order.by != kNobody) text += fmt::format(", by {}", escaped(order.by, 64));
  if (!order.reason.empty()) text += fmt::format(": {}", escaped(order.reason, 200));
  story_.on_event(EventKind::kDuty, Level::kInfo, std::move(text), node, now_.steady_ms,
                  outbox_->lines);
  if (slot != kNoSlot) registry_.set_duty(slot, order.duty);
  roster_.set_order(node, std::move(order), now_);
  if (slot != kNoSlot) scribe_.note_fact(slot, registry_.nodes());
  return true;
}

// A node that holds nothing any more has nothing left to drain; by what it announces itself.
void Broker::judge_drained(Slot slot) {
  const Node& node = registry_.nodes().at(slot);
  const bool is_empty = node.inventory() == nullptr || node.inventory()->count == 0;
  const Duty duty = is_empty ? Duty::kDrained : Duty::kDraining;
  const RosterEntry* const entry = roster_.find(node.id());
  if (node.duty == duty || entry == nullptr) return;
  StandingOrder order = entry->order;
  order.duty = duty;
  order.by = kNobody;
  order.since_ms = now_.wall_ms;
  is_ordered(std::string(node.id()), std::move(order));
}

std::optional<PastFailure> Broker::choose(const OperatorOrder& order,
                                          std::vector<std::string>& nodes) const {
  if (!order.node.empty()) {
    const bool is_note_of_none = order.kind == OrderKind::kNote && order.node == kNoNode;
    if (!is_note_of_none && registry_.find(order.node) == kNoSlot &&
        !roster_.knows_absent(order.node)) {
      return PastFailure{QueryError::kNotFound,
                         fmt::format("no node '{}' is known", escaped(order.node, 64))};
    }
    nodes.push_back(order.node);
    return std::nullopt;
  }
  QueryRequest filter;
  filter.labels = order.labels;
  for (Slot slot = 0; slot < registry_.nodes().slots(); ++slot) {
    const Node& node = registry_.nodes().at(slot);
    if (!node.in_use || !matches(node, filter)) continue;
    if (nodes.size() >= limits::kNodesPerOrder) {
      return PastFailure{QueryError::kTooLarge,
                         fmt::format("more than {} nodes have these labels; order them in parts",
                                     limits::kNodesPerOrder)};
    }
    nodes.emplace_back(node.id());
  }
  if (!nodes.empty()) return std::nullopt;
  return PastFailure{QueryError::kNotFound, "no listed node has these labels"};
}

std::optional<PastFailure> Broker::forget(std::string_view node, std::string_view by) {
  const Slot slot = registry_.find(node);
  if (slot != kNoSlot) {
    if (registry_.nodes().at(slot).presence == Presence::kPresent) {
      return PastFailure{QueryError::kBadRequest,
                         fmt::format("{} is present and would be back at once; stop its agent "
                                     "first, or order maintenance",
                                     escaped(node, 64))};
    }
    const NodeChange gone{.kind = EventKind::kEvicted, .slot = slot};
    guards_.on_change(gone, registry_, attention_.ms(), now_);
    refusals_.forget(registry_.nodes().at(slot), attention_.ms());
    blocks_.forget(slot);
    registry_.remove(slot);
  }
  roster_.forget(node);
  body_.clear();
  write_forgotten_event(node, by, {events_.next_seq(), now_.wall_ms}, body_);
  publish_event(EventKind::kForgotten, node, *outbox_);
  scribe_.note_forgotten(node);
  story_.on_event(EventKind::kForgotten, Level::kInfo,
                  fmt::format("{} was forgotten, by {}", node, escaped(by, 64)), node,
                  now_.steady_ms, outbox_->lines);
  return std::nullopt;
}

std::optional<PastFailure> Broker::carry_out(const OperatorOrder& order, const Route& route,
                                             Bytes id) {
  if (!is_persisting_) return PastFailure{QueryError::kUnavailable, std::string(nothing_stored())};
  if (store_.orders.size() >= limits::kOrdersWaiting) {
    return PastFailure{QueryError::kUnavailable, "too many orders are waiting; order again soon"};
  }
  std::vector<std::string> nodes;
  if (auto failure = choose(order, nodes)) return failure;
  std::size_t changed = 0;
  for (const std::string& node : nodes) {
    if (order.kind == OrderKind::kForget) {
      if (auto failure = forget(node, order.by)) return failure;
      ++changed;
      continue;
    }
    if (order.kind == OrderKind::kNote) {
      body_.clear();
      write_note_event(node, order.by, order.text, {events_.next_seq(), now_.wall_ms}, body_);
      publish_event(EventKind::kNote, node, *outbox_);
      story_.on_event(
          EventKind::kNote, Level::kInfo,
          fmt::format("{}: {} ({})", node, escaped(order.text, 200), escaped(order.by, 64)), node,
          now_.steady_ms, outbox_->lines);
      ++changed;
      continue;
    }
    const Duty duty = order.kind == OrderKind::kMaintain ? Duty::kMaintenance
                      : order.kind == OrderKind::kDrain  ? Duty::kDraining
                                                         : Duty::kActive;
    const bool did =
        is_ordered(node, {.duty = duty,
                          .by = order.by,
                          .reason = order.reason,
                          .since_ms = now_.wall_ms,
                          .until_ms = order.for_ms == 0 ? 0 : now_.wall_ms + order.for_ms});
    if (did && registry_.find(node) == kNoSlot) remember_absent(node);
    changed += did ? 1u : 0u;
  }
  WaitingOrder waiting{
      .seq = events_.newest(), .route = route, .id = std::string(id), .result = {}};
  Buffer result;
  Writer writer(result);
  const std::size_t listed = std::min(nodes.size(), limits::kPageMax);
  writer.map(3).text("nodes").array(listed);
  for (std::size_t i = 0; i < listed; ++i) writer.text(nodes[i]);
  writer.pair("changed", std::uint64_t{changed}).pair("seq", events_.newest());
  waiting.result = result.view();
  store_.orders.push_back(std::move(waiting));
  return std::nullopt;
}

std::optional<PastFailure> Broker::ask_store(PastQuestion question, const Route& route, Bytes id) {
  if (!store_.report().is_there) {
    return PastFailure{QueryError::kUnavailable, "this broker has no store"};
  }
  if (store_.asks.size() >= limits::kAsksWaiting) {
    return PastFailure{QueryError::kUnavailable, "the store is busy; ask again in a moment"};
  }
  const std::uint64_t ticket = ++store_.tickets;
  scribe_.ask({ticket, std::move(question)});  // where memory ends here, nobody waits for it
  store_.asks.emplace(ticket, WaitingAsk{route, std::string(id)});
  return std::nullopt;
}

}  // namespace rollcall
