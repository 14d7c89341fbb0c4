// Block announcements that fit the wire: cut into parts of half a mebibyte.
#pragma once

#include "agent/announce/member.hpp"
#include "agent/announce/outbox.hpp"

namespace rollcall {

// A part's share of a body; the limit of the wire is twice that, and the rest of a body is small.
inline constexpr std::size_t kPartBytes = 512 * 1024;

// Adds the announcement of `change` (`from` it holds) or of the whole set (`change` is null), in as
// many parts as it takes, and counts the member's seq on.
void add_change(Member& member, const BlockSet::Change& change, std::int64_t wall_ms,
                AgentOutbox& outbox);
void add_whole_set(Member& member, std::int64_t wall_ms, AgentOutbox& outbox);

}  // namespace rollcall
