#include "broker/roster/roster.hpp"

#include <algorithm>

#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// From the wall clock, now, to the steady one; what has passed is due now.
std::int64_t steady_of(std::int64_t wall_ms, Now now) {
  return now.steady_ms + std::max<std::int64_t>(0, wall_ms - now.wall_ms);
}

std::int64_t deadline_of(const RosterEntry& entry) {
  return std::min(entry.until_due_ms, entry.back_due_ms);
}

}  // namespace

const RosterEntry* Roster::find(std::string_view id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

Roster::Entries::iterator Roster::need(std::string_view id) {
  const auto found = entries_.find(id);
  return found != entries_.end() ? found : entries_.emplace(std::string(id), RosterEntry()).first;
}

void Roster::schedule(const Entries::iterator& it) {
  const std::int64_t deadline_ms = deadline_of(it->second);
  if (deadline_ms != kNever) due_.emplace(deadline_ms, it->first);
}

void Roster::unschedule(const Entries::iterator& it) {
  due_.erase({deadline_of(it->second), it->first});
}

void Roster::drop_if_empty(Entries::iterator it) {
  const RosterEntry& entry = it->second;
  if (entry.order.duty == Duty::kActive && entry.back_by_ms == 0) entries_.erase(it);
}

void Roster::restore(const RosterNode& known, bool is_listed, Now now) {
  if (!is_listed) is_absent(known.id);
  const bool has_order = known.order.duty != Duty::kActive;
  if (!has_order && known.back_by_ms == 0) return;
  const auto it = need(known.id);
  it->second.order = known.order;
  if (known.order.until_ms != 0) it->second.until_due_ms = steady_of(known.order.until_ms, now);
  it->second.back_by_ms = known.back_by_ms;
  it->second.leave_reason = known.leave_reason;
  if (known.back_by_ms != 0 && !known.told_overdue) {
    it->second.back_due_ms = steady_of(known.back_by_ms, now);
  }
  schedule(it);
}

void Roster::set_order(std::string_view id, StandingOrder order, Now now) {
  const auto it = need(id);
  unschedule(it);
  it->second.until_due_ms = order.until_ms == 0 ? kNever : steady_of(order.until_ms, now);
  it->second.order = std::move(order);
  schedule(it);
  drop_if_empty(it);
}

void Roster::expect_back(std::string_view id, std::int64_t in_ms, std::string_view reason,
                         Now now) {
  const auto it = need(id);
  unschedule(it);
  it->second.leave_reason = reason;
  it->second.back_by_ms = now.wall_ms + in_ms;
  it->second.back_due_ms = now.steady_ms + in_ms;
  schedule(it);
}

void Roster::is_back(std::string_view id) {
  const auto it = entries_.find(id);
  if (it == entries_.end() || it->second.back_by_ms == 0) return;
  unschedule(it);
  it->second.back_by_ms = 0;
  it->second.back_due_ms = kNever;
  schedule(it);
  drop_if_empty(it);
}

bool Roster::next_due(Now now, Due& due) const {
  if (due_ms() > now.steady_ms) return false;
  const auto it = entries_.find(due_.begin()->second);
  due = {it->first, &it->second, it->second.back_due_ms <= it->second.until_due_ms};
  return true;
}

void Roster::settle_overdue(std::string_view id) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  unschedule(it);
  it->second.back_due_ms = kNever;
  schedule(it);
}

void Roster::is_absent(std::string_view id) {
  if (absent_.size() < limits::kAbsentNodes) absent_.emplace(id);
}

void Roster::is_listed(std::string_view id) {
  if (!absent_.empty()) absent_.erase(std::string(id));
}

void Roster::forget(std::string_view id) {
  absent_.erase(std::string(id));
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  unschedule(it);
  entries_.erase(it);
}

}  // namespace rollcall
