// The query `nodes`, worked off in slices, so that a search through a large cluster never holds up
// the announcements. In the order of ids a page continues where the last one ended; in any other
// order each page keeps the best candidates of one pass over all nodes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/queries/query_request.hpp"
#include "broker/queries/reply.hpp"
#include "broker/registry/registry.hpp"

namespace rollcall {

class Listing {
 public:
  // Nothing, and `failure` set, where `sort` or `after` make no sense.
  static std::optional<Listing> make(QueryRequest request, Route route, QueryFailure& failure);

  // Looks at `budget` nodes at most, counting it down. True once the page is complete.
  bool advance(const ClusterView& view, std::size_t& budget);
  // The reply, once complete.
  QueryReply finish(const ClusterView& view);
  const Route& route() const { return route_; }
  Bytes id() const { return request_.id; }

 private:
  using KeyOf = double (*)(const Node&);
  // A place in the chosen order.
  struct Candidate {
    double key = 0;
    Slot slot = kNoSlot;
    std::string id;
  };

  Listing(QueryRequest request, Route route)
      : request_(std::move(request)), route_(std::move(route)) {}

  bool set_order(QueryFailure& failure);
  bool set_start(QueryFailure& failure);
  bool advance_by_id(const ClusterView& view, std::size_t& budget);
  bool advance_by_key(const ClusterView& view, std::size_t& budget);
  bool take(Slot slot, const ClusterView& view);
  void consider(const Node& node, Slot slot);
  bool comes_before(const Candidate& a, const Candidate& b) const;
  void write_candidates(const ClusterView& view);
  std::string place_of(const Candidate& candidate) const;

  QueryRequest request_;
  Route route_;
  KeyOf key_of_ = nullptr;  // null: the order of ids
  bool descending_ = false;
  std::string last_id_;  // by id: the last one looked at
  bool started_ = false;
  Slot next_slot_ = 0;
  std::optional<Candidate> start_;     // by key: pages continue behind it
  std::vector<Candidate> candidates_;  // a heap, the worst on top
  bool left_some_out_ = false;

  Buffer records_;
  std::size_t count_ = 0;
  std::optional<std::string> next_;
};

}  // namespace rollcall
