// What is known of a node for good: also while it is silent, away or forgotten by the registry, and
// after a restart of the broker.
#pragma once

#include <cstdint>
#include <string>

#include "shared/protocol/words.hpp"

namespace rollcall {

// What an operator decided of a node.
struct StandingOrder {
  Duty duty = Duty::kActive;
  std::string by;
  std::string reason;
  std::int64_t since_ms = 0;  // wall clock
  std::int64_t until_ms = 0;  // wall clock; 0: until an operator says otherwise
};

// Times are by the wall clock: they must outlive the process. 0 where there is none.
struct RosterNode {
  std::string id;
  std::int64_t first_seen_ms = 0;
  std::int64_t joined_at_ms = 0;  // the registry, this time
  std::int64_t heard_at_ms = 0;   // last, as far as it was stored
  Presence presence = Presence::kPresent;
  std::uint64_t session = 0;
  std::uint64_t seq = 0;
  std::uint64_t sessions = 0;  // that were seen
  std::uint64_t interval_ms = 0;
  std::string peer;
  std::string labels;  // msgpack map of strings; may be empty
  std::string status;  // a whole status body, as decode_status() reads it
  StandingOrder order;
  std::int64_t back_by_ms = 0;  // when it said that it would be back
  std::string leave_reason;     // if so, why it left
  bool told_overdue = false;    // that it was not, is told already
  bool is_forgotten = false;    // by an operator
};

}  // namespace rollcall
