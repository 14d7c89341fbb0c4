#include "broker/past/silences.hpp"

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

bool has_between(const std::vector<std::int64_t>& moments, std::int64_t from_ms,
                 std::int64_t to_ms) {
  // They rise: events are told so.
  const auto found = std::lower_bound(moments.begin(), moments.end(), from_ms);
  return found != moments.end() && *found <= to_ms;
}

}  // namespace

std::string_view name_of(Judgement judgement) {
  constexpr std::array<std::string_view, 3> kNames{"unnoticed", "late", "evicted"};
  return kNames.at(static_cast<std::size_t>(judgement));
}

void SilenceFinder::open(Judgement judgement, const EventFacts& facts, std::int64_t at_ms,
                         const NodeFold& before) {
  const std::int64_t silent_for_ms = facts.silent_for_ms.value_or(0);
  silences_.push_back({.began_ms = sane_ms(at_ms - silent_for_ms),
                       .silent_for_ms = silent_for_ms,
                       .noticed_after_ms = silent_for_ms,
                       .was = judgement,
                       .end = Silence::End::kNone});
  session_ = before.then().session;
  is_open_ = true;
}

void SilenceFinder::close(std::int64_t silent_for_ms, Silence::End end) {
  Silence& silence = silences_.back();
  silence.silent_for_ms = std::max(silence.silent_for_ms, silent_for_ms);
  silence.end = end;
  is_open_ = false;
}

void SilenceFinder::on_event(const PastEvent& event, const EventFacts& facts, std::int64_t at_ms,
                             const NodeFold& before) {
  const std::int64_t so_far_ms = is_open_ ? at_ms - silences_.back().began_ms : 0;
  switch (event.kind) {
    case EventKind::kLate:
      // It was heard between the two, and nobody told of it.
      if (is_open_) close(0, Silence::End::kSameSession);
      return open(Judgement::kLate, facts, at_ms, before);
    case EventKind::kEvicted:
      if (!is_open_) {
        // After a goodbye, or late before the range began.
        if (before.then().is_silent) return;
        return open(Judgement::kEvicted, facts, at_ms, before);
      }
      silences_.back().was = Judgement::kEvicted;
      silences_.back().silent_for_ms =
          std::max(silences_.back().silent_for_ms, facts.silent_for_ms.value_or(0));
      return;
    case EventKind::kRecovered:
      // What it says is the silence itself; who is held as flapping is late for longer.
      if (is_open_) close(facts.silent_for_ms.value_or(so_far_ms), Silence::End::kSameSession);
      return;
    case EventKind::kRestarted:
      restarts_ms_.push_back(at_ms);
      if (is_open_) close(so_far_ms, Silence::End::kOtherSession);
      return;
    case EventKind::kJoined: {
      restarts_ms_.push_back(at_ms);
      const bool is_same = session_ != 0 && facts.session == session_;
      if (is_open_) {
        close(so_far_ms, is_same ? Silence::End::kSameSession : Silence::End::kOtherSession);
      }
      return;
    }
    case EventKind::kLeft:
      goodbyes_ms_.push_back(at_ms);
      if (is_open_) close(so_far_ms, Silence::End::kSameSession);
      return;
    case EventKind::kForgotten:
      if (is_open_) close(so_far_ms, Silence::End::kNone);
      return;
    default: return;
  }
}

void SilenceFinder::finish(std::int64_t until_ms, std::int64_t heard_ms) {
  if (!is_open_) return;
  const std::int64_t began_ms = silences_.back().began_ms;
  if (heard_ms > began_ms) return close(heard_ms - began_ms, Silence::End::kSameSession);
  close(until_ms - began_ms, Silence::End::kNone);
}

bool SilenceFinder::explains(std::int64_t from_ms, std::int64_t to_ms) const {
  if (has_between(goodbyes_ms_, from_ms, to_ms)) return true;
  // They rise, too: each began after the one before had ended.
  auto next = std::lower_bound(silences_.begin(), silences_.end(), to_ms,
                               [](const Silence& it, std::int64_t ms) { return it.began_ms < ms; });
  if (next == silences_.begin()) return false;
  const Silence& before = *std::prev(next);
  return before.began_ms + before.silent_for_ms > from_ms;
}

bool SilenceFinder::has_restart(std::int64_t from_ms, std::int64_t to_ms) const {
  return has_between(restarts_ms_, from_ms, to_ms);
}

}  // namespace rollcall
