// Changes of the registry as event bodies.
#pragma once

#include <string_view>

#include "broker/guards/guard_list.hpp"
#include "broker/registry/registry.hpp"
#include "broker/roster/roster_node.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

struct EventStamp {
  std::uint64_t seq = 0;
  std::int64_t wall_ms = 0;
};

// The body of the event that tells of `change`; `node` is the changed node, as it is now.
void write_event(const NodeChange& change, const Node& node, EventStamp stamp, Buffer& out);
// A refused announcement; the node need not be known.
void write_refused_event(std::string_view node, Refusal why, EventStamp stamp, Buffer& out);

// An order, or the end of one; `to` is what holds from now on.
void write_duty_event(std::string_view node, Duty from, const StandingOrder& to, EventStamp stamp,
                      Buffer& out);
// A node that is not back by the time that it named when it left.
void write_overdue_event(std::string_view node, std::int64_t late_by_ms, std::string_view reason,
                         EventStamp stamp, Buffer& out);
void write_forgotten_event(std::string_view node, std::string_view by, EventStamp stamp,
                           Buffer& out);
// `node` may be kNoNode.
void write_note_event(std::string_view node, std::string_view by, std::string_view text,
                      EventStamp stamp, Buffer& out);
// `file`: a name without its folder, or empty.
void write_store_event(std::string_view phase, std::string_view why, std::string_view file,
                       EventStamp stamp, Buffer& out);

// A guard that was raised or has ended; of a node where it is about one, else of kNoNode.
void write_guard_event(const GuardChange& change, std::int64_t attended_ms, EventStamp stamp,
                       Buffer& out);
// The node that a guard is about, or kNoNode.
std::string_view node_of(const Guard& guard);
// What a guard counts, as pairs of a map: guard_pairs() of them.
std::size_t guard_pairs(const Guard& guard);
void write_guard_pairs(const Guard& guard, Writer& writer);

}  // namespace rollcall
