#include "broker/past/node_fold.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rollcall {

std::string_view name_of(Life life) {
  if (life == Life::kUnknown) return "unknown";
  return kPresenceNames.at(static_cast<std::size_t>(life));
}

Life life_of(Presence presence) {
  switch (presence) {
    case Presence::kPresent: return Life::kPresent;
    case Presence::kLate: return Life::kLate;
    case Presence::kLeft: return Life::kLeft;
    case Presence::kEvicted: return Life::kEvicted;
  }
  return Life::kUnknown;
}

NodeFold::NodeFold(NodeThen at_first, std::int64_t first_ms, std::int64_t begin_ms, Visit visit)
    : then_(std::move(at_first)),
      now_ms_(sane_ms(first_ms)),
      begin_ms_(sane_ms(begin_ms)),
      life_since_ms_(now_ms_),
      silent_since_ms_(now_ms_),
      visit_(std::move(visit)) {}

std::int64_t NodeFold::silent_since_ms() const {
  return then_.is_silent ? silent_since_ms_ : now_ms_;
}

void NodeFold::hand_on(std::int64_t to_ms) {
  const std::int64_t from_ms = std::max(now_ms_, begin_ms_);
  if (to_ms > from_ms && visit_) visit_(from_ms, to_ms, then_);
  now_ms_ = std::max(now_ms_, to_ms);
}

// A maintenance ends by itself, also where the broker was not there to say so.
void NodeFold::advance(std::int64_t at_ms) {
  at_ms = sane_ms(at_ms);
  const bool ends = then_.duty == Duty::kMaintenance && then_.duty_until_ms != 0;
  if (ends && then_.duty_until_ms <= at_ms) {
    hand_on(then_.duty_until_ms);
    then_.duty = Duty::kActive;
    then_.duty_since_ms = now_ms_;
    then_.duty_until_ms = 0;
    then_.by.clear();
    then_.why.clear();
  }
  hand_on(at_ms);
}

void NodeFold::add(const PastEvent& event) {
  EventFacts facts;
  read_facts(event.body, facts);
  add(event.kind, event.at_ms, facts);
}

void NodeFold::add(EventKind kind, std::int64_t at_ms, const EventFacts& facts) {
  at_ms = std::max(sane_ms(at_ms), now_ms_);
  switch (kind) {
    case EventKind::kJoined:
    case EventKind::kRestarted:
      advance(at_ms);
      come_back();
      then_.session = facts.session;
      then_.peer.assign(facts.peer);
      if (const auto state = from_name<State>(facts.state)) then_.state = state;
      return;
    case EventKind::kRecovered:
      advance(at_ms);
      come_back();
      return;
    case EventKind::kState:
      advance(at_ms);
      if (const auto state = from_name<State>(facts.to)) then_.state = state;
      return;
    case EventKind::kLate:
    case EventKind::kEvicted:
      fall_silent(kind, at_ms, facts);
      then_.life = kind == EventKind::kLate ? Life::kLate : Life::kEvicted;
      life_since_ms_ = now_ms_;
      if (kind == EventKind::kEvicted) {
        then_.state.reset();
        then_.session = 0;
        then_.peer.clear();
      }
      return;
    case EventKind::kLeft:
      advance(at_ms);
      come_back();
      then_.life = Life::kLeft;
      then_.said_goodbye = true;
      then_.is_silent = true;
      silent_since_ms_ = now_ms_;
      then_.back_by_ms = facts.back_in_ms ? sane_ms(at_ms + *facts.back_in_ms) : 0;
      then_.reason.assign(facts.reason);
      return;
    case EventKind::kOverdue:
      advance(at_ms);
      if (then_.back_by_ms == 0 && facts.late_by_ms && then_.life != Life::kPresent) {
        then_.said_goodbye = true;
        then_.back_by_ms = std::max(life_since_ms_, at_ms - *facts.late_by_ms);
      }
      return;
    case EventKind::kDuty: obey(at_ms, facts); return;
    case EventKind::kForgotten:
      advance(at_ms);
      forget();
      return;
    // They say nothing of what the node is. Who is held as flapping is `late` by an event.
    case EventKind::kConflict:
    case EventKind::kRefused:
    case EventKind::kGuard:
    case EventKind::kNote:
    case EventKind::kStore: return;
  }
}

// The silence began before the verdict: what lies between was no longer alive.
void NodeFold::fall_silent(EventKind kind, std::int64_t at_ms, const EventFacts& facts) {
  if (!then_.said_goodbye) {
    const std::int64_t began_ms = at_ms - facts.silent_for_ms.value_or(0);
    // Late again without a return: it was heard while nobody told of it.
    if (kind == EventKind::kLate && then_.life == Life::kLate) hear(began_ms);
    if (!then_.is_silent) {
      advance(std::max(began_ms, now_ms_));
      silent_since_ms_ = now_ms_;
      then_.is_silent = true;
    }
  }
  advance(at_ms);
  if (!then_.said_goodbye) then_.verdict.assign(facts.verdict);
}

void NodeFold::come_back() {
  then_.life = Life::kPresent;
  then_.is_silent = false;
  then_.said_goodbye = false;
  then_.back_by_ms = 0;
  then_.reason.clear();
  then_.verdict.clear();
  life_since_ms_ = now_ms_;
}

void NodeFold::hear(std::int64_t at_ms) {
  advance(std::max(sane_ms(at_ms), now_ms_));
  come_back();
}

void NodeFold::obey(std::int64_t at_ms, const EventFacts& facts) {
  advance(at_ms);
  const auto duty = from_name<Duty>(facts.to);
  if (!duty) return;
  then_.duty = *duty;
  then_.duty_since_ms = now_ms_;
  then_.duty_until_ms = facts.until_ms.value_or(0);
  then_.by.assign(facts.by);
  then_.why.assign(facts.reason);
}

void NodeFold::forget() { then_ = NodeThen{}; }

}  // namespace rollcall
