#include "broker/queries/query_desk.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "broker/queries/explain.hpp"
#include "broker/queries/guards_page.hpp"
#include "broker/queries/past_request.hpp"
#include "broker/queries/record.hpp"
#include "broker/queries/summary.hpp"
#include "broker/queries/transfer_request.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/ids.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kShownBytes = 64;  // of what the requester wrote, in an error message

void fail(const QueryRequest& query, const Route& route, QueryFailure failure,
          std::vector<QueryReply>& replies) {
  QueryReply reply{.route = route, .body = {}};
  write_failure(query.id, failure, reply.body);
  replies.push_back(std::move(reply));
}

void answer_ping(const ClusterView& view, Buffer& out) {
  Writer(out)
      .map(2)
      .pair("software", std::string_view("rollcall-broker/" ROLLCALL_VERSION))
      .pair_ms("uptime", view.uptime_s);
}

QueryFailure not_known(std::string_view node) {
  return {QueryError::kNotFound, fmt::format("no node '{}' is known", escaped(node, kShownBytes))};
}

// Who orders: an admin by its key, or anyone where there are no keys.
std::optional<QueryFailure> name_admin(const RawQuery& request, const ClusterView& view,
                                       std::string_view what, std::string& by) {
  by = "anyone";
  if (view.access == nullptr) return std::nullopt;
  const Identity* const who = view.access->who(request.token);
  if (who == nullptr || who->role != Role::kAdmin) {
    return QueryFailure{QueryError::kForbidden, fmt::format("only an admin's key may {}", what)};
  }
  by = who->name;
  return std::nullopt;
}

// Nothing where it was done.
std::optional<QueryFailure> release(const QueryRequest& query, const RawQuery& request,
                                    const ClusterView& view) {
  std::string by;
  if (auto refused = name_admin(request, view, "release a guard", by)) return refused;
  if (!query.guard) return QueryFailure{QueryError::kBadRequest, "'guard' is missing: which one"};
  const std::string& subject = query.domain.empty() ? query.node : query.domain;
  const std::string why = view.orders.release(*query.guard, subject, by);
  if (why.empty()) return std::nullopt;
  return QueryFailure{QueryError::kNotFound,
                      fmt::format("{} cannot be released: {}", name_of(*query.guard), why)};
}

// The page of events behind `after`, oldest first.
void answer_events(const QueryRequest& query, const ClusterView& view, Buffer& out) {
  const EventLog& log = view.events;
  const std::uint64_t after = query.after_seq.value_or(0);
  Buffer page;
  std::size_t count = 0;
  std::uint64_t last = 0;
  bool more = false;
  for (std::uint64_t seq = std::max(after, log.oldest() - 1) + 1;
       log.oldest() != 0 && after < UINT64_MAX && seq <= log.told(); ++seq) {
    const KeptEvent& event = log.at(seq);
    if (!query.kinds.allows(event.kind)) continue;
    if (!query.node.empty() && event.node != query.node) continue;
    more = count == query.limit || page.size() + event.body.size() > page_bytes(query.id);
    if (more) break;
    page.append(event.body);
    ++count;
    last = seq;
  }
  Writer writer(out);
  writer.map(4).text("events").array(count).raw(page.view());
  const std::uint64_t oldest = view.oldest_stored == 0 ? log.oldest() : view.oldest_stored;
  writer.pair("oldest", oldest).pair("newest", log.told()).text("next");
  if (more) {
    writer.uint(last);
  } else {
    writer.nil();
  }
}

}  // namespace

void QueryDesk::accept(const RawQuery& request, const ClusterView& view,
                       std::vector<QueryReply>& replies) {
  ++asked_;
  try {
    consider(request, view, replies);
  } catch (const std::bad_alloc&) {
    give_up({}, request.route, replies);
  }
}

void QueryDesk::give_up(Bytes id, const Route& route, std::vector<QueryReply>& replies) noexcept {
  try {
    QueryReply reply{.route = route, .body = {}};
    write_failure(id, {QueryError::kUnavailable, "no memory for an answer; ask again"}, reply.body);
    replies.push_back(std::move(reply));
  } catch (const std::bad_alloc&) {
    ++unanswered_;
  }
}

void QueryDesk::consider(const RawQuery& request, const ClusterView& view,
                         std::vector<QueryReply>& replies) {
  QueryRequest query;
  if (view.access != nullptr && !view.access->may_ask(request.token)) {
    find_request_id(request.body, query.id);
    return fail(
        query, request.route,
        {QueryError::kForbidden, "this key may not ask: it was taken away, or is an agent's"},
        replies);
  }
  if (request.frames != 1) {
    return fail(query, request.route,
                {QueryError::kBadRequest, "a request is one frame holding one msgpack map"},
                replies);
  }
  if (request.body.size() > limits::kRequestBytes) {
    find_request_id(request.body, query.id);
    return fail(query, request.route,
                {QueryError::kTooLarge,
                 fmt::format("a request is at most {} bytes long", limits::kRequestBytes)},
                replies);
  }
  const auto failure = decode_request(request.body, query);
  if (failure) return fail(query, request.route, *failure, replies);
  dispatch(query, request, view, replies);
}

