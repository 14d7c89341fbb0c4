#include "broker/guards/guards.hpp"

#include <algorithm>

namespace rollcall {

// That it warms up is no event: it begins with the broker itself, and nobody can listen yet.
Guards::Guards(std::int64_t evict_after_ms, std::int64_t warm_up_ms, Now start)
    : losses_(evict_after_ms), warm_until_ms_(warm_up_ms) {
  list_.raise({.kind = GuardKind::kWarmUp,
               .since_ms = 0,
               .since_wall_ms = start.wall_ms,
               .until_ms = warm_up_ms});
  list_.drop_change();
}

void Guards::on_pause(std::int64_t pause_ms, std::int64_t attended_ms, Now now) {
  list_.raise({.kind = GuardKind::kOwnPause,
               .since_ms = attended_ms,
               .since_wall_ms = now.wall_ms,
               .count = static_cast<std::uint64_t>(pause_ms)});
}

void Guards::on_change(const NodeChange& change, Registry& registry, std::int64_t attended_ms,
                       Now now) {
  const Node& node = registry.nodes().at(change.slot);
  losses_.on_change(change, registry, attended_ms);
  if (change.kind == EventKind::kEvicted) {
    flood_.forget(change.slot, node.id(), list_);
    list_.end(GuardKind::kFlapping, node.id(), GuardEnd::kItself);
  }
  if (change.kind != EventKind::kGuard) return;
  if (!change.is_raised) {
    list_.extend(GuardKind::kFlapping, node.id(), attended_ms, change.returns);
    list_.end(GuardKind::kFlapping, node.id(), GuardEnd::kItself);
    return;
  }
  list_.raise({.kind = GuardKind::kFlapping,
               .subject = std::string(node.id()),
               .since_ms = attended_ms,
               .since_wall_ms = now.wall_ms,
               .until_ms = node.extras->flap.hold_until_ms,
               .count = change.returns});
}

void Guards::set(const Guard& guard, bool holds) {
  if (holds) return list_.raise(guard);
  list_.end(guard.kind, guard.subject,
            guard.until_ms == kNever ? GuardEnd::kItself : GuardEnd::kTimer);
}

void Guards::judge(Registry& registry, const Attention& attention, Now now) {
  const std::int64_t attended_ms = attention.ms();
  if (list_.holds(GuardKind::kOwnPause) && !attention.settling()) {
    list_.end(GuardKind::kOwnPause, {}, GuardEnd::kTimer);
  }
  if (attended_ms >= warm_until_ms_) {
    list_.end(GuardKind::kWarmUp, {}, GuardEnd::kTimer);
    warm_until_ms_ = kNever;
  }
  if (expects_ && registry.unheard() == 0) {
    list_.end(GuardKind::kWarmUp, {}, GuardEnd::kItself);
    warm_until_ms_ = kNever;
    expects_ = false;
  }
  if (attended_ms >= losses_.due_ms()) losses_.judge(registry, now, attended_ms, list_);
  if (flood_.is_due(attended_ms)) flood_.judge(registry, now, attended_ms, list_);
}

std::int64_t Guards::due_ms() const {
  const std::int64_t flood_ms = flood_.holds_any() ? flood_.due_ms() : kNever;
  return std::min({warm_until_ms_, losses_.due_ms(), flood_ms});
}

std::string Guards::release(GuardKind kind, std::string_view subject, std::string_view by,
                            Registry& registry, Attention& attention) {
  const Slot slot = subject.empty() ? kNoSlot : registry.find(subject);
  switch (kind) {
    case GuardKind::kMassLoss:
      return losses_.release(subject, by, registry, list_) ? "" : "no such incident";
    case GuardKind::kFlapping:
      if (slot == kNoSlot || !registry.nodes().at(slot).is_held()) return "no such node is held";
      registry.release_flapping(slot);
      list_.end(kind, subject, GuardEnd::kOperator, by);
      return {};
    case GuardKind::kFlood:
      if (slot == kNoSlot) return "no such node is held";
      return flood_.release(slot, subject, by, list_) ? "" : "no such node is held";
    case GuardKind::kDescriptors:
      return "it ends by itself, when connections are closed or the limit of open files is raised";
    case GuardKind::kNotPersisting:
      return "it ends by itself, when the store takes what is written again";
    case GuardKind::kOwnPause:
      if (!list_.end(kind, {}, GuardEnd::kOperator, by) && !attention.settling()) break;
      attention.judged();
      return {};
    case GuardKind::kWarmUp: warm_until_ms_ = kNever; [[fallthrough]];
    default:
      if (list_.end(kind, {}, GuardEnd::kOperator, by)) return {};
      break;
  }
  return "it is not in force";
}

}  // namespace rollcall
