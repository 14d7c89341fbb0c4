// The guards in force: what holds the broker back at the moment, of whom, since when and until
// when. Each ends by itself, or by an operator's word.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "shared/core/time.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

struct Guard {
  GuardKind kind = GuardKind::kOwnPause;
  std::string subject{};      // flapping, flood: the node; mass_loss: the domain; else empty
  std::int64_t since_ms = 0;  // attention clock
  std::int64_t since_wall_ms = 0;
  std::int64_t until_ms = kNever;  // attention clock; kNever where it ends with its cause alone
  // What it counts. mass_loss: nodes lost, and nodes of the domain; flapping: returns; flood:
  // announcements a second; own_pause: milliseconds; descriptors: used, and the limit;
  // not_persisting: events lost to the store.
  std::uint64_t count = 0;
  std::uint64_t of = 0;
  std::string why{};  // not_persisting
};

// How a guard ended.
enum class GuardEnd : std::uint8_t {
  kItself,    // its cause is gone
  kTimer,     // it lasted for as long as it may
  kOperator,  // released
  kWider,     // a wider one took its place
};
std::string_view name_of(GuardEnd end);

struct GuardChange {
  Guard guard;
  bool is_raised = false;
  GuardEnd end = GuardEnd::kItself;
  std::string by{};  // kOperator: who
};

class GuardList {
 public:
  using Key = std::pair<GuardKind, std::string>;

  // In force from now on, or changed while it is; only the former is a change to be told.
  void raise(Guard guard);
  // No longer; false where it was not.
  bool end(GuardKind kind, std::string_view subject, GuardEnd how, std::string_view by = {});
  void extend(GuardKind kind, std::string_view subject, std::int64_t until_ms, std::uint64_t count);

  bool holds(GuardKind kind) const { return by_kind_[static_cast<std::size_t>(kind)] != 0; }
  // Null where it is not in force, or not listed for want of room.
  const Guard* find(GuardKind kind, std::string_view subject) const;
  const std::map<Key, Guard>& all() const { return guards_; }

  // What changed and was not yet told, in order.
  bool has_changes() const { return !changes_.empty(); }
  const GuardChange& next_change() const { return changes_.front(); }
  void drop_change() { changes_.pop_front(); }

 private:
  std::map<Key, Guard> guards_;
  std::array<std::size_t, kGuardKindNames.size()> by_kind_{};
  std::deque<GuardChange> changes_;
};

}  // namespace rollcall
