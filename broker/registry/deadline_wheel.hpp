// Who is due, without looking at everyone: a hierarchical timing wheel (Varghese and Lauck, 1987)
// of slots, in intrusive lists.
//
// Announcements do not touch it: a node stays where its last check put it, and when that time comes
// the registry looks at the node and puts it to its real due time. So an announcement costs nothing
// here, and a tick costs what is due in it. Only a deadline that moves *earlier* needs a call.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "shared/core/time.hpp"

namespace rollcall {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = UINT32_MAX;

class DeadlineWheel {
 public:
  // Due times are rounded up to this: never early, and late by less than it.
  static constexpr std::int64_t kTickMs = 16;

  // From then on schedule() of `slot` needs no memory.
  void make_room(Slot slot) {
    if (slot >= links_.size()) links_.resize(static_cast<std::size_t>(slot) + 1);
  }
  // Puts `slot` to be due at `due_ms`, in place of an earlier appointment.
  void schedule(Slot slot, std::int64_t due_ms);
  void cancel(Slot slot);
  // When the slot is due, rounded; kNever where it is not scheduled.
  std::int64_t due_ms(Slot slot) const;

  // Calls visit(slot) for slots that are due at `now_ms`, at most `budget` of them; each is
  // unscheduled before the call, and the visit may schedule it again, later than now. False where
  // the budget ended first: call again.
  template <typename Visit>
  bool expire(std::int64_t now_ms, std::size_t budget, Visit&& visit) {
    while (true) {
      Slot& head = heads_[0][static_cast<std::size_t>(tick_) % kSlots];
      while (head != kNoSlot) {
        if (budget-- == 0) return false;
        const Slot slot = head;
        cancel(slot);
        visit(slot);
      }
      if (tick_ >= now_ms / kTickMs) return true;
      advance_tick();
    }
  }

  // No slot is due before this; kNever where none is scheduled.
  std::int64_t next_due_ms() const;
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kSlots = 64;
  static constexpr std::size_t kLevels = 5;  // 64^5 ticks of 16 ms: 198 days
  static constexpr std::uint16_t kNowhere = UINT16_MAX;

  struct Link {
    std::int64_t due_tick = 0;
    Slot next = kNoSlot;
    Slot previous = kNoSlot;
    std::uint16_t list = kNowhere;  // level × kSlots + index
  };

  void advance_tick();
  void place(Slot slot);
  void unlink(Slot slot);

  std::int64_t tick_ = 0;
  std::size_t size_ = 0;
  std::array<std::size_t, kLevels> level_sizes_{};
  std::array<std::array<Slot, kSlots>, kLevels> heads_ = [] {
    std::array<std::array<Slot, kSlots>, kLevels> heads{};
    for (auto& level : heads) level.fill(kNoSlot);
    return heads;
  }();
  std::vector<Link> links_;
};

}  // namespace rollcall
