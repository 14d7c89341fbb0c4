// [P76]
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "broker/past/answers.hpp"
#include "broker/past/node_past.hpp"
#include "broker/past/pages.hpp"
#include "shared/core/escape.hpp"

namespace rollcall {
namespace {

// A sample so old still tells how it was; of a slow node, three of its intervals.
constexpr std::int64_t kFreshMs = 10 * 60'000;

void write_values(const Sample& sample, Writer& writer) {
  writer.pair_ms("sampled_at", sample.at_ms);
  writer.text("storage").map(2);
  writer.pair("used", sample.storage.used).pair("total", sample.storage.total);
  writer.pair_number("cpu", sample.cpu_percent);
  writer.text("memory").map(2);
  writer.pair("used", sample.memory.used).pair("total", sample.memory.total);
  writer.text("network").map(2).pair("rx", sample.rx).pair("tx", sample.tx);
}
constexpr std::size_t kValuePairs = 5;

class Moment {
 public:
  Moment(std::int64_t time_ms, std::int64_t now_ms, const PastSources& past)
      : past_(past),
        time_ms_(time_ms),
        range_(range_between(time_ms, time_ms + 1, time_ms >= now_ms, past.events)),
        nodes_(range_, past, {.state = true, .session = false}, budget_) {}

  bool is_known() const { return range_.known_since_ms <= time_ms_; }
  bool is_spent() const { return budget_.is_spent(); }
  NodeThen of(const RosterNode& node) { return nodes_.tell(node, nullptr); }

  void write_record(const RosterNode& node, const NodeThen& then, Buffer& out) {
    const std::int64_t fresh_ms =
        std::max(kFreshMs, 3 * static_cast<std::int64_t>(std::min<std::uint64_t>(
                                   node.interval_ms, limits::kIntervalMaxMs)));
    Sample sample;
    const bool has_sample =
        past_.samples.last_before({.name = node.id}, time_ms_, fresh_ms, sample);
    std::optional<State> state = then.state;
    if (!state && has_sample) state = sample.state;
    Writer writer(out);
    writer.map(4u + state.has_value() + (has_sample ? kValuePairs : 0u));
    writer.pair("node", std::string_view(node.id)).pair("presence", name_of(then.life));
    writer.pair("duty", name_of(then.duty));
    if (state) writer.pair("state", name_of(*state));
    write_labels(node.labels, writer);
    if (has_sample) write_values(sample, writer);
  }

  bool find_sums(Sample& sums) {
    return past_.samples.last_before({.is_group = true, .name = "all"}, time_ms_, kFreshMs, sums);
  }

  void begin(std::size_t pairs, Writer& writer) const {
    writer.map(2 + pairs).pair_ms("time", time_ms_).pair_bool("known", is_known());
  }

 private:
  const PastSources& past_;
  std::int64_t time_ms_;
  PastRange range_;
  PastBudget budget_;
  NodePast nodes_;
};

struct Counts {
  std::array<std::uint64_t, kPresenceNames.size()> lives{};
  std::array<std::uint64_t, kStateNames.size()> states{};

  void add(const NodeThen& then) {
    if (!then.is_listed()) return;
    ++lives.at(static_cast<std::size_t>(then.life));
    if (then.life != Life::kLeft && then.state) ++states.at(static_cast<std::size_t>(*then.state));
  }
};

// As [P46] has it, as far as it is known.
void write_counts(const Counts& counts, Writer& writer) {
  writer.text("nodes").map(5).pair("total", counts.lives[0] + counts.lives[1] + counts.lives[2]);
  writer.pair("present", counts.lives[0]).pair("late", counts.lives[1]);
  writer.pair("left", counts.lives[2]).text("by_state").map(kStateNames.size());
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    writer.pair(kStateNames.at(i), counts.states.at(i));
  }
}

PastVerdict answer_summary(Moment& then, const PastSources& past, Buffer& out) {
  Counts counts;
  std::size_t looked_at = 0;
  past.nodes.visit({}, {}, [&](const RosterNode& node) {
    if (++looked_at > limits::kPastNodes) return false;
    counts.add(then.of(node));
    return !then.is_spent();
  });
  if (looked_at > limits::kPastNodes) {
    return PastFailure{
        QueryError::kTooLarge,
        fmt::format("more than {} nodes; ask for 'nodes', page by page", limits::kPastNodes)};
  }
  if (then.is_spent()) return PastBudget::failure();
  Sample sums;
  const bool has_sums = then.find_sums(sums);
  Writer writer(out);
  then.begin(1, writer);
  writer.text("summary").map(1 + (has_sums ? kValuePairs : 0));
  write_counts(counts, writer);
  if (has_sums) write_values(sums, writer);
  return std::nullopt;
}

PastVerdict answer_nodes(const PastQuestion& question, Moment& then, const PastSources& past,
                         Buffer& out) {
  Buffer page;
  Buffer record;
  std::size_t count = 0;
  std::size_t looked_at = 0;
  std::string last;
  bool more = false;
  past.nodes.visit(question.prefix, question.after, [&](const RosterNode& node) {
    more = count == question.limit || ++looked_at > limits::kPastNodesPerPage;
    if (more) return false;
    const NodeThen what = then.of(node);
    if (what.is_listed()) {
      record.clear();
      then.write_record(node, what, record);
      more = count != 0 && page.size() + record.size() > question.page_bytes;
      if (more) return false;
      page.append(record.view());
      ++count;
    }
    last = node.id;
    return !then.is_spent();
  });
  if (then.is_spent()) return PastBudget::failure();
  Writer writer(out);
  then.begin(2, writer);
  writer.text("nodes").array(count).raw(page.view());
  write_next(more ? std::string_view(last) : std::string_view(), writer);
  return std::nullopt;
}

PastVerdict answer_node(const PastQuestion& question, Moment& then, const PastSources& past,
                        Buffer& out) {
  if (question.node.empty()) return node_missing();
  RosterNode node;
  if (!past.nodes.find(question.node, node)) return node_not_known(question.node);
  const NodeThen what = then.of(node);
  if (then.is_spent()) return PastBudget::failure();
  Writer writer(out);
  then.begin(1, writer);
  writer.text("node");
  then.write_record(node, what, out);
  return std::nullopt;
}

}  // namespace

PastVerdict answer_at(const PastQuestion& question, const PastMoment& moment,
                      const PastSources& past, Buffer& out) {
  const std::int64_t now_ms = sane_ms(moment.wall_ms);
  if (!question.time_ms) {
    return PastFailure{QueryError::kBadRequest, "'time' is missing: the moment asked about, in ms"};
  }
  if (*question.time_ms > now_ms) {
    return PastFailure{QueryError::kBadRequest, "'time' lies ahead; nothing is known of it yet"};
  }
  Moment then(sane_ms(*question.time_ms), now_ms, past);
  if (question.what == "summary") return answer_summary(then, past, out);
  if (question.what == "nodes") return answer_nodes(question, then, past, out);
  if (question.what == "node") return answer_node(question, then, past, out);
  return PastFailure{
      QueryError::kBadRequest,
      fmt::format("'what' is '{}'; it is one of summary, nodes, node", escaped(question.what, 64))};
}

}  // namespace rollcall
