#include "monitor/io/trends_of_nodes.hpp"

#include <algorithm>

#include "monitor/io/past_options.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

std::optional<Trends> ask_trends(Asker& asker, const std::vector<Record>& nodes,
                                 std::int64_t now_ms) {
  if (nodes.empty() || nodes.size() > limits::kTrendNodes) return std::nullopt;
  PastQuery query;
  query.op = "history";
  query.metrics = {"storage", "cpu"};
  query.since_ms = std::max<std::int64_t>(0, now_ms - kTrendMs);
  query.step_ms = kTrendMs / static_cast<std::int64_t>(kTrendCells);
  Trends trends;
  for (std::size_t begin = 0; begin < nodes.size(); begin += limits::kHistoryNodes) {
    const std::size_t end = std::min(nodes.size(), begin + limits::kHistoryNodes);
    query.nodes.clear();
    for (std::size_t i = begin; i < end; ++i) query.nodes.push_back(nodes[i].node);
    const Answer answer = ask_past(asker, query);
    PastHistory history;
    if (answer.asked != Asked::kAnswered || !decode_history(answer.reply.result, history)) {
      return std::nullopt;
    }
    add_trends(history, trends);
  }
  return trends;
}

const Trends* TrendsOfNodes::now(Asker& asker, const std::vector<Record>& nodes,
                                 const AsOf& as_of) {
  const std::int64_t wall_ms = moment_of(as_of);
  const bool is_fresh = asked_ms_ && wall_ms >= *asked_ms_ && wall_ms - *asked_ms_ < kAskAgainMs;
  if (!is_fresh) {
    trends_ = ask_trends(asker, nodes, wall_ms);
    asked_ms_ = wall_ms;
  }
  return trends_ ? &*trends_ : nullptr;
}

}  // namespace rollcall
