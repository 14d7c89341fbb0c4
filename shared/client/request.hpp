// Builds the queries of the protocol. An id comes back in the reply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/protocol/writer.hpp"

namespace rollcall {

struct NodesQuery {
  std::vector<std::string> state;
  std::vector<std::string> presence;
  std::vector<std::string> duty;
  std::vector<std::pair<std::string, std::string>> labels;  // all must match
  std::string prefix;
  std::string sort;
  std::string after;  // `next` of the page before
  std::uint64_t limit = 0;
};

struct EventsQuery {
  std::uint64_t after = 0;
  std::string node;
  std::vector<std::string> kinds;
  std::uint64_t limit = 0;
  // From brokers with a store on; older ones pass over them.
  std::optional<std::int64_t> since_ms;                     // wall clock
  std::optional<std::int64_t> until_ms;                     // wall clock
  std::vector<std::pair<std::string, std::string>> labels;  // all must match
  bool latest = false;  // the last `limit` that match, instead of the first
};

// A query without arguments: `ping`, `summary`.
void write_request(std::uint64_t id, std::string_view op, Buffer& out);
void write_nodes_request(std::uint64_t id, const NodesQuery& query, Buffer& out);
// `op`: `node`, `explain`.
void write_node_request(std::uint64_t id, std::string_view node, Buffer& out,
                        std::string_view op = "node");
// `subject`: the node or the domain, where the guard is of one.
void write_release_request(std::uint64_t id, std::string_view guard, std::string_view subject,
                           Buffer& out);
void write_events_request(std::uint64_t id, const EventsQuery& query, Buffer& out);

}  // namespace rollcall
