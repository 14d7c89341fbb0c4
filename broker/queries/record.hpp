#pragma once

#include "broker/queries/query_request.hpp"
#include "broker/registry/node.hpp"
#include "broker/roster/roster.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// What a record says beside the node itself.
struct Circumstances {
  std::int64_t attended_ms = 0;
  std::string_view incident{};  // the domain whose mass loss explains that it is silent
  const Roster* roster = nullptr;
};

// A node's record: what the broker knows of it, then every key of its last status, as it came.
void write_record(const Node& node, const Circumstances& circumstances, Buffer& out);

// True where the node is one that the query asks for (its prefix apart).
bool matches(const Node& node, const QueryRequest& request);

}  // namespace rollcall
