#include "broker/guards/guard_list.hpp"

#include "shared/core/limits.hpp"

namespace rollcall {

std::string_view name_of(GuardEnd end) {
  switch (end) {
    case GuardEnd::kTimer: return "timer";
    case GuardEnd::kOperator: return "operator";
    case GuardEnd::kWider: return "wider";
    default: return "itself";
  }
}

void GuardList::raise(Guard guard) {
  const auto known = guards_.find({guard.kind, guard.subject});
  if (known != guards_.end()) {
    known->second.until_ms = guard.until_ms;
    known->second.count = guard.count;
    known->second.of = guard.of;
    return;
  }
  changes_.push_back({.guard = guard, .is_raised = true});
  // There are but a few of the broker itself, and they are raised again and again.
  if (guards_.size() >= limits::kGuards && !guard.subject.empty()) return;
  ++by_kind_[static_cast<std::size_t>(guard.kind)];
  guards_.emplace(Key{guard.kind, guard.subject}, std::move(guard));
}

bool GuardList::end(GuardKind kind, std::string_view subject, GuardEnd how, std::string_view by) {
  const auto known = guards_.find({kind, std::string(subject)});
  if (known == guards_.end()) return false;
  changes_.push_back(
      {.guard = std::move(known->second), .is_raised = false, .end = how, .by = std::string(by)});
  --by_kind_[static_cast<std::size_t>(kind)];
  guards_.erase(known);
  return true;
}

void GuardList::extend(GuardKind kind, std::string_view subject, std::int64_t until_ms,
                       std::uint64_t count) {
  const auto known = guards_.find({kind, std::string(subject)});
  if (known == guards_.end()) return;
  known->second.until_ms = until_ms;
  known->second.count = count;
}

const Guard* GuardList::find(GuardKind kind, std::string_view subject) const {
  const auto known = guards_.find({kind, std::string(subject)});
  return known == guards_.end() ? nullptr : &known->second;
}

}  // namespace rollcall
