// Which answer belongs to which question.
#pragma once

#include "broker/history/history.hpp"
#include "broker/past/answers.hpp"
#include "broker/past/question.hpp"

namespace rollcall {

// Nothing where `out` has the result. Throws StoreError.
PastVerdict answer_past(const PastQuestion& question, const PastMoment& moment,
                        const PastSources& past, History& history, Buffer& out);

}  // namespace rollcall
