// Events of one node, whatever their bodies hold and however the clock jumped: what they are folded
// into is in order, without gaps or overlaps, and is told in well-formed msgpack.
#include <string>

#include "broker/past/node_fold.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/past/fakes.hpp"

using namespace rollcall;

namespace {

constexpr std::int64_t kNowMs = 1'000'000;

void tell(const PastQuestion& question, FakePast& past) {
  const PastMoment moment{.wall_ms = kNowMs, .evict_after_ms = 120'000};
  using Answer =
      PastVerdict (*)(const PastQuestion&, const PastMoment&, const PastSources&, Buffer&);
  for (const Answer answer : {answer_events, answer_timeline, answer_at, answer_availability,
                              answer_backtest, answer_known}) {
    Buffer out;
    if (answer(question, moment, past.sources(), out)) {
      ROLLCALL_CHECK(out.empty());
      continue;
    }
    Reader reader(out.view());
    ROLLCALL_CHECK(reader.skip(limits::kNestingDepth) && reader.at_end());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Pieces pieces(as_text(data, size));
  FakePast past;
  RosterNode known;
  known.id = "a";
  const std::uint8_t what = pieces.byte();
  known.first_seen_ms = what % 2 == 0 ? 0 : 40'000;
  known.presence = static_cast<Presence>(what / 2 % 4);
  known.order.duty = static_cast<Duty>(what / 8 % 4);
  known.back_by_ms = what / 32 * 100'000;
  known.interval_ms = 1000;
  known.labels = std::string(pieces.short_text());
  known.status = std::string(pieces.short_text());
  past.nodes.push_back(known);
  while (!pieces.empty() && past.events.size() < 64) {
    const auto kind = static_cast<EventKind>(pieces.byte() % kEventKindNames.size());
    // Some moments are far from all others.
    const std::uint8_t far = pieces.byte();
    std::int64_t at_ms = pieces.two_bytes() * 16;
    if (far == 255) at_ms = INT64_MAX - at_ms;
    if (far == 254) at_ms = INT64_MIN + at_ms;
    past.add(kind, "a", at_ms, std::string(pieces.long_text()));
    if (far % 2 == 0) past.heard["a"].push_back(at_ms);
  }

  std::int64_t last_ms = 20'000;
  NodeFold fold(NodeThen{}, 0, last_ms,
                [&](std::int64_t from_ms, std::int64_t to_ms, const NodeThen&) {
                  ROLLCALL_CHECK(from_ms == last_ms && from_ms < to_ms);
                  last_ms = to_ms;
                });
  for (const StoredEvent& event : past.events) fold.add(event.view());
  fold.advance(INT64_MAX);
  ROLLCALL_CHECK(last_ms == kMostMs);

  PastQuestion question;
  question.node = "a";
  question.since_ms = 20'000;
  question.time_ms = 500'000;
  question.what = "node";
  question.late_after_ms = 1500;
  question.page_bytes = 100'000;
  tell(question, past);
  question.node.clear();
  question.what = "nodes";
  question.by = "zone";
  tell(question, past);
  return 0;
}
