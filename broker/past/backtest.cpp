// [P78] What happened is known from events; what other limits would have said follows from how long
// each silence lasted. A limit below what a node's verdict `late` needs can be tried only where it
// is known when the node was heard: while samples are kept in full.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "broker/past/answers.hpp"
#include "broker/past/node_past.hpp"
#include "broker/past/pages.hpp"
#include "broker/past/silences.hpp"

namespace rollcall {
namespace {

std::int64_t interval_of(const RosterNode& node) {
  if (node.interval_ms == 0) return limits::kIntervalDefaultMs;
  return static_cast<std::int64_t>(
      std::min<std::uint64_t>(node.interval_ms, limits::kIntervalMaxMs));
}

// Of a node: as the registry judges it ([P28], [P29]), or as was asked.
struct Rules {
  std::optional<std::int64_t> late_after_ms;  // nothing: three intervals
  std::int64_t evict_after_ms = 0;

  std::int64_t late_ms(const RosterNode& node) const {
    return late_after_ms.value_or(3 * interval_of(node));
  }
  Judgement judge(const RosterNode& node, std::int64_t silent_for_ms) const {
    if (silent_for_ms > std::max(evict_after_ms, 4 * interval_of(node))) {
      return Judgement::kEvicted;
    }
    return silent_for_ms > late_ms(node) ? Judgement::kLate : Judgement::kUnnoticed;
  }
};

// R of [P78].
struct Outcome {
  std::uint64_t late = 0;  // also those that were evicted then
  std::uint64_t evicted = 0;
  std::uint64_t false_evictions = 0;
  std::uint64_t detections = 0;
  double detection_sum_ms = 0;

  // A node that comes back with another session was away; one with the same was only not heard.
  void add(Judgement judgement, Silence::End end, std::int64_t noticed_after_ms) {
    if (judgement == Judgement::kUnnoticed) return;
    ++late;
    const bool same = end == Silence::End::kSameSession;
    if (judgement == Judgement::kEvicted) {
      ++evicted;
      if (same) ++false_evictions;
    }
    if (same) return;
    ++detections;
    detection_sum_ms += static_cast<double>(noticed_after_ms);
  }

  void write(std::string_view key, std::optional<std::int64_t> late_after_ms,
             std::int64_t evict_after_ms, Writer& writer) const {
    writer.text(key).map(4u + late_after_ms.has_value() + (detections != 0));
    if (late_after_ms) writer.pair_ms("late_after", *late_after_ms);
    writer.pair_ms("evict_after", evict_after_ms);
    writer.pair("late", late).pair("evicted", evicted).pair("false_evictions", false_evictions);
    if (detections == 0) return;
    const double mean_ms = detection_sum_ms / static_cast<double>(detections);
    writer.pair_ms("mean_detection", static_cast<std::int64_t>(mean_ms));
  }
};

struct Change {
  std::string node;
  Silence silence;
  Judgement would_be = Judgement::kUnnoticed;
};

class Backtest {
 public:
  Backtest(const PastRange& range, const Rules& rules, const PastSources& past)
      : range_(range),
        rules_(rules),
        past_(past),
        nodes_(range, past, {.session = true}, budget_) {}

  // What can be seen at all: looked up before the silences are.
  bool prepare();
  PastVerdict run();
  void write(std::int64_t evict_after_ms, Buffer& out) const;

 private:
  std::int64_t heard_from_ms() const {
    return std::max(range_.since_ms, past_.samples.full_since_ms());
  }
  void add_node(const RosterNode& node);
  void add_gaps(const RosterNode& node, const SilenceFinder& finder);
  void add(const RosterNode& node, const Silence& silence);

