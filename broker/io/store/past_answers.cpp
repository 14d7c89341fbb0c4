#include "broker/io/store/past_answers.hpp"

#include "broker/forecast/answer.hpp"
#include "broker/past/history_answer.hpp"

namespace rollcall {

PastVerdict answer_past(const PastQuestion& question, const PastMoment& moment,
                        const PastSources& past, History& history, Buffer& out) {
  switch (question.op) {
    case PastOp::kHistory: return answer_history(question, moment, history, out);
    case PastOp::kEvents: return answer_events(question, moment, past, out);
    case PastOp::kTimeline: return answer_timeline(question, moment, past, out);
    case PastOp::kAt: return answer_at(question, moment, past, out);
    case PastOp::kBacktest: return answer_backtest(question, moment, past, out);
    case PastOp::kAvailability: return answer_availability(question, moment, past, out);
    case PastOp::kKnown: return answer_known(question, moment, past, out);
    case PastOp::kForecast: return answer_forecast(question, moment, past.nodes, past.samples, out);
    default: return PastFailure{QueryError::kInternal, "nobody answers this question"};
  }
}

}  // namespace rollcall
