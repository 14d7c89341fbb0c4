#include "broker/queries/past_request.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "broker/queries/reply.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

template <typename E>
struct Named {
  std::string_view name;
  E value;
};

constexpr std::array<Named<PastOp>, 8> kPastOps{{{"history", PastOp::kHistory},
                                                 {"timeline", PastOp::kTimeline},
                                                 {"at", PastOp::kAt},
                                                 {"forecast", PastOp::kForecast},
                                                 {"backtest", PastOp::kBacktest},
                                                 {"availability", PastOp::kAvailability},
                                                 {"known", PastOp::kKnown},
                                                 {"store", PastOp::kStore}}};
constexpr std::array<Named<OrderKind>, 5> kOrders{{{"maintain", OrderKind::kMaintain},
                                                   {"drain", OrderKind::kDrain},
                                                   {"activate", OrderKind::kActivate},
                                                   {"forget", OrderKind::kForget},
                                                   {"note", OrderKind::kNote}}};

template <typename E, std::size_t N>
std::optional<E> find(const std::array<Named<E>, N>& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Named<E>& it) { return it.name == name; });
  if (found == all.end()) return std::nullopt;
  return found->value;
}

PastFailure bad(std::string message) { return {QueryError::kBadRequest, std::move(message)}; }

}  // namespace

std::optional<PastOp> past_op(std::string_view op) { return find(kPastOps, op); }
std::optional<OrderKind> order_kind(std::string_view op) { return find(kOrders, op); }

PastQuestion past_question(PastOp op, QueryRequest& query) {
  PastQuestion question;
  question.op = op;
  question.node = std::move(query.node);
  question.nodes = std::move(query.nodes);
  question.labels = std::move(query.labels);
  question.since_ms = query.since_ms;
  question.until_ms = query.until_ms;
  question.time_ms = query.time_ms;
  question.step_ms = query.step_ms;
  question.metrics = std::move(query.metrics);
  question.kinds = query.kinds.bits;
  question.latest = query.latest;
  question.what = std::move(query.what);
  question.by = std::move(query.by);
  question.late_after_ms = query.late_after_ms;
  question.evict_after_ms = query.evict_after_ms;
  question.prefix = std::move(query.prefix);
  question.limit = query.limit;
  if (query.after_text) question.after = std::move(*query.after_text);
  question.after_seq = query.after_seq.value_or(0);
  question.page_bytes = page_bytes(query.id);
  return question;
}

bool is_of_store(const QueryRequest& query, std::uint64_t oldest_here,
                 std::uint64_t oldest_stored) {
  if (oldest_stored == 0) return false;
  if (query.since_ms || query.until_ms || !query.labels.empty()) return true;
  const bool may_lie_before = oldest_here == 0 || query.after_seq.value_or(0) + 1 < oldest_here;
  return may_lie_before && oldest_stored < (oldest_here == 0 ? UINT64_MAX : oldest_here);
}

std::optional<PastFailure> read_order(OrderKind kind, const QueryRequest& query,
                                      OperatorOrder& order) {
  const bool takes_labels =
      kind == OrderKind::kMaintain || kind == OrderKind::kDrain || kind == OrderKind::kActivate;
  if (query.node.empty() == (query.labels.empty() || !takes_labels)) {
    return bad(takes_labels ? "either 'node' or 'labels' says whom the order is for"
                            : "'node' is missing: whom the order is for");
  }
  if (kind == OrderKind::kMaintain && !query.for_ms) {
    return bad("'for' is missing: how long the maintenance lasts, in ms");
  }
  if (kind == OrderKind::kMaintain &&
      (*query.for_ms < 1 || *query.for_ms > limits::kLongestOrderMs)) {
    return bad("'for' is between 1 ms and ten years");
  }
  if (query.reason.size() > limits::kOrderReasonBytes) {
    return bad(fmt::format("'reason' has at most {} bytes", limits::kOrderReasonBytes));
  }
  if (kind == OrderKind::kNote && (query.text.empty() || query.text.size() > limits::kNoteBytes)) {
    return bad(fmt::format("'text' is what to write down, at most {} bytes", limits::kNoteBytes));
  }
  order.kind = kind;
  order.node = query.node;
  order.labels = query.labels;
  order.for_ms = kind == OrderKind::kMaintain ? *query.for_ms : 0;
  order.reason = query.reason;
  order.text = query.text;
  return std::nullopt;
}

}  // namespace rollcall
