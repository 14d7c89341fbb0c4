// Changes of the registry as event bodies.
#pragma once

#include <string_view>

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

}  // namespace rollcall
