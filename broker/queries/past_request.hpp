// Queries that the store answers, and orders: from what was asked to what is to be done.
#pragma once

#include <optional>

#include "broker/past/question.hpp"
#include "broker/queries/query_request.hpp"
#include "broker/roster/order.hpp"

namespace rollcall {

// Nothing where `op` is none that the store answers. Of `events` see is_of_store().
std::optional<PastOp> past_op(std::string_view op);
// What is asked, or in `failure` why it makes no sense. Moves out of `query`, but for its id.
PastQuestion past_question(PastOp op, QueryRequest& query);

// Whether the memory of events cannot tell: something of times or labels is asked, or of events
// older than `oldest_here`, where there are such (`oldest_stored`).
bool is_of_store(const QueryRequest& query, std::uint64_t oldest_here, std::uint64_t oldest_stored);

// Nothing where `op` is no order.
std::optional<OrderKind> order_kind(std::string_view op);
// The order, but for whose it is; or what is wrong with it.
std::optional<PastFailure> read_order(OrderKind kind, const QueryRequest& query,
                                      OperatorOrder& order);

}  // namespace rollcall
