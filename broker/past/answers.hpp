// Questions about the past, answered from events, known nodes and samples ([P73], [P75], [P76],
// [P78]-[P80]). Each function appends the `result` of its operation to `out` as one msgpack map; or
// it says why there is none, and then `out` is as it was. They are pure: the clock is in the
// moment, and what they read comes from the sources, whose errors (StoreError) pass through.
//
// Events are told in the order of their numbers; the wall clock may have stepped back between two
// of them, and then the later one counts as having happened at the moment of the earlier.
//
// That the broker itself was away is in no event: what held before is taken to go on meanwhile.
//
// A page has at most question.limit items and about question.page_bytes of them. One answer looks
// at no more than limits::kPastEvents events and limits::kPastNodes nodes; where that is not enough
// it is `too_large`, and the message says how to ask for less.
#pragma once

#include <optional>

#include "broker/past/question.hpp"
#include "broker/past/sources.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

struct PastSources {
  EventSource& events;
  NodeSource& nodes;
  SampleSource& samples;
};

// Nothing where `out` has the result.
using PastVerdict = std::optional<PastFailure>;

// [P73] The stored events that match, as they were published, page by page.
PastVerdict answer_events(const PastQuestion& question, const PastMoment& moment,
                          const PastSources& past, Buffer& out);

// [P75] What one node was, span by span.
PastVerdict answer_timeline(const PastQuestion& question, const PastMoment& moment,
                            const PastSources& past, Buffer& out);

// [P76] `summary`, `nodes` and `node` as they would have been answered then.
PastVerdict answer_at(const PastQuestion& question, const PastMoment& moment,
                      const PastSources& past, Buffer& out);

// [P78] What other limits of silence would have said of the silences that were.
PastVerdict answer_backtest(const PastQuestion& question, const PastMoment& moment,
                            const PastSources& past, Buffer& out);

// [P79] The share of the time in which nodes were there, by node or by group.
PastVerdict answer_availability(const PastQuestion& question, const PastMoment& moment,
                                const PastSources& past, Buffer& out);

// [P80] Every node that was ever seen and not forgotten; or one, with what was noted of it.
PastVerdict answer_known(const PastQuestion& question, const PastMoment& moment,
                         const PastSources& past, Buffer& out);

}  // namespace rollcall
