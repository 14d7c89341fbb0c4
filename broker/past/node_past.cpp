#include "broker/past/node_past.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace rollcall {
namespace {

constexpr std::uint32_t bit(EventKind kind) { return 1u << static_cast<unsigned>(kind); }

constexpr std::uint32_t kLives = bit(EventKind::kJoined) | bit(EventKind::kRestarted) |
                                 bit(EventKind::kLate) | bit(EventKind::kRecovered) |
                                 bit(EventKind::kLeft) | bit(EventKind::kEvicted) |
                                 bit(EventKind::kOverdue) | bit(EventKind::kForgotten);
// What was before them does not matter for the presence.
constexpr std::uint32_t kBeginnings = bit(EventKind::kJoined) | bit(EventKind::kRestarted) |
                                      bit(EventKind::kRecovered) | bit(EventKind::kForgotten);
constexpr std::uint32_t kDuties = bit(EventKind::kDuty) | bit(EventKind::kForgotten);
constexpr std::uint32_t kStates =
    bit(EventKind::kState) | bit(EventKind::kJoined) | bit(EventKind::kForgotten);
constexpr std::uint32_t kSessions =
    bit(EventKind::kJoined) | bit(EventKind::kRestarted) | bit(EventKind::kForgotten);

struct KeptEvent {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;
  EventKind kind = EventKind::kJoined;
  std::string body;
};

}  // namespace

struct NodePast::Earlier {
  std::vector<KeptEvent> events{};
  std::uint32_t found = 0;  // kinds

  void keep(const PastEvent& event) {
    events.push_back({event.seq, event.at_ms, event.kind, std::string(event.body)});
    found |= bit(event.kind);
  }
};

PastVerdict find_range(const PastQuestion& question, const PastMoment& moment, std::int64_t span_ms,
                       EventSource& events, PastRange& range) {
  const std::int64_t now_ms = sane_ms(moment.wall_ms);
  const std::int64_t until_ms = std::min(now_ms, sane_ms(question.until_ms.value_or(now_ms)));
  const std::int64_t since_ms = sane_ms(question.since_ms.value_or(until_ms - span_ms));
  if (since_ms >= until_ms) {
    return PastFailure{QueryError::kBadRequest, "'since' must lie before 'until', and before now"};
  }
  range = range_between(since_ms, until_ms, until_ms == now_ms, events);
  return std::nullopt;
}

PastRange range_between(std::int64_t since_ms, std::int64_t until_ms, bool is_up_to_now,
                        EventSource& events) {
  const std::uint64_t newest = events.newest();
  PastRange range{.since_ms = since_ms,
                  .until_ms = until_ms,
                  .known_since_ms = until_ms,
                  .first_seq = newest + 1,
                  .last_seq = is_up_to_now ? newest : 0,
                  .is_up_to_now = is_up_to_now};
  events.visit({}, [&](const PastEvent& event) {
    range.known_since_ms = sane_ms(event.at_ms);
    return false;
  });
  events.visit({.node = {}, .since_ms = since_ms}, [&](const PastEvent& event) {
    range.first_seq = event.seq;
    return false;
  });
  if (is_up_to_now) return range;
  events.visit({.node = {}, .until_ms = until_ms, .newest_first = true},
               [&](const PastEvent& event) {
                 range.last_seq = event.seq;
                 return false;
               });
  return range;
}

PastFailure PastBudget::failure() {
  return {QueryError::kTooLarge,
          fmt::format("more than {} events would have to be read; ask for less time with 'since' "
                      "and 'until', or for fewer nodes",
                      limits::kPastEvents)};
}

// The latest events of those kinds before the range, back to one that is `enough`.
void NodePast::look_back(const std::string& node, std::uint32_t kinds, std::uint32_t enough,
                         Earlier& earlier) {
  if (range_.first_seq <= 1) return;
  std::size_t left = limits::kPastLookBack;
  const EventFilter filter{
      .node = node, .until_seq = range_.first_seq - 1, .kinds = kinds, .newest_first = true};
  past_.events.visit(filter, [&](const PastEvent& event) {
    earlier.keep(event);
    return (bit(event.kind) & enough) == 0 && --left != 0 && budget_.spend();
  });
}

// The first one in the range or after it.
bool NodePast::next_event(const std::string& node, std::uint32_t kinds, Earlier& next) {
  const EventFilter filter{.node = node, .after_seq = range_.first_seq - 1, .kinds = kinds};
  past_.events.visit(filter, [&](const PastEvent& event) {
    next.keep(event);
    return false;
  });
  return !next.events.empty();
}

// What held when the range, or what is retained, began, where no earlier event tells: what the next
// one presumes, or what is known of the node where there is none.
NodeThen NodePast::infer(const RosterNode& known, const Earlier& earlier, bool& begins_unknown) {
  NodeThen then;
  if ((earlier.found & kLives) == 0) infer_life(known, then, begins_unknown);
  if ((earlier.found & kDuties) == 0) infer_duty(known, then);
  if (tracks_.state && (earlier.found & kStates) == 0) infer_state(known, then);
  if (tracks_.session && (earlier.found & kSessions) == 0) infer_session(known, then);
  return then;
}

