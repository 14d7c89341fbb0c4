// Changes of the registry as event bodies.
#pragma once

#include <string_view>

#include "broker/guards/guard_list.hpp"
#include "broker/registry/registry.hpp"
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

// A guard that was raised or has ended; of a node where it is about one, else of kNoNode.
void write_guard_event(const GuardChange& change, std::int64_t attended_ms, EventStamp stamp,
                       Buffer& out);
// The node that a guard is about, or kNoNode.
std::string_view node_of(const Guard& guard);
// What a guard counts, as pairs of a map: guard_pairs() of them.
std::size_t guard_pairs(const Guard& guard);
void write_guard_pairs(const Guard& guard, Writer& writer);

}  // namespace rollcall
