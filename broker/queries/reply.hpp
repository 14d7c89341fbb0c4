// Replies and their envelope: {v, id, ok, as_of, result} or {v, id, ok, error}.
#pragma once

#include <string_view>

#include "broker/ingest/inbox.hpp"
#include "broker/queries/cluster_view.hpp"
#include "broker/queries/query_request.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

struct QueryReply {
  Route route;
  Buffer body;
};

// `id` is msgpack; empty stands for nil.
void begin_reply(Bytes id, const ClusterView& view, Buffer& out);
// After begin_reply comes the result: one map.
void write_failure(Bytes id, const QueryFailure& failure, Buffer& out);

// What a page of records may take beside its envelope, so that no reply is above
// limits::kReplyBytes.
std::size_t page_bytes(Bytes id);

}  // namespace rollcall
