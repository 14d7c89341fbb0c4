// A client's picture of a cluster, from a broker that says anything at all: bounded, never asking
// in a loop, and never without something to wait for.
//
// An input is a byte of options, then actions, each a byte and what it needs:
//   0 the feed says (topic, body)   1 a reply (frame)   2 the oldest question is answered (broker,
//   newest event, result)   3 … or with an error   4 … or timed out   5 time passes   6 as 2, of a
//   broker with a store (story, resumed at)
#include "shared/client/picture.hpp"

#include <deque>

#include "tests/client/wire.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

namespace {

constexpr std::size_t kMostQuestions = 4;  // a page, a gap, a ping, the totals

PictureOptions options_of(std::uint8_t bits) {
  PictureOptions options;
  options.nodes = (bits & 1u) == 0;
  options.keep_raw = (bits & 2u) != 0;
  if ((bits & 4u) != 0) options.after = bits >> 4u;
  return options;
}

class Session {
 public:
  explicit Session(std::uint8_t bits) : picture_(options_of(bits)) {}

  void run(Pieces pieces) {
    turn();
    while (!pieces.empty()) {
      act(pieces);
      turn();
    }
    now_.steady_ms += 100'000;
    turn();
  }

 private:
  void act(Pieces& pieces) {
    switch (pieces.byte() % 7) {
      case 0: {
        const std::string_view topic = pieces.short_text();
        inbox_.feed.push_back({topic, pieces.long_text()});
        ++told_;
        return;
      }
      case 1: return reply(std::string(pieces.long_text()));
      case 2: {
        const testing_wire::AsOfValues as_of{pieces.byte(), pieces.two_bytes(), false};
        const std::string_view result = pieces.long_text();
        return reply(testing_wire::reply(take_question(), as_of, result));
      }
      case 6: {
        testing_wire::AsOfValues as_of{pieces.byte(), pieces.two_bytes(), false};
        as_of.story = pieces.byte() % 4;
        as_of.resumed_at = pieces.two_bytes();
        const std::string_view result = pieces.long_text();
        return reply(testing_wire::reply(take_question(), as_of, result));
      }
      case 3: return reply(testing_wire::error_reply(take_question(), "unavailable", "busy"));
      case 4: inbox_.timed_out.push_back(take_question()); return;
      default: {
        const std::int64_t ms = std::int64_t{pieces.two_bytes()} * 4;
        now_.steady_ms += ms;
        now_.wall_ms += ms;
      }
    }
  }

  void reply(std::string frame) {
    reply_ = std::move(frame);
    inbox_.replies.push_back(reply_);
    told_ += limits::kPageMax;
  }

  std::uint64_t take_question() {
    if (questions_.empty()) return 1;
    const std::uint64_t id = questions_.front();
    questions_.pop_front();
    return id;
  }

  void turn() {
    collect(picture_.step(now_, inbox_));
    inbox_ = {};
    ROLLCALL_CHECK(picture_.nodes().size() <= told_);
    ROLLCALL_CHECK(picture_.events().size() <= limits::kEventsShown);
    check_story();
    for (const auto& [id, known] : picture_.nodes()) {
      ROLLCALL_CHECK(known.record.node == id);
      ROLLCALL_CHECK(known.silent_for_ms(now_) >= 0);
    }
    ROLLCALL_CHECK(!name_of(picture_.freshness()).empty());
    // Nothing new: nothing to do, and not again at once.
    const PictureOutbox& idle = picture_.step(now_, {});
    ROLLCALL_CHECK(idle.requests.empty() && idle.changes.empty() && !idle.reconnect_feed);
    ROLLCALL_CHECK(picture_.wake_at_ms() > now_.steady_ms);
  }

  // Of one broker session, from which nothing was lost, the events follow one another.
  void check_story() {
    const std::uint64_t broker = picture_.as_of().broker;
    other_broker_ = other_broker_ || (broker_ != 0 && broker != broker_);
    broker_ = broker;
    if (other_broker_ || picture_.events_lost() != 0) return;
    std::uint64_t last = 0;
    for (const Event& event : picture_.events()) {
      ROLLCALL_CHECK(last == 0 || event.seq == last + 1);
      last = event.seq;
    }
  }

  void collect(const PictureOutbox& outbox) {
    ROLLCALL_CHECK(outbox.requests.size() <= kMostQuestions);
    for (const Request& request : outbox.requests) {
      ROLLCALL_CHECK(request.id > last_question_ && !request.body.empty());
      last_question_ = request.id;
      questions_.push_back(request.id);
    }
    for (const Change& change : outbox.changes) {
      if (change.kind == ChangeKind::kEvent) ROLLCALL_CHECK(change.event.seq != 0);
    }
  }

  Picture picture_;
  Now now_{1'000'000, 1'700'000'000'000};
  PictureInbox inbox_;
  std::string reply_;
  std::deque<std::uint64_t> questions_;  // some may be forgotten by the picture: a lost answer
  std::uint64_t last_question_ = 0;
  std::size_t told_ = 0;
  std::uint64_t broker_ = 0;
  bool other_broker_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Pieces pieces(as_text(data, size));
  const std::uint8_t bits = pieces.byte();
  Session(bits).run(pieces);
  return 0;
}
