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
  void accept(const Request& request, const ClusterView& view, std::vector<Reply>& replies);
  // Works on what waits: looks at limits::kRecordsPerCycle nodes at most.
  void work(const ClusterView& view, std::vector<Reply>& replies);

  bool has_work() const { return !listings_.empty(); }
  std::uint64_t asked() const { return asked_; }

 private:
  void dispatch(QueryRequest& query, const Request& request, const ClusterView& view,
                std::vector<Reply>& replies);
  void accept_listing(QueryRequest& query, const Request& request, std::vector<Reply>& replies);

  std::deque<Listing> listings_;
  std::uint64_t asked_ = 0;
};

}  // namespace rollcall
