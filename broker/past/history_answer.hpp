// [P74] How nodes and groups went over time, on an even grid.
#pragma once

#include <optional>

#include "broker/history/history.hpp"
#include "broker/past/question.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// Appends the `result` to `out` as one msgpack map; or says why there is none, and then `out` is as
// it was. Steps begin at whole multiples of their length since 1970; the first is the one in which
// `since` lies. A node in `nodes` of which nothing is kept has a series all the same, all nil.
std::optional<PastFailure> answer_history(const PastQuestion& question, const PastMoment& moment,
                                          History& history, Buffer& out);

}  // namespace rollcall
