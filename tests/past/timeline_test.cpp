// [P75]
#include "tests/past/story.hpp"

namespace rollcall {
namespace {

// "from-to word", in seconds of the story.
std::vector<std::string> spans(const json& answer, const char* track) {
  std::vector<std::string> found;
  for (const json& span : answer["tracks"][track]) {
    const auto second = [&](const char* key) {
      return std::to_string((span[key].get<std::int64_t>() - kStoryMs) / 1000);
    };
    std::string word = span.contains("word") ? span["word"].get<std::string>()
                                             : std::to_string(span["session"].get<int>());
    found.push_back(second("from") + "-" + second("to") + " " + word);
  }
  return found;
}
using Spans = std::vector<std::string>;

TEST(Timeline, HasFourTracks) {
  Story story;
  story.know("a", 10);
  story.joined(10, "a", 7);
  story.state(30, "a", "healthy", "warning");
  story.late(60, "a", 30);
  story.evicted(150, "a", 120);
  story.joined(200, "a", 8, "idle");
  story.duty(210, "a", "active", "maintenance", 250);
  story.left(300, "a", 100);
  const json answer = story.ask(answer_timeline, question_of("a", 0, 400));
  EXPECT_EQ(answer["node"], "a");
  EXPECT_EQ(answer["first_seen"], at_s(10));
  EXPECT_EQ(answer["since"], at_s(0));
  EXPECT_EQ(answer["until"], at_s(400));
  EXPECT_EQ(answer["known_since"], at_s(10));
  EXPECT_EQ(spans(answer, "presence"),
            (Spans{"0-10 unknown", "10-60 present", "60-150 late", "150-200 evicted",
                   "200-300 present", "300-400 left"}));
  EXPECT_EQ(spans(answer, "state"), (Spans{"10-30 healthy", "30-150 warning", "200-400 idle"}));
  EXPECT_EQ(spans(answer, "duty"),
            (Spans{"10-210 active", "210-250 maintenance", "250-400 active"}));
  EXPECT_EQ(spans(answer, "session"), (Spans{"10-150 7", "200-400 8"}));
  const json& left = answer["tracks"]["presence"].back();
  EXPECT_EQ(left["reason"], "bye");
  EXPECT_EQ(left["back_by"], at_s(400));
  EXPECT_EQ(answer["tracks"]["presence"][2]["verdict"], "unknown");
  const json& duty = answer["tracks"]["duty"][1];
  EXPECT_EQ(duty["by"], "ann");
  EXPECT_EQ(duty["reason"], "disk");
  EXPECT_EQ(duty["until"], at_s(250));
  EXPECT_EQ(answer["tracks"]["session"][0]["peer"], "10.0.0.1");
}

TEST(Timeline, BeginsAsTheEventsBeforeLeftIt) {
  Story story;
  story.know("a", 10);
  story.joined(10, "a", 7);
  story.duty(15, "a", "active", "draining");
  story.state(20, "a", "healthy", "error");
  story.late(60, "a", 30);
  story.recovered(500, "a", 470);
  const json answer = story.ask(answer_timeline, question_of("a", 100, 600));
  EXPECT_EQ(spans(answer, "presence"), (Spans{"100-500 late", "500-600 present"}));
  EXPECT_EQ(spans(answer, "state"), (Spans{"100-600 error"}));
  EXPECT_EQ(spans(answer, "duty"), (Spans{"100-600 draining"}));
  EXPECT_EQ(spans(answer, "session"), (Spans{"100-600 7"}));
}

// What is retained begins in the middle: the next events say what was before them.
TEST(Timeline, BeginsAsTheNextEventsPresume) {
  Story story;
  story.know("a", 1);
  story.tell(50, EventKind::kNote, "-", {{"by", "ann"}, {"text", "x"}});
  story.duty(100, "a", "maintenance", "active");
  story.state(110, "a", "error", "healthy");
  story.restarted(120, "a", 9, 8);
  story.late(160, "a", 30);
  const json answer = story.ask(answer_timeline, question_of("a", 0, 200));
  EXPECT_EQ(answer["known_since"], at_s(50));
  EXPECT_EQ(spans(answer, "presence"), (Spans{"0-50 unknown", "50-160 present", "160-200 late"}));
  EXPECT_EQ(spans(answer, "duty"), (Spans{"50-100 maintenance", "100-200 active"}));
  EXPECT_EQ(spans(answer, "state"), (Spans{"50-110 error", "110-200 healthy"}));
  EXPECT_EQ(spans(answer, "session"), (Spans{"50-120 8", "120-200 9"}));
}

// The verdict that is retained says how long it had been silent.
TEST(Timeline, MayBeginWithAVerdict) {
  Story story;
  for (const char* node : {"a", "b"}) story.know(node, 1, Presence::kEvicted);
  story.tell(50, EventKind::kNote, "-", {{"by", "ann"}, {"text", "x"}});
  story.evicted(300, "a", 120);
  story.recovered(80, "b", 60);
  const json a = story.ask(answer_timeline, question_of("a", 100, 400));
  EXPECT_EQ(spans(a, "presence"), (Spans{"100-300 present", "300-400 evicted"}));
  const json b = story.ask(answer_timeline, question_of("b", 50, 100));
  EXPECT_EQ(spans(b, "presence"), (Spans{"50-80 late", "80-100 present"}));
}

TEST(Timeline, WithoutAnyEventItIsAsItIsKnownNow) {
  Story story;
  RosterNode& node = story.know("a", 1, Presence::kLeft);
  node.back_by_ms = at_s(5000);
  node.session = 3;
  node.order = {Duty::kDrained, "bob", "old", at_s(5), 0};
  story.tell(50, EventKind::kNote, "-", {{"by", "ann"}, {"text", "x"}});
  const json answer = story.ask(answer_timeline, question_of("a", 100, 200));
  EXPECT_EQ(spans(answer, "presence"), (Spans{"100-200 left"}));
  EXPECT_EQ(answer["tracks"]["presence"][0]["back_by"], at_s(5000));
  EXPECT_EQ(spans(answer, "duty"), (Spans{"100-200 drained"}));
  EXPECT_EQ(spans(answer, "session"), (Spans{"100-200 3"}));
}

// [P69]: no event tells that it is back; the samples do, or else when it was heard last.
TEST(Timeline, ALateNodeThatIsPresentWasHeardAgain) {
  Story story;
  story.know("a", 10).heard_at_ms = at_s(990);
  story.joined(10, "a");
  story.late(60, "a", 30);
  const json by_last = story.ask(answer_timeline, question_of("a", 0, 1000));
  EXPECT_EQ(spans(by_last, "presence").back(), "990-1000 present");
  story.heard["a"] = {at_s(20), at_s(300), at_s(310)};
  const json by_sample = story.ask(answer_timeline, question_of("a", 0, 1000));
  EXPECT_EQ(spans(by_sample, "presence").back(), "300-1000 present");
  const json then = story.ask(answer_timeline, question_of("a", 0, 200));
  EXPECT_EQ(spans(then, "presence").back(), "60-200 late");
}

TEST(Timeline, TheClockSteppedBackBetweenEvents) {
  Story story;
  story.know("a", 10);
  story.joined(10, "a");
  story.late(300, "a", 30);
  story.recovered(250, "a", 35);
  story.late(400, "a", 30);
  const json answer = story.ask(answer_timeline, question_of("a", 260, 500));
  // The verdict was withdrawn in the moment in which it was given.
  EXPECT_EQ(spans(answer, "presence"), (Spans{"260-400 present", "400-500 late"}));
}

TEST(Timeline, TellsOfForgottenNodes) {
  Story story;
  story.joined(10, "a");
  story.left(50, "a");
  story.tell(60, EventKind::kForgotten, "a", {{"by", "ann"}});
  const json answer = story.ask(answer_timeline, question_of("a", 0, 100));
  EXPECT_EQ(spans(answer, "presence"),
            (Spans{"0-10 unknown", "10-50 present", "50-60 left", "60-100 unknown"}));
}

TEST(Timeline, IsOfTheLastDayUpToNowWhereNothingElseIsSaid) {
  Story story;
  story.now_ms = at_s(200'000);
  story.know("a", 10);
  story.joined(10, "a");
  PastQuestion question = question_of("a", 0, 0);
  question.since_ms.reset();
  question.until_ms = at_s(300'000);
  const json answer = story.ask(answer_timeline, question);
  EXPECT_EQ(answer["until"], at_s(200'000));
  EXPECT_EQ(answer["since"], at_s(200'000 - 86'400));
}

TEST(Timeline, SaysWhatIsWrong) {
  Story story;
  story.know("a", 10);
  story.joined(10, "a");
  EXPECT_EQ(story.ask_in_vain(answer_timeline, question_of("", 0, 1)).code,
            QueryError::kBadRequest);
  EXPECT_EQ(story.ask_in_vain(answer_timeline, question_of("a", 5, 5)).code,
            QueryError::kBadRequest);
  EXPECT_EQ(story.ask_in_vain(answer_timeline, question_of("b", 0, 5)).code, QueryError::kNotFound);
  story.tell(20, EventKind::kRefused, "b", {{"reason", "unknown_node"}});
  EXPECT_EQ(story.ask_in_vain(answer_timeline, question_of("b", 0, 50)).code,
            QueryError::kNotFound);
}

TEST(Timeline, IsBounded) {
  Story story;
  story.know("a", 10);
  story.joined(10, "a");
  for (int i = 0; i < 5000; ++i) {
    story.state(11 + i / 100.0, "a", i % 2 == 0 ? "healthy" : "error",
                i % 2 == 0 ? "error" : "healthy");
  }
  const PastFailure failure = story.ask_in_vain(answer_timeline, question_of("a", 0, 100));
  EXPECT_EQ(failure.code, QueryError::kTooLarge);
  EXPECT_NE(failure.message.find("'since'"), std::string::npos);
}

}  // namespace
}  // namespace rollcall
