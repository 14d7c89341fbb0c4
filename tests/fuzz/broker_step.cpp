// The whole broker, without sockets: announcements, requests and time in any order. What it counts
// stays what counting anew would give, and its events are numbered without a gap,
// and our clients can read each.
//
// An input is a row of actions, each a byte and what it needs:
//   0 announce (topic, body)   1 ask (body)   2 let time pass, awake   3 let time pass, asleep
#include "shared/client/event.hpp"
#include "tests/broker/harness.hpp"
#include "tests/broker/invariants.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

namespace {

constexpr std::int64_t kMostAwakeMs = 60'000;  // per input: each second costs some turns
constexpr std::int64_t kEvictAfterMs = 3000;

class Session {
 public:
  void run(Pieces pieces) {
    while (!pieces.empty()) act(pieces);
    turn(0);
    while (it_.replies.size() < asked_) turn(0);
    check();
  }

 private:
  void act(Pieces& pieces) {
    switch (pieces.byte() % 4) {
      case 0: {
        const std::string topic(pieces.short_text());
        it_.arrive(topic, std::string(pieces.long_text()));
        ++arrived_;
        return;
      }
      case 1:
        it_.request(std::string(pieces.long_text()));
        ++asked_;
        return;
      case 2: {
        const std::int64_t ms =
            std::min<std::int64_t>(pieces.two_bytes(), kMostAwakeMs - awake_ms_);
        awake_ms_ += ms;
        turn(0);
        it_.run_for(ms);
        break;
      }
      default: it_.pause(std::int64_t{pieces.two_bytes()} * 16); turn(0);
    }
    check();
  }

  void turn(std::int64_t ms) {
    it_.step(ms);
    ROLLCALL_CHECK(it_.replies.size() <= asked_);
  }

  void check() {
    check_feed();
    const Broker& broker = it_.broker();
    ROLLCALL_CHECK(broken_invariant(broker).empty());
    std::uint64_t judged = broker.intake().accepted();
    for (std::size_t i = 0; i < kRefusalNames.size(); ++i) {
      judged += broker.intake().refused(static_cast<Refusal>(i));
    }
    ROLLCALL_CHECK(judged == arrived_ && forwarded_ == broker.intake().accepted());
    ROLLCALL_CHECK(broker.events().newest() == events_);
  }

  // What was published since the last look.
  void check_feed() {
    for (; seen_ < it_.feed.size(); ++seen_) {
      const Published& message = it_.feed[seen_];
      if (message.topic.starts_with("event.")) {
        const nlohmann::json event = parsed(message.body);
        ROLLCALL_CHECK(event.at("seq") == ++events_ && event.at("v") == 1);
        const std::string kind = event.at("kind");
        ROLLCALL_CHECK(message.topic ==
                       "event." + kind + "." + event.at("node").get<std::string>());
        Event read;
        ROLLCALL_CHECK(decode_event(message.body, read) && read.seq == events_);
        event.dump();  // throws where a text is not UTF-8
      } else if (message.topic == "summary" || message.topic.starts_with("command.")) {
        ROLLCALL_CHECK(parsed(message.body).at("v") == 1);
      } else {
        ++forwarded_;
      }
    }
  }

  BrokerHarness it_{BrokerConfig{.evict_after_ms = kEvictAfterMs, .verbose = true}};
  std::uint64_t arrived_ = 0;
  std::size_t asked_ = 0;
  std::int64_t awake_ms_ = 0;
  std::size_t seen_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t forwarded_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Session().run(Pieces(as_text(data, size)));
  return 0;
}
