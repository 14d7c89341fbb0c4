// Nodes over a range of time: how it begins, from the events before it; what happened; how it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "broker/past/answers.hpp"
#include "broker/past/node_fold.hpp"

namespace rollcall {

inline constexpr std::int64_t kDayMs = 24 * 3'600'000;

// The range that a question is about. Looked up once for all nodes: by number, every further look
// into the events is short.
struct PastRange {
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;        // the moment of the question at most
  std::int64_t known_since_ms = 0;  // the oldest event that is retained
  std::uint64_t first_seq = 1;      // of the events in it
  std::uint64_t last_seq = 0;
  bool is_up_to_now = false;
};

// A range that ends at `until`, or now, and begins at `since`, or `span_ms` before its end.
PastVerdict find_range(const PastQuestion& question, const PastMoment& moment, std::int64_t span_ms,
                       EventSource& events, PastRange& range);
// Of known bounds: 0 <= since < until.
PastRange range_between(std::int64_t since_ms, std::int64_t until_ms, bool is_up_to_now,
                        EventSource& events);

// Events that may still be read for this answer.
class PastBudget {
 public:
  bool spend() { return left_ != 0 && left_-- != 0; }
  bool is_spent() const { return left_ == 0; }
  // What is answered then.
  static PastFailure failure();

 private:
  std::size_t left_ = limits::kPastEvents;
};

// Which tracks are asked for beside presence and duty: each costs a look into the events.
struct PastTracks {
  bool state = false;
  bool session = false;
};

// Tells node after node; the sources outlive it.
class NodePast {
 public:
  NodePast(const PastRange& range, const PastSources& past, PastTracks tracks, PastBudget& budget)
      : range_(range), past_(past), tracks_(tracks), budget_(budget) {}

  // Hands on the pieces of the whole range; what held at its end is returned. Of a node that
  // nobody knows, `known` has its id alone.
  NodeThen tell(const RosterNode& known, const NodeFold::Visit& visit);

  // Calls visit(event, what held until then) for each event of its presence, in order.
  using VisitEvent =
      std::function<void(const PastEvent&, const EventFacts&, std::int64_t at_ms, const NodeFold&)>;
  NodeThen tell(const RosterNode& known, const NodeFold::Visit& visit,
                const VisitEvent& visit_event);

 private:
  struct Earlier;
  void look_back(const std::string& node, std::uint32_t kinds, std::uint32_t enough,
                 Earlier& earlier);
  bool next_event(const std::string& node, std::uint32_t kinds, Earlier& next);
  NodeThen infer(const RosterNode& known, const Earlier& earlier, bool& begins_unknown);
  void infer_life(const RosterNode& known, NodeThen& then, bool& begins_unknown);
  void infer_duty(const RosterNode& known, NodeThen& then);
  void infer_state(const RosterNode& known, NodeThen& then);
  void infer_session(const RosterNode& known, NodeThen& then);
  void find_return(const RosterNode& known, NodeFold& fold);

  const PastRange& range_;
  const PastSources& past_;
  PastTracks tracks_;
  PastBudget& budget_;
};

}  // namespace rollcall
