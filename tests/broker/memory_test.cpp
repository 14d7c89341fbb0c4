// The n-th allocation of the broker fails, for each n: what it was for is dropped whole, counted or
// done later, and everything else stands. Its allocations are ours to fail: this program has an
// operator new of its own.
#include <cstdlib>
#include <new>
#include <set>

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"
#include "tests/broker/invariants.hpp"

namespace {

// How many allocations succeed before the next `failures` fail; counted only while `armed`.
struct Memory {
  bool armed = false;
  std::uint64_t before = 0;
  std::uint64_t failures = 0;
  std::uint64_t failed = 0;
};
constinit Memory memory;

bool fails() {
  if (!memory.armed) return false;
  if (memory.before > 0) return --memory.before, false;
  if (memory.failed == memory.failures) return false;
  return ++memory.failed, true;
}

void* allocated(std::size_t size, std::size_t alignment) {
  if (fails()) return nullptr;
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* required(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
  if (void* const it = allocated(size, alignment)) return it;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return required(size); }
void* operator new[](std::size_t size) { return required(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return required(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return required(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocated(size, alignof(std::max_align_t));
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocated(size, alignof(std::max_align_t));
}
void operator delete(void* it) noexcept { std::free(it); }
void operator delete[](void* it) noexcept { std::free(it); }
void operator delete(void* it, std::size_t) noexcept { std::free(it); }
void operator delete[](void* it, std::size_t) noexcept { std::free(it); }
void operator delete(void* it, std::align_val_t) noexcept { std::free(it); }
void operator delete[](void* it, std::align_val_t) noexcept { std::free(it); }
void operator delete(void* it, std::size_t, std::align_val_t) noexcept { std::free(it); }
void operator delete[](void* it, std::size_t, std::align_val_t) noexcept { std::free(it); }
void operator delete(void* it, const std::nothrow_t&) noexcept { std::free(it); }
void operator delete[](void* it, const std::nothrow_t&) noexcept { std::free(it); }

namespace rollcall {
namespace {

constexpr std::int64_t kEvictAfterMs = 5000;

std::string a_request(const nlohmann::json& body) {
  const auto bytes = nlohmann::json::to_msgpack(body);
  return {bytes.begin(), bytes.end()};
}

// Everything that a broker does, in some thirty turns; in each its memory may fail.
class Life : public PeerNames {
 public:
  explicit Life(bool remembers)
      : broker_({.evict_after_ms = kEvictAfterMs, .session = 77, .verbose = true}, now_) {
    report_.is_there = report_.is_durable = remembers;
  }

  std::string_view peer_of(std::size_t) const override {
    return "a rather long address, 2001:db8:85a3::8a2e:370:7334";
  }

  void run(unsigned crowd) {
    may_fail_ = false;
    for (unsigned i = 0; i < crowd; ++i) {
      Status patient = status("", 1);
      patient.interval_ms = limits::kIntervalMaxMs;
      say((i % 2 == 0 ? "B-" : "x-") + std::to_string(i), patient);
    }
    turn();
    may_fail_ = true;
    for (const char* const name : {"a", "b", "c", "d"}) join(name);
    turn();
    Status labelled = status("a", 2);
    labelled.labels = {{"zone", "north"}, {"rack", std::string(200, 'r')}};
    labelled.state = State::kWarning;
    labelled.reasons = {std::string(150, 'w'), "a reason"};
    say("a", labelled);
    say("b", status("b", 4));  // two are missed
    Status with_blocks = status("c", 2);
    with_blocks.inventory =
        InventorySummary{1, 3, 60, hash_of("b1") + hash_of("b2") + hash_of("b3")};
    say("c", with_blocks);
    turn();
    blocks("c", 3, std::nullopt, 1, {{"b1", 10}, {"b2", 20}, {"b3", 30}}, {});
    blocks("c", 4, 1, 2, {{"a block with quite a long name", 10}}, {"b1"});
    turn();
    // Another session, and the one it replaced: two machines under one id.
    say("b", status("b", 1, 2));
    say("b", status("b", 9, 1));
    arrive("status.d", "rubbish");
    arrive("status.nobody", "rubbish");
    arrive("nothing", "");
    ask({{"op", "summary"}});
    ask({{"op", "nodes"}, {"sort", "-cpu"}, {"limit", 20}});
    ask({{"op", "nodes"}, {"prefix", "x-1"}});
    ask({{"op", "node"}, {"node", "a"}});
    ask({{"op", "events"}});
    ask({{"op", "dance"}});
    ask({{"op", "store"}});
    ask({{"op", "known"}, {"limit", 10}});
    ask({{"op", "maintain"}, {"node", "a"}, {"for", 3000}, {"reason", std::string(90, 'm')}});
    ask({{"op", "note"}, {"node", "-"}, {"text", std::string(90, 'n')}});
    turn();
    Leave leave;
    leave.header = {1, kSession, 5, 1};
    leave.reason = std::string(100, 'l');
    arrive("leave.d", encoded(leave));
    turn();
    for (int i = 0; i < 20; ++i) turn(200);  // late, in time, the summary
    say("a", status("a", 20));
    turn();
    for (int i = 0; i < 40; ++i) turn(200);  // evicted
    turn(5000);                              // a pause of our own
    turn(5000);
    join("a");
    turn();
  }

  // Once there is memory again: all that happened is told, and everybody can be taken in.
  void recover() {
    for (int i = 0; i < 5; ++i) turn();
    const std::uint64_t accepted = broker_.intake().accepted();
    for (unsigned i = 0; i < 30; ++i) say("new-" + std::to_string(i), status("new", 1, 5));
    turn();
    EXPECT_EQ(broker_.intake().accepted(), accepted + 30);
    EXPECT_EQ(broken_invariant(broker_), "");
    if (report_.is_there) {
      EXPECT_EQ(report_.stored, events_.size()) << "each event is stored";
    }
    EXPECT_EQ(unanswered_, asked_ - replies_) << "each request is answered, or counted";
    std::set<std::string> told;  // joined and not evicted, as the events tell it
    for (const auto& [kind, node] : events_) {
      if (kind == EventKind::kJoined) told.insert(node);
      if (kind == EventKind::kEvicted) told.erase(node);
    }
    std::set<std::string> known;
    const NodeTable& nodes = broker_.registry().nodes();
    for (Slot slot = 0; slot < nodes.slots(); ++slot) {
      if (nodes.at(slot).in_use) known.emplace(nodes.at(slot).id());
    }
    EXPECT_EQ(told, known) << "who follows the events knows what the broker knows";
  }

  std::uint64_t dropped() const { return broker_.intake().refused(Refusal::kOutOfMemory); }

 private:
  static constexpr std::uint64_t kSession = 1;

  static Status status(const std::string&, std::uint64_t seq, std::uint64_t session = kSession) {
    Status status = a_status(session, seq);
    status.interval_ms = 500;
    return status;
  }
  void join(const std::string& node) { say(node, status(node, 1)); }
  void say(const std::string& node, const Status& status) {
    arrive("status." + node, encoded(status));
  }
  void arrive(std::string topic, std::string body) {
    arrived_.emplace_back(std::move(topic), std::move(body));
  }
  void blocks(const std::string& node, std::uint64_t seq, std::optional<std::uint64_t> from,
              std::uint64_t to, const std::vector<Block>& add,
              const std::vector<std::string_view>& remove) {
    Blocks blocks;
    blocks.header = {1, kSession, seq, 1};
    blocks.from = from;
    blocks.to = to;
    blocks.add = add;
    blocks.remove = remove;
    arrive("blocks." + node, encoded(blocks));
  }
  void ask(nlohmann::json body) {
    body["v"] = 1;
    body["id"] = 5;
    questions_.push_back(a_request(body));
  }

  void turn(std::int64_t ms = 10) {
    now_.steady_ms += ms;
    now_.wall_ms += ms;
    std::vector<Announcement> announcements;
    for (const auto& [topic, body] : arrived_) announcements.push_back({topic, body, 2});
    std::vector<RawQuery> requests;
    for (const std::string& body : questions_) requests.push_back({Route{"x", "", false}, body});
    asked_ += requests.size();
    report_.answers.swap(answers_);
    answers_.clear();
    const Inbox inbox{announcements, requests, true, &report_};
    memory.armed = may_fail_;
    ASSERT_NO_THROW(broker_.step(now_, inbox, *this, outbox_));
    memory.armed = false;
    look(announcements);
    arrived_.clear();
    questions_.clear();
  }

  void look(const std::vector<Announcement>& announcements) {
    if (memory.failed != 0) {
      EXPECT_EQ(broken_invariant(broker_, true), "");
    }
    std::size_t forwarded = 0;
    for (const Outbox::Publication& it : outbox_.feed()) {
      if (it.announcement != Outbox::Publication::kOwn) {
        ++forwarded;
        continue;
      }
      if (!outbox_.topic_of(it).starts_with("event.")) continue;
      const nlohmann::json event = parsed(outbox_.body_of(it));
      ASSERT_EQ(event.at("seq"), events_.size() + 1) << "events are numbered without a gap";
      events_.emplace_back(*from_name<EventKind>(event.at("kind").get<std::string>()),
                           event.at("node"));
    }
    EXPECT_EQ(broker_.events().newest(), events_.size()) << "what is kept was published";
    for (const KeptEvent& event : outbox_.batch.events) {
      ASSERT_EQ(event.seq, ++report_.stored) << "events are stored without a gap";
    }
    for (const StoreAsk& ask : outbox_.batch.asks) {
      answers_.push_back({ask.ticket, std::nullopt, std::string("\x80", 1)});
    }
    judged_ += announcements.size();
    forwarded_ += forwarded;
    std::uint64_t refused = 0;
    for (std::size_t i = 0; i < kRefusalNames.size(); ++i) {
      refused += broker_.intake().refused(static_cast<Refusal>(i));
    }
    EXPECT_EQ(broker_.intake().accepted() + refused, judged_) << "each is accepted or refused";
    EXPECT_EQ(broker_.intake().accepted(), forwarded_) << "what is accepted is forwarded";
    replies_ += outbox_.replies.size();
    for (const QueryReply& reply : outbox_.replies) EXPECT_EQ(reply.route.id, "x");
    unanswered_ = broker_.queries().unanswered();
  }

  bool may_fail_ = true;
  Now now_{1'000'000, 1'700'000'000'000};
  Broker broker_;
  Outbox outbox_;
  StoreReport report_;  // of a store that takes all at once
  std::vector<StoreAnswer> answers_;
  std::vector<std::pair<std::string, std::string>> arrived_;
  std::vector<std::string> questions_;
  std::vector<std::pair<EventKind, std::string>> events_;
  std::uint64_t judged_ = 0;
  std::uint64_t forwarded_ = 0;
  std::size_t asked_ = 0;
  std::size_t replies_ = 0;
  std::uint64_t unanswered_ = 0;
};

struct Failures {
  std::uint64_t in_a_row = 0;
  unsigned crowd = 0;      // nodes that are there before
  bool remembers = false;  // with a store
};

// From the `first` allocation of a life on so many find no memory. True where any came.
bool live_through(std::uint64_t first, Failures failures, std::uint64_t& dropped) {
  memory = {.armed = false, .before = first, .failures = failures.in_a_row, .failed = 0};
  Life life(failures.remembers);
  life.run(failures.crowd);
  const bool any_came = memory.failed != 0;
  memory = {};
  life.recover();
  dropped += life.dropped();
  return any_came;
}

class MemoryTest : public testing::TestWithParam<Failures> {};

TEST_P(MemoryTest, TheNthAllocationFailsAndNothingIsLostButWhatItWasFor) {
  std::uint64_t dropped = 0;
  std::uint64_t first = 0;
  while (live_through(first, GetParam(), dropped)) {
    ASSERT_FALSE(HasFailure()) << "where allocation " << first << " failed";
    first += GetParam().in_a_row;
  }
  EXPECT_GT(first, 150u);
  EXPECT_GT(dropped, 10u) << "announcements for which there was no memory are counted";
}

// As many as a chunk of the order of ids holds, so that the next divides it; and none, so that
// whatever grows does so in the life.
INSTANTIATE_TEST_SUITE_P(InARow, MemoryTest,
                         testing::Values(Failures{1, 0}, Failures{1, 512}, Failures{3, 0},
                                         Failures{3, 512}, Failures{50, 0}, Failures{1, 0, true},
                                         Failures{3, 512, true}));

TEST(Memory, WithEnoughOfItNothingIsDropped) {
  std::uint64_t dropped = 0;
  EXPECT_FALSE(live_through(0, {}, dropped));
  EXPECT_EQ(dropped, 0u);
}

}  // namespace
}  // namespace rollcall
