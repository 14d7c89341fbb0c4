#include "broker/registry/deadline_wheel.hpp"

#include <algorithm>

#include "shared/core/check.hpp"

namespace rollcall {

void DeadlineWheel::schedule(Slot slot, std::int64_t due_ms) {
  make_room(slot);
  if (links_[slot].list != kNowhere) {
    unlink(slot);
  } else {
    ++size_;
  }
  const std::int64_t rounded_up = (due_ms + kTickMs - 1) / kTickMs;
  links_[slot].due_tick = std::max(rounded_up, tick_ + 1);
  place(slot);
}

void DeadlineWheel::cancel(Slot slot) {
  if (slot >= links_.size() || links_[slot].list == kNowhere) return;
  unlink(slot);
  links_[slot].list = kNowhere;
  --size_;
}

std::int64_t DeadlineWheel::due_ms(Slot slot) const {
  if (slot >= links_.size() || links_[slot].list == kNowhere) return kNever;
  return links_[slot].due_tick * kTickMs;
}

// The lowest level whose span holds the distance; its lists are finer the nearer the due time.
void DeadlineWheel::place(Slot slot) {
  Link& link = links_[slot];
  const std::int64_t distance = link.due_tick - tick_;
  std::size_t level = 0;
  std::int64_t unit = 1;
  while (level + 1 < kLevels && distance >= unit * static_cast<std::int64_t>(kSlots)) {
    ++level;
    unit *= static_cast<std::int64_t>(kSlots);
  }
  // Beyond the last level's span: its farthest list, looked at again when that comes.
  const std::int64_t farthest = tick_ + unit * static_cast<std::int64_t>(kSlots - 1);
  const std::int64_t at = std::min(link.due_tick, farthest) / unit;
  const std::size_t index = static_cast<std::size_t>(at) % kSlots;
  link.list = static_cast<std::uint16_t>(level * kSlots + index);
  Slot& head = heads_[level][index];
  link.previous = kNoSlot;
  link.next = head;
  if (head != kNoSlot) links_[head].previous = slot;
  head = slot;
  ++level_sizes_[level];
}

void DeadlineWheel::unlink(Slot slot) {
  const Link& link = links_[slot];
  const std::size_t level = link.list / kSlots;
  if (link.previous != kNoSlot) {
    links_[link.previous].next = link.next;
  } else {
    heads_[level][link.list % kSlots] = link.next;
  }
  if (link.next != kNoSlot) links_[link.next].previous = link.previous;
  --level_sizes_[level];
}

// One tick on; where a level's list comes up, its slots move to finer levels.
void DeadlineWheel::advance_tick() {
  ++tick_;
  std::int64_t unit = 1;
  for (std::size_t level = 1; level < kLevels; ++level) {
    unit *= static_cast<std::int64_t>(kSlots);
    if (tick_ % unit != 0) return;
    Slot slot = heads_[level][static_cast<std::size_t>(tick_ / unit) % kSlots];
    while (slot != kNoSlot) {
      const Slot next = links_[slot].next;
      unlink(slot);
      place(slot);
      ROLLCALL_CHECK(links_[slot].due_tick >= tick_);
      slot = next;
    }
  }
}

std::int64_t DeadlineWheel::next_due_ms() const {
  if (size_ == 0) return kNever;
  if (level_sizes_[0] != 0) {
    for (std::size_t ahead = 1; ahead < kSlots; ++ahead) {
      const std::int64_t tick = tick_ + static_cast<std::int64_t>(ahead);
      if (heads_[0][static_cast<std::size_t>(tick) % kSlots] != kNoSlot) return tick * kTickMs;
    }
  }
  // Something moves to the finest level when that wraps.
  constexpr auto kSpan = static_cast<std::int64_t>(kSlots);
  return (tick_ / kSpan + 1) * kSpan * kTickMs;
}

}  // namespace rollcall
