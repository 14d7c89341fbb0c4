#include "broker/guards/flood.hpp"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::int64_t kJudgeEveryMs = 1000;

}  // namespace

// Counts of the busiest by Misra and Gries: whoever has more than one in kFloods of all samples is
// among the candidates.
void FloodWatch::sample(Slot slot) {
  Candidate* free = nullptr;
  for (Candidate& it : candidates_) {
    if (it.slot == slot) {
      ++it.sampled;
      return;
    }
    if (it.slot == kNoSlot) free = &it;
  }
  if (free != nullptr) {
    *free = {.slot = slot, .sampled = 1};
    return;
  }
  for (Candidate& it : candidates_) {
    if (it.sampled > 0) --it.sampled;
    if (it.sampled == 0 && it.seconds == 0) it = {};
  }
}

bool FloodWatch::allows(Slot slot, std::int64_t now_ms) {
  const auto held =
      std::find_if(held_.begin(), held_.end(), [&](const Held& it) { return it.slot == slot; });
  if (held == held_.end()) return true;
  ++held->tried;
  const std::int64_t earned = (now_ms - held->refilled_ms) * kSharePerS / 1000;
  if (earned > 0) {
    held->allowance = std::min(kSharePerS, held->allowance + earned);
    held->refilled_ms = now_ms;
  }
  if (held->allowance <= 0) return false;
  --held->allowance;
  return true;
}

void FloodWatch::judge(const Registry& registry, Now now, std::int64_t attended_ms,
                       GuardList& guards) {
  const std::int64_t elapsed_ms = std::max<std::int64_t>(1, attended_ms - judged_ms_);
  judged_ms_ = attended_ms;
  due_ms_ = attended_ms + kJudgeEveryMs;
  seen_at_judge_ = seen_;
  const auto per_s = [&](std::uint64_t count) {
    return count * 1000 / static_cast<std::uint64_t>(elapsed_ms);
  };
  for (Candidate& it : candidates_) {
    if (it.slot == kNoSlot) continue;
    const std::uint64_t rate = per_s(std::uint64_t{it.sampled} * kSampleEvery);
    it.seconds = rate > kFloodPerS ? it.seconds + 1 : 0;
    it.sampled = 0;
    const bool is_flood = it.seconds >= kSeconds && held_.size() < limits::kFloods;
    if (is_flood) {
      held_.push_back({it.slot, kSharePerS, attended_ms, 0, attended_ms});
      guards.raise({.kind = GuardKind::kFlood,
                    .subject = std::string(registry.nodes().at(it.slot).id()),
                    .since_ms = attended_ms,
                    .since_wall_ms = now.wall_ms,
                    .until_ms = attended_ms + kQuietMs,
                    .count = rate});
    }
    if (is_flood || it.seconds == 0) it = {};
  }
  for (std::size_t i = held_.size(); i-- > 0;) {
    Held& it = held_[i];
    const std::string_view node = registry.nodes().at(it.slot).id();
    const std::uint64_t rate = per_s(it.tried);
    it.tried = 0;
    if (rate > kSharePerS) {
      it.loud_ms = attended_ms;
      guards.extend(GuardKind::kFlood, node, attended_ms + kQuietMs, rate);
    } else if (attended_ms - it.loud_ms >= kQuietMs) {
      guards.end(GuardKind::kFlood, node, GuardEnd::kItself);
      held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

bool FloodWatch::drop(Slot slot) {
  for (Candidate& it : candidates_) {
    if (it.slot == slot) it = {};
  }
  return std::erase_if(held_, [&](const Held& it) { return it.slot == slot; }) != 0;
}

void FloodWatch::forget(Slot slot, std::string_view node, GuardList& guards) {
  if (drop(slot)) guards.end(GuardKind::kFlood, node, GuardEnd::kItself);
}

bool FloodWatch::release(Slot slot, std::string_view node, std::string_view by, GuardList& guards) {
  return drop(slot) && guards.end(GuardKind::kFlood, node, GuardEnd::kOperator, by);
}

}  // namespace rollcall
