// Random lives of nodes: what is told of a part of the time is the part of what is told of all of
// it, and the store tells what a list tells.
#include "broker/io/store/event_tables.hpp"
#include "shared/core/random.hpp"
#include "tests/past/story.hpp"

namespace rollcall {
namespace {

constexpr double kEndS = 1000;

// One node as a registry would have it: each event fits what it is.
class Player {
 public:
  Player(std::string id, Story& story, Random& random)
      : id_(std::move(id)), story_(story), random_(random) {}

  void play(double s) {
    if (random_.below(5) == 0) return give_order(s);
    switch (presence_) {
      case Presence::kEvicted:
        story_.joined(s, id_, ++session_);
        presence_ = Presence::kPresent;
        return;
      case Presence::kPresent:
        if (random_.below(2) == 0) return change_state(s);
        if (random_.below(3) == 0) return leave(s);
        story_.late(s, id_, 0.5);
        heard_s_ = s - 0.5;
        presence_ = Presence::kLate;
        return;
      default:
        if (random_.below(3) == 0) {
          story_.evicted(s, id_, s - heard_s_);
          presence_ = Presence::kEvicted;
        } else if (random_.below(2) == 0) {
          story_.recovered(s, id_, s - heard_s_);
          presence_ = Presence::kPresent;
        } else {
          story_.restarted(s, id_, session_ + 1, session_);
          ++session_;
          presence_ = Presence::kPresent;
        }
    }
  }
  void finish() {
    RosterNode& node = story_.know(id_, 0, presence_, {{"zone", id_}});
    node.session = session_;
    node.order.duty = *from_name<Duty>(duty_);
  }

 private:
  void give_order(double s) {
    const char* const next = kOrders.at(random_.below(kOrders.size()));
    story_.duty(s, id_, duty_, next);
    duty_ = next;
  }
  void change_state(double s) {
    const char* const next = kStates.at(random_.below(kStates.size()));
    story_.state(s, id_, state_, next);
    state_ = next;
  }
  void leave(double s) {
    heard_s_ = s;
    story_.left(s, id_, static_cast<double>(random_.below(2) * 20));
    presence_ = Presence::kLeft;
  }

  static constexpr std::array<const char*, 3> kOrders{"active", "maintenance", "draining"};
  static constexpr std::array<const char*, 3> kStates{"healthy", "warning", "error"};
  std::string id_;
  Story& story_;
  Random& random_;
  Presence presence_ = Presence::kEvicted;
  std::uint64_t session_ = 0;
  double heard_s_ = 0;
  const char* duty_ = "active";
  const char* state_ = "healthy";
};

void play(Story& story, Random& random) {
  story.now_ms = at_s(kEndS);
  std::vector<Player> players;
  for (const char* id : {"a", "b", "c"}) players.emplace_back(id, story, random);
  double s = 0;
  while ((s += 1 + static_cast<double>(random.below(30))) < kEndS) {
    players[random.below(players.size())].play(s);
  }
  for (Player& player : players) player.finish();
}

json clipped(const json& spans, std::int64_t since_ms, std::int64_t until_ms) {
  json found = json::array();
  for (json span : spans) {
    span["from"] = std::max(span["from"].get<std::int64_t>(), since_ms);
    span["to"] = std::min(span["to"].get<std::int64_t>(), until_ms);
    if (span["from"] < span["to"]) found.push_back(span);
  }
  return found;
}

TEST(Agreement, APartIsAPartOfTheWhole) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Story story;
    play(story, random);
    const json whole = story.ask(answer_timeline, question_of("a", 0, kEndS));
    for (int i = 0; i < 10; ++i) {
      const auto since_s = static_cast<double>(random.below(990));
      const double until_s = since_s + 1 + static_cast<double>(random.below(500));
      const PastQuestion question = question_of("a", since_s, std::min(until_s, kEndS));
      const json part = story.ask(answer_timeline, question);
      for (const char* track : {"presence", "duty", "state", "session"}) {
        json expected = clipped(whole["tracks"][track], *question.since_ms, *question.until_ms);
        ASSERT_EQ(part["tracks"][track], expected) << track << " " << since_s << " " << until_s;
      }
    }
  }
}

// Every moment of the range is of one kind, wherever the clock went.
TEST(Agreement, TimesAddUp) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Story story;
    play(story, random);
    for (StoredEvent& event : story.events) {
      if (random.below(10) == 0) event.at_ms -= static_cast<std::int64_t>(random.below(400'000));
    }
    const auto since_s = static_cast<double>(random.below(900));
    const json spans = story.ask(answer_timeline, question_of("a", since_s, kEndS))["tracks"];
    std::int64_t last_ms = at_s(since_s);
    for (const json& span : spans["presence"]) {
      ASSERT_EQ(span["from"], last_ms);
      ASSERT_LT(span["from"], span["to"]);
      last_ms = span["to"];
    }
    ASSERT_EQ(last_ms, at_s(kEndS));
    PastQuestion question = question_of("a", since_s, kEndS);
    const json row = story.ask(answer_availability, question)["rows"][0];
    const double down = row["down"];
    const double counts =
        (kEndS - since_s) * 1000 - row["planned"].get<double>() - row["unknown"].get<double>();
    ASSERT_NEAR(row.value("up", 0.0), counts == 0 ? 0 : 1 - down / counts, 1e-9);
  }
}

TEST(Agreement, TheStoreTellsWhatAListTells) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Story story;
    play(story, random);
    Database database(":memory:");
    create_event_tables(database);
    EventTables tables(database);
    for (StoredEvent& event : story.events) {
      if (random.below(10) == 0) event.at_ms -= static_cast<std::int64_t>(random.below(100'000));
      tables.append(event.seq, event.at_ms, event.kind, event.node, event.body);
    }
    const std::size_t dropped = tables.drop_oldest(random.below(10));
    story.events.erase(story.events.begin(),
                       story.events.begin() + static_cast<std::ptrdiff_t>(dropped));
    const auto since_s = static_cast<double>(random.below(800));
    PastQuestion question = question_of("a", since_s, since_s + 200);
    question.time_ms = at_s(since_s);
    question.late_after_ms = 600;
    for (const char* what : {"node", "nodes", "summary"}) {
      question.what = what;
      for (const Story::Answer answer : {answer_events, answer_timeline, answer_at, answer_known,
                                         answer_availability, answer_backtest}) {
        Buffer by_list;
        Buffer by_store;
        ASSERT_FALSE(answer(question, {story.now_ms, 5000}, story.sources(), by_list));
        ASSERT_FALSE(answer(question, {story.now_ms, 5000}, {tables, story, story}, by_store));
        ASSERT_EQ(json::from_msgpack(by_store.view()), json::from_msgpack(by_list.view()));
      }
    }
  }
}

}  // namespace
}  // namespace rollcall