  const PastRange& range_;
  const Rules& rules_;
  const PastSources& past_;
  PastBudget budget_;
  NodePast nodes_;
  bool with_gaps_ = false;
  std::int64_t shortest_ms_ = 0;
  std::uint64_t node_count_ = 0;
  std::uint64_t silence_count_ = 0;
  std::size_t heard_left_ = limits::kPastHeard;
  Outcome was_;
  Outcome would_be_;
  std::vector<Change> changes_;
  std::uint64_t change_count_ = 0;
};

bool Backtest::prepare() {
  std::int64_t slowest_ms = 0;
  bool needs_gaps = false;
  double heard = 0;
  const double full_ms =
      std::max(0.0, static_cast<double>(range_.until_ms) - static_cast<double>(heard_from_ms()));
  past_.nodes.visit({}, {}, [&](const RosterNode& node) {
    if (++node_count_ > limits::kPastNodes) return false;
    const std::int64_t interval_ms = interval_of(node);
    slowest_ms = std::max(slowest_ms, interval_ms);
    needs_gaps = needs_gaps || rules_.late_ms(node) < 3 * interval_ms;
    heard += full_ms / static_cast<double>(interval_ms);
    return true;
  });
  with_gaps_ = needs_gaps && heard < static_cast<double>(limits::kPastHeard);
  const bool in_full = with_gaps_ && heard_from_ms() == range_.since_ms;
  shortest_ms_ = in_full ? slowest_ms : 3 * slowest_ms;
  return node_count_ <= limits::kPastNodes;
}

PastVerdict Backtest::run() {
  past_.nodes.visit({}, {}, [&](const RosterNode& node) {
    add_node(node);
    return !budget_.is_spent();
  });
  if (budget_.is_spent()) return PastBudget::failure();
  return std::nullopt;
}

void Backtest::add_node(const RosterNode& node) {
  SilenceFinder finder;
  // Returns that no event tells of are in the pieces all the same.
  bool is_up = false;
  std::int64_t up_since_ms = 0;
  const auto on_piece = [&](std::int64_t from_ms, std::int64_t, const NodeThen& then) {
    const bool was_up = std::exchange(is_up, then.life == Life::kPresent && !then.is_silent);
    if (is_up && !was_up) up_since_ms = from_ms;
  };
  const auto on_event = [&](const PastEvent& event, const EventFacts& facts, std::int64_t at_ms,
                            const NodeFold& before) {
    finder.on_event(event, facts, at_ms, before);
  };
  nodes_.tell(node, on_piece, on_event);
  finder.finish(range_.until_ms, is_up ? up_since_ms : 0);
  for (const Silence& silence : finder.silences()) add(node, silence);
  if (with_gaps_) add_gaps(node, finder);
}

void Backtest::add_gaps(const RosterNode& node, const SilenceFinder& finder) {
  std::int64_t last_ms = -1;
  const auto on_heard = [&](std::int64_t at_ms) {
    at_ms = sane_ms(at_ms);
    if (last_ms >= 0 && at_ms - last_ms > rules_.late_ms(node) &&
        !finder.explains(last_ms, at_ms)) {
      add(node, {.began_ms = last_ms,
                 .silent_for_ms = at_ms - last_ms,
                 .noticed_after_ms = std::nullopt,
                 .was = Judgement::kUnnoticed,
                 .end = finder.has_restart(last_ms, at_ms) ? Silence::End::kOtherSession
                                                           : Silence::End::kSameSession});
    }
    last_ms = std::max(last_ms, at_ms);
    return heard_left_ != 0 && --heard_left_ != 0;
  };
  past_.samples.visit_heard(node.id, heard_from_ms(), range_.until_ms, on_heard);
}

void Backtest::add(const RosterNode& node, const Silence& silence) {
  ++silence_count_;
  const Judgement would_be = rules_.judge(node, silence.silent_for_ms);
  was_.add(silence.was, silence.end, silence.noticed_after_ms.value_or(0));
  // Evicted before it is late, where the limits are so.
  const std::int64_t noticed_after_ms = std::min(rules_.late_ms(node), silence.silent_for_ms);
  would_be_.add(would_be, silence.end, noticed_after_ms);
  if (would_be == silence.was) return;
  ++change_count_;
  if (changes_.size() < limits::kBacktestChanges) changes_.push_back({node.id, silence, would_be});
}

void Backtest::write(std::int64_t evict_after_ms, Buffer& out) const {
  Writer writer(out);
  writer.map(9).pair_ms("since", range_.since_ms).pair_ms("until", range_.until_ms);
  writer.pair("nodes", node_count_).pair("silences", silence_count_);
  writer.pair_ms("shortest", shortest_ms_);
  was_.write("as_it_was", std::nullopt, evict_after_ms, writer);
  would_be_.write("as_it_would_be", rules_.late_after_ms, rules_.evict_after_ms, writer);
  writer.text("changed").array(changes_.size());
  for (const Change& change : changes_) {
    writer.map(5).pair("node", std::string_view(change.node));
    writer.pair_ms("at", change.silence.began_ms);
    writer.pair_ms("silent_for", change.silence.silent_for_ms);
    writer.pair("was", name_of(change.silence.was)).pair("would_be", name_of(change.would_be));
  }
  writer.pair("changed_total", change_count_);
}

}  // namespace

PastVerdict answer_backtest(const PastQuestion& question, const PastMoment& moment,
                            const PastSources& past, Buffer& out) {
  if (!question.late_after_ms && !question.evict_after_ms) {
    return PastFailure{QueryError::kBadRequest,
                       "'late_after' or 'evict_after' is missing: what to try, in ms"};
  }
  if (question.late_after_ms.value_or(1) <= 0 || question.evict_after_ms.value_or(1) <= 0) {
    return PastFailure{QueryError::kBadRequest,
                       "'late_after' and 'evict_after' must be above 0 ms"};
  }
  PastRange range;
  if (auto failure = find_range(question, moment, kDayMs, past.events, range)) return failure;
  Rules rules;
  if (question.late_after_ms) rules.late_after_ms = sane_ms(*question.late_after_ms);
  rules.evict_after_ms = sane_ms(question.evict_after_ms.value_or(moment.evict_after_ms));
  Backtest backtest(range, rules, past);
  if (!backtest.prepare()) {
    return PastFailure{QueryError::kTooLarge, "too many nodes are known to go through them all"};
  }
  if (auto failure = backtest.run()) return failure;
  backtest.write(moment.evict_after_ms, out);
  return std::nullopt;
}

}  // namespace rollcall
