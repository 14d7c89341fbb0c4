// [P75]
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "broker/past/answers.hpp"
#include "broker/past/node_past.hpp"
#include "broker/past/pages.hpp"

namespace rollcall {
namespace {

struct Span {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::string text{};
  std::size_t pairs = 0;
};

// One track: pieces that say the same are one span.
class Track {
 public:
  // `pairs` keys and values are in `text`; nothing of this track is known where there are none.
  void add(std::int64_t from_ms, std::int64_t to_ms, std::size_t pairs, Bytes text) {
    if (pairs == 0) return;
    if (!spans_.empty() && spans_.back().to_ms == from_ms && spans_.back().text == text) {
      spans_.back().to_ms = to_ms;
      return;
    }
    spans_.push_back(
        {.from_ms = from_ms, .to_ms = to_ms, .text = std::string(text), .pairs = pairs});
  }
  std::size_t size() const { return spans_.size(); }
  void write(std::string_view name, Writer& writer) const {
    writer.text(name).array(spans_.size());
    for (const Span& span : spans_) {
      writer.map(2 + span.pairs).pair_ms("from", span.from_ms).pair_ms("to", span.to_ms);
      writer.raw(span.text);
    }
  }

 private:
  std::vector<Span> spans_;
};

class Timeline {
 public:
  bool is_too_long() const {
    return presence_.size() + state_.size() + duty_.size() + session_.size() >
           limits::kTimelineSpans;
  }

  void add(std::int64_t from_ms, std::int64_t to_ms, const NodeThen& then) {
    if (is_too_long()) return;
    put(presence_, from_ms, to_ms, [&](Writer& writer) { return write_presence(then, writer); });
    put(state_, from_ms, to_ms, [&](Writer& writer) {
      if (!then.is_listed() || !then.state) return std::size_t{0};
      writer.pair("word", name_of(*then.state));
      return std::size_t{1};
    });
    put(duty_, from_ms, to_ms, [&](Writer& writer) { return write_duty(then, writer); });
    put(session_, from_ms, to_ms, [&](Writer& writer) {
      if (!then.is_listed() || then.session == 0) return std::size_t{0};
      writer.pair("session", then.session).pair("peer", std::string_view(then.peer));
      return std::size_t{2};
    });
  }

  void write(Writer& writer) const {
    writer.text("tracks").map(4);
    presence_.write("presence", writer);
    state_.write("state", writer);
    duty_.write("duty", writer);
    session_.write("session", writer);
  }

 private:
  template <typename Write>
  void put(Track& track, std::int64_t from_ms, std::int64_t to_ms, Write&& write) {
    text_.clear();
    Writer writer(text_);
    const std::size_t pairs = write(writer);
    track.add(from_ms, to_ms, pairs, text_.view());
  }

  static std::size_t write_presence(const NodeThen& then, Writer& writer) {
    std::size_t pairs = 1;
    writer.pair("word", name_of(then.life));
    if (then.life == Life::kLeft) {
      writer.pair("reason", std::string_view(then.reason));
      ++pairs;
      if (then.back_by_ms != 0) {
        writer.pair_ms("back_by", then.back_by_ms);
        ++pairs;
      }
    } else if (!then.verdict.empty() && (then.life == Life::kLate || then.life == Life::kEvicted)) {
      writer.pair("verdict", std::string_view(then.verdict));
      ++pairs;
    }
    return pairs;
  }

  static std::size_t write_duty(const NodeThen& then, Writer& writer) {
    if (then.life == Life::kUnknown) return 0;
    writer.pair("word", name_of(then.duty));
    if (then.duty == Duty::kActive) return 1;
    writer.pair("by", std::string_view(then.by)).pair("reason", std::string_view(then.why));
    if (then.duty_until_ms == 0) return 3;
    writer.pair_ms("until", then.duty_until_ms);
    return 4;
  }

  Track presence_;
  Track state_;
  Track duty_;
  Track session_;
  Buffer text_;
};

PastFailure too_long() {
  return {QueryError::kTooLarge,
          fmt::format("more than {} spans, or more than a reply holds; ask for less time with "
                      "'since' and 'until'",
                      limits::kTimelineSpans)};
}

// Of a node that was forgotten, events may still tell.
bool has_events(const std::string& node, EventSource& events) {
  bool found = false;
  events.visit({.node = node}, [&](const PastEvent& event) {
    found = event.kind != EventKind::kRefused;
    return !found;
  });
  return found;
}

}  // namespace

PastVerdict answer_timeline(const PastQuestion& question, const PastMoment& moment,
                            const PastSources& past, Buffer& out) {
  if (question.node.empty()) return node_missing();
  PastRange range;
  if (auto failure = find_range(question, moment, kDayMs, past.events, range)) return failure;
  RosterNode known;
  if (!past.nodes.find(question.node, known)) {
    if (!has_events(question.node, past.events)) return node_not_known(question.node);
    known = RosterNode{};
    known.id = question.node;
  }
  PastBudget budget;
  Timeline timeline;
  NodePast(range, past, {.state = true, .session = true}, budget)
      .tell(known, [&](std::int64_t from_ms, std::int64_t to_ms, const NodeThen& then) {
        timeline.add(from_ms, to_ms, then);
      });
  if (budget.is_spent()) return PastBudget::failure();
  if (timeline.is_too_long()) return too_long();
  Buffer tracks;
  Writer tracks_writer(tracks);
  timeline.write(tracks_writer);
  if (tracks.size() > question.page_bytes) return too_long();
  Writer writer(out);
  writer.map(6).pair("node", std::string_view(known.id));
  writer.pair_ms("first_seen", known.first_seen_ms);
  writer.pair_ms("since", range.since_ms).pair_ms("until", range.until_ms);
  writer.pair_ms("known_since", range.known_since_ms);
  writer.raw(tracks.view());
  return std::nullopt;
}

}  // namespace rollcall