void QueryDesk::dispatch(QueryRequest& query, const RawQuery& request, const ClusterView& view,
                         std::vector<QueryReply>& replies) {
  if (query.op == "nodes") return accept_listing(query, request, replies);
  QueryReply reply{.route = request.route, .body = {}};
  begin_reply(query.id, view, reply.body);
  if (query.op == "ping") {
    answer_ping(view, reply.body);
  } else if (query.op == "summary") {
    write_summary(view, reply.body);
  } else if (query.op == "node") {
    if (query.node.empty()) {
      return fail(query, request.route,
                  {QueryError::kBadRequest, "'node' is missing: whose record"}, replies);
    }
    const Slot slot = view.registry.find(query.node);
    if (slot == kNoSlot) {
      return fail(query, request.route, not_known(query.node), replies);
    }
    Writer(reply.body).map(1).text("node");
    write_record(view.registry.nodes().at(slot),
                 {view.attended_ms, view.incident_of(slot), &view.roster}, reply.body);
  } else if (query.op == "explain") {
    if (!write_explanation(query.node, view, reply.body)) {
      return fail(query, request.route, not_known(query.node), replies);
    }
  } else if (query.op == "guards") {
    write_guards(view, reply.body);
  } else if (query.op == "release") {
    const auto refused = release(query, request, view);
    if (refused) return fail(query, request.route, *refused, replies);
    reply.body.clear();  // as of after it
    begin_reply(query.id, view, reply.body);
    Writer(reply.body).map(1).pair("released", name_of(*query.guard));
  } else if (query.op == "events") {
    if (query.after_text) {
      return fail(query, request.route,
                  {QueryError::kBadRequest, "'after' of events is a number: the last seq seen"},
                  replies);
    }
    if (query.latest || is_of_store(query, view.events.oldest(), view.oldest_stored)) {
      return ask_store(PastOp::kEvents, query, request, view, replies);
    }
    answer_events(query, view, reply.body);
  } else if (const auto past = past_op(query.op); past) {
    return ask_store(*past, query, request, view, replies);
  } else if (const auto order = order_kind(query.op); order) {
    return carry_out(*order, query, request, view, replies);
  } else if (query.op == "backup") {
    return transfer(PastOp::kBackup, query, request, view, replies);
  } else if (query.op == "restore") {
    return transfer(PastOp::kRestore, query, request, view, replies);
  } else {
    return fail(query, request.route,
                {QueryError::kUnknownOp,
                 fmt::format("unknown op '{}'; known are ping, summary, nodes, node, events, "
                             "explain, guards, release, history, timeline, at, forecast, "
                             "backtest, availability, known, store, backup, restore, maintain, "
                             "drain, activate, forget, note",
                             escaped(query.op, kShownBytes))},
                replies);
  }
  replies.push_back(std::move(reply));
}

void QueryDesk::ask_store(PastOp op, QueryRequest& query, const RawQuery& request,
                          const ClusterView& view, std::vector<QueryReply>& replies) {
  const auto refused = view.orders.ask_store(past_question(op, query), request.route, query.id);
  if (refused) fail(query, request.route, *refused, replies);
}

void QueryDesk::carry_out(OrderKind kind, const QueryRequest& query, const RawQuery& request,
                          const ClusterView& view, std::vector<QueryReply>& replies) {
  OperatorOrder order;
  auto refused = name_admin(request, view, query.op, order.by);
  if (!refused) refused = read_order(kind, query, order);
  if (!refused) refused = view.orders.carry_out(order, request.route, query.id);
  if (refused) fail(query, request.route, *refused, replies);
}

// The store as a file: whoever has it knows everything, whoever gives it decides everything.
void QueryDesk::transfer(PastOp op, const QueryRequest& query, const RawQuery& request,
                         const ClusterView& view, std::vector<QueryReply>& replies) {
  PastQuestion question;
  question.op = op;
  auto refused = name_admin(request, view, query.op, question.by);
  if (!refused) {
    refused = op == PastOp::kBackup ? read_backup(request.body, question.transfer)
                                    : read_restore(request.body, question.transfer);
  }
  if (!refused) refused = view.orders.ask_store(std::move(question), request.route, query.id);
  if (refused) fail(query, request.route, *refused, replies);
}

void QueryDesk::accept_listing(QueryRequest& query, const RawQuery& request,
                               std::vector<QueryReply>& replies) {
  if (listings_.size() >= limits::kPendingQueries) {
    return fail(query, request.route,
                {QueryError::kUnavailable, "too many queries are waiting; ask again in a moment"},
                replies);
  }
  QueryFailure failure;
  auto listing = Listing::make(query, request.route, failure);
  if (!listing) return fail(query, request.route, failure, replies);
  listings_.push_back(std::move(*listing));
}

void QueryDesk::work(const ClusterView& view, std::vector<QueryReply>& replies) {
  std::size_t budget = limits::kRecordsPerCycle;
  while (!listings_.empty() && budget > 0) {
    Listing& listing = listings_.front();
    try {
      if (!listing.advance(view, budget)) return;
      replies.reserve(replies.size() + 1);
      replies.push_back(listing.finish(view));
    } catch (const std::bad_alloc&) {
      give_up(listing.id(), listing.route(), replies);
    }
    listings_.pop_front();
  }
}

}  // namespace rollcall
