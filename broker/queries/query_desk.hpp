// Answers queries: small ones at once, listings in slices, in the order in which they came.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "broker/queries/listing.hpp"
#include "broker/queries/query_request.hpp"
#include "broker/queries/reply.hpp"

namespace rollcall {

class QueryDesk {
 public:
  // Answers `request`, or takes it in for work().
  void accept(const RawQuery& request, const ClusterView& view, std::vector<QueryReply>& replies);
  // Works on what waits: looks at limits::kRecordsPerCycle nodes at most.
  void work(const ClusterView& view, std::vector<QueryReply>& replies);

  bool has_work() const { return !listings_.empty(); }
  std::uint64_t asked() const { return asked_; }

 private:
  void dispatch(QueryRequest& query, const RawQuery& request, const ClusterView& view,
                std::vector<QueryReply>& replies);
  void accept_listing(QueryRequest& query, const RawQuery& request,
                      std::vector<QueryReply>& replies);

  std::deque<Listing> listings_;
  std::uint64_t asked_ = 0;
};

}  // namespace rollcall
