#pragma once

#include "broker/queries/query_request.hpp"
#include "broker/registry/node.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// A node's record: what the broker knows of it, then every key of its last status, as it came.
void write_record(const Node& node, std::int64_t attended_ms, Buffer& out);

// True where the node is one that the query asks for (its prefix apart).
bool matches(const Node& node, const QueryRequest& request);

}  // namespace rollcall
