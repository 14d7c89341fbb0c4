// What outlives a node's stay in the registry: what operators decided of it, when it said that it
// would be back, and that it was ever there. Deadlines run by the steady clock while the broker
// does, and by the wall clock across its restarts, for nothing else outlives it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "broker/roster/roster_node.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

struct RosterEntry {
  StandingOrder order;
  std::int64_t until_due_ms = kNever;  // steady clock: maintenance ends
  std::int64_t back_by_ms = 0;         // wall clock; 0: it named no time
  std::int64_t back_due_ms = kNever;   // steady clock; kNever too when it was told of
  std::string leave_reason;
};

class Roster {
 public:
  // Null for a node with nothing to remember: on duty, and not away for a time that it named.
  const RosterEntry* find(std::string_view id) const;

  // From a store, at the start. A time that passed meanwhile is due at once.
  void restore(const RosterNode& known, bool is_listed, Now now);

  // `order.until_ms` is by the wall clock. An order for kActive is forgotten.
  void set_order(std::string_view id, StandingOrder order, Now now);
  void expect_back(std::string_view id, std::int64_t in_ms, std::string_view reason, Now now);
  void is_back(std::string_view id);

  // The next deadline that has passed: its maintenance is over, or it is not back. It is not told
  // of again once it was settled.
  struct Due {
    std::string_view id;
    const RosterEntry* entry = nullptr;
    bool is_overdue = false;  // else its maintenance ends
  };
  bool next_due(Now now, Due& due) const;
  void settle_overdue(std::string_view id);
  std::int64_t due_ms() const { return due_.empty() ? kNever : due_.begin()->first; }

  // Nodes that were seen once and are not listed now; the ids of limits::kAbsentNodes of them.
  void is_absent(std::string_view id);
  void is_listed(std::string_view id);
  bool knows_absent(std::string_view id) const { return absent_.count(std::string(id)) != 0; }
  void forget(std::string_view id);

 private:
  using Entries = std::map<std::string, RosterEntry, std::less<>>;
  Entries::iterator need(std::string_view id);
  void drop_if_empty(Entries::iterator it);
  void schedule(const Entries::iterator& it);
  void unschedule(const Entries::iterator& it);

  Entries entries_;
  std::set<std::pair<std::int64_t, std::string_view>> due_;  // ids lie in entries_
  std::unordered_set<std::string> absent_;
};

}  // namespace rollcall
