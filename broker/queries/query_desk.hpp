// Answers queries: small ones at once, listings in slices, in the order in which they came.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "broker/queries/listing.hpp"
#include "broker/queries/query_request.hpp"
#include "broker/queries/reply.hpp"
#include "broker/roster/order.hpp"

namespace rollcall {

class QueryDesk {
 public:
  // Answers `request`, or takes it in for work(). Where there is no memory for an answer, the
  // requester is told so; and where there is none for that, it is not.
  void accept(const RawQuery& request, const ClusterView& view, std::vector<QueryReply>& replies);
  // Works on what waits: looks at limits::kRecordsPerCycle nodes at most.
  void work(const ClusterView& view, std::vector<QueryReply>& replies);

  bool has_work() const { return !listings_.empty(); }
  std::uint64_t asked() const { return asked_; }
  // Those for which there was no memory, not even to say so.
  std::uint64_t unanswered() const { return unanswered_; }
  void count_unanswered() { ++unanswered_; }

 private:
  void consider(const RawQuery& request, const ClusterView& view, std::vector<QueryReply>& replies);
  void give_up(Bytes id, const Route& route, std::vector<QueryReply>& replies) noexcept;
  void dispatch(QueryRequest& query, const RawQuery& request, const ClusterView& view,
                std::vector<QueryReply>& replies);
  void ask_store(PastOp op, QueryRequest& query, const RawQuery& request, const ClusterView& view,
                 std::vector<QueryReply>& replies);
  void carry_out(OrderKind kind, const QueryRequest& query, const RawQuery& request,
                 const ClusterView& view, std::vector<QueryReply>& replies);
  void accept_listing(QueryRequest& query, const RawQuery& request,
                      std::vector<QueryReply>& replies);

  std::deque<Listing> listings_;
  std::uint64_t asked_ = 0;
  std::uint64_t unanswered_ = 0;
};

}  // namespace rollcall
