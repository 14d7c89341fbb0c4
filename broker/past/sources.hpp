// What answers about the past are made from. The store implements it on its file; tests on lists.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "broker/history/sample.hpp"
#include "broker/roster/roster_node.hpp"
#include "shared/protocol/reader.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

// Views live during the visit.
struct PastEvent {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;  // wall clock; may step back from one event to the next
  EventKind kind = EventKind::kJoined;
  std::string_view node;
  Bytes body;  // as published
};

struct EventFilter {
  std::string node;             // empty: of all
  std::uint64_t after_seq = 0;  // above it
  std::uint64_t until_seq = UINT64_MAX;
  std::int64_t since_ms = INT64_MIN;  // at or after
  std::int64_t until_ms = INT64_MAX;  // before
  std::uint32_t kinds = 0;            // bit 1 << kind; 0 means any
  bool newest_first = false;
};

class EventSource {
 public:
  virtual ~EventSource() = default;
  // In the order of their numbers, until `visit` returns false.
  virtual void visit(const EventFilter& filter,
                     const std::function<bool(const PastEvent&)>& visit) = 0;
  // Numbers of what is kept; both 0 where there is nothing.
  virtual std::uint64_t oldest() = 0;
  virtual std::uint64_t newest() = 0;
};

class NodeSource {
 public:
  virtual ~NodeSource() = default;
  // False where it was never known.
  virtual bool find(std::string_view id, RosterNode& node) = 0;
  // Those whose ids begin with `prefix` and come behind `after`, by id, until `visit` returns
  // false.
  virtual void visit(std::string_view prefix, std::string_view after,
                     const std::function<bool(const RosterNode&)>& visit) = 0;
};

// What a history is of: a node by its id, or a group: "zone=Z", "rack=R", or "all".
struct SeriesName {
  bool is_group = false;
  std::string_view name;
};

struct StoragePoint {
  std::int64_t at_ms = 0;
  double used = 0;   // bytes
  double total = 0;  // bytes
};

class SampleSource {
 public:
  virtual ~SampleSource() = default;
  // The last one at or before `at_ms`, and not more than `within_ms` before it; of a group the sums
  // (cpu: the mean). False where there is none.
  virtual bool last_before(SeriesName of, std::int64_t at_ms, std::int64_t within_ms,
                           Sample& sample) = 0;
  // When a node was heard, rising, as far as it is kept in full.
  virtual void visit_heard(std::string_view node, std::int64_t since_ms, std::int64_t until_ms,
                           const std::function<bool(std::int64_t at_ms)>& visit) = 0;
  // At most one point in each `step_ms`, rising; steps without any are passed over.
  virtual void visit_storage(SeriesName of, std::int64_t since_ms, std::int64_t until_ms,
                             std::int64_t step_ms,
                             const std::function<bool(const StoragePoint&)>& visit) = 0;
  // From when on samples are kept in full.
  virtual std::int64_t full_since_ms() = 0;
};

}  // namespace rollcall