void NodePast::infer_life(const RosterNode& known, NodeThen& then, bool& begins_unknown) {
  Earlier next;
  EventKind kind = EventKind::kForgotten;
  if (next_event(known.id, kLives, next)) {
    kind = next.events.front().kind;
  } else if (known.first_seen_ms != 0) {
    then.life = life_of(known.presence);
    then.is_silent = then.life != Life::kPresent;
    then.said_goodbye = then.life == Life::kLeft || known.back_by_ms != 0;
    then.back_by_ms = then.said_goodbye ? sane_ms(known.back_by_ms) : 0;
    return;
  }
  switch (kind) {
    // Silent for how long, the verdicts say themselves.
    case EventKind::kRestarted:
    case EventKind::kLate:
    case EventKind::kEvicted:
    case EventKind::kLeft: then.life = Life::kPresent; return;
    case EventKind::kRecovered:
      then.life = Life::kLate;
      then.is_silent = true;
      return;
    case EventKind::kOverdue:
      then.life = Life::kLeft;
      then.is_silent = then.said_goodbye = true;
      return;
    default: begins_unknown = true; return;
  }
}

void NodePast::infer_duty(const RosterNode& known, NodeThen& then) {
  Earlier next;
  if (next_event(known.id, bit(EventKind::kDuty), next)) {
    EventFacts facts;
    read_facts(next.events.front().body, facts);
    then.duty = from_name<Duty>(facts.from).value_or(Duty::kActive);
    return;
  }
  if (sane_ms(known.order.since_ms) >= range_.until_ms) return;
  then.duty = known.order.duty;
  then.by = known.order.by;
  then.why = known.order.reason;
  then.duty_since_ms = sane_ms(known.order.since_ms);
  then.duty_until_ms = sane_ms(known.order.until_ms);
}

void NodePast::infer_state(const RosterNode& known, NodeThen& then) {
  Earlier next;
  if (next_event(known.id, bit(EventKind::kState) | bit(EventKind::kJoined), next)) {
    EventFacts facts;
    read_facts(next.events.front().body, facts);
    if (next.events.front().kind == EventKind::kState) then.state = from_name<State>(facts.from);
    return;
  }
  StatusView status;
  if (known.status.empty() || decode_status(known.status, status) != Refusal::kNone) return;
  then.state = status.state;
}

void NodePast::infer_session(const RosterNode& known, NodeThen& then) {
  Earlier next;
  if (next_event(known.id, bit(EventKind::kRestarted) | bit(EventKind::kJoined), next)) {
    EventFacts facts;
    read_facts(next.events.front().body, facts);
    then.session = facts.previous;
    return;
  }
  then.session = known.session;
  then.peer = known.peer;
}

// After a restart of the broker, a node that was late is present with its next word, and no event
// says so ([P69]).
void NodePast::find_return(const RosterNode& known, NodeFold& fold) {
  const Life life = fold.then().life;
  if (life == Life::kPresent || life == Life::kUnknown) return;
  if (!range_.is_up_to_now || known.presence != Presence::kPresent) return;
  std::int64_t heard_ms = sane_ms(known.heard_at_ms);
  past_.samples.visit_heard(known.id, fold.now_ms() + 1, range_.until_ms, [&](std::int64_t at_ms) {
    heard_ms = at_ms;
    return false;
  });
  if (heard_ms > fold.now_ms() && heard_ms < range_.until_ms) fold.hear(heard_ms);
}

NodeThen NodePast::tell(const RosterNode& known, const NodeFold::Visit& visit) {
  return tell(known, visit, nullptr);
}

NodeThen NodePast::tell(const RosterNode& known, const NodeFold::Visit& visit,
                        const VisitEvent& visit_event) {
  Earlier earlier;
  look_back(known.id, kLives, kBeginnings, earlier);
  look_back(known.id, kDuties, kDuties, earlier);
  if (tracks_.state) look_back(known.id, kStates, kStates, earlier);
  if (tracks_.session) look_back(known.id, kSessions, kSessions, earlier);
  auto& events = earlier.events;
  std::sort(events.begin(), events.end(),
            [](const KeptEvent& a, const KeptEvent& b) { return a.seq < b.seq; });
  events.erase(std::unique(events.begin(), events.end(),
                           [](const KeptEvent& a, const KeptEvent& b) { return a.seq == b.seq; }),
               events.end());

  bool begins_unknown = false;
  NodeThen at_first = infer(known, earlier, begins_unknown);
  // Where earlier events tell of its life, it was known; else from when it was first seen on.
  std::int64_t first_ms = 0;
  if ((earlier.found & kLives) == 0 && !begins_unknown) {
    first_ms = std::max(range_.known_since_ms, sane_ms(known.first_seen_ms));
    if (visit && first_ms > range_.since_ms) {
      visit(range_.since_ms, std::min(first_ms, range_.until_ms), NodeThen{});
    }
    if (first_ms >= range_.until_ms) return {};
  }
  NodeFold fold(std::move(at_first), first_ms, range_.since_ms, visit);
  for (const KeptEvent& event : events) {
    fold.add({event.seq, event.at_ms, event.kind, known.id, event.body});
  }
  std::uint32_t kinds = kLives | kDuties;
  if (tracks_.state) kinds |= kStates;
  const EventFilter filter{.node = known.id,
                           .after_seq = range_.first_seq - 1,
                           .until_seq = range_.last_seq,
                           .kinds = kinds};
  past_.events.visit(filter, [&](const PastEvent& event) {
    EventFacts facts;
    read_facts(event.body, facts);
    const std::int64_t at_ms = std::clamp(sane_ms(event.at_ms), range_.since_ms, range_.until_ms);
    if (visit_event) visit_event(event, facts, std::max(at_ms, fold.now_ms()), fold);
    fold.add(event.kind, at_ms, facts);
    return budget_.spend();
  });
  find_return(known, fold);
  fold.advance(range_.until_ms);
  return fold.then();
}

}  // namespace rollcall
