// Answers the question `forecast`: [P77].
#pragma once

#include <optional>

#include "broker/past/question.hpp"
#include "broker/past/sources.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// Appends the result to `out`, or says why there is none; then `out` is as it was.
std::optional<PastFailure> answer_forecast(const PastQuestion& question, const PastMoment& moment,
                                           NodeSource& nodes, SampleSource& samples, Buffer& out);

}  // namespace rollcall
