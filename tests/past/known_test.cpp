// [P80]
#include "tests/past/story.hpp"

namespace rollcall {
namespace {

PastQuestion all() {
  PastQuestion question;
  question.page_bytes = 1'000'000;
  return question;
}

TEST(Known, ListsEveryNodeThatWasSeen) {
  Story story;
  story.know("a1", 10, Presence::kEvicted, {{"zone", "x"}}).sessions = 3;
  RosterNode& left = story.know("a2", 20, Presence::kLeft);
  left.back_by_ms = at_s(500);
  left.order = {Duty::kMaintenance, "ann", "disk", at_s(30), at_s(600)};
  story.know("b1", 30);
  const json answer = story.ask(answer_known, all());
  ASSERT_EQ(answer["nodes"].size(), 3U);
  EXPECT_TRUE(answer["next"].is_null());
  EXPECT_EQ(answer["nodes"][0], (json{{"node", "a1"},
                                      {"presence", "evicted"},
                                      {"first_seen", at_s(10)},
                                      {"heard_at", story.now_ms},
                                      {"sessions", 3},
                                      {"labels", {{"zone", "x"}}},
                                      {"duty", "active"}}));
  const json order{{"by", "ann"}, {"reason", "disk"}, {"since", at_s(30)}, {"until", at_s(600)}};
  EXPECT_EQ(answer["nodes"][1]["order"], order);
  EXPECT_EQ(answer["nodes"][1]["back_by"], at_s(500));
}

TEST(Known, ComesInPages) {
  Story story;
  for (const char* id : {"a1", "a2", "a3", "b1"}) story.know(id, 10);
  PastQuestion question = all();
  question.prefix = "a";
  question.limit = 2;
  const json first = story.ask(answer_known, question);
  EXPECT_EQ(first["nodes"].size(), 2U);
  EXPECT_EQ(first["next"], "a2");
  question.after = "a2";
  const json second = story.ask(answer_known, question);
  EXPECT_EQ(second["nodes"].size(), 1U);
  EXPECT_EQ(second["nodes"][0]["node"], "a3");
  EXPECT_TRUE(second["next"].is_null());
  question.after.clear();
  question.limit = 1000;
  question.page_bytes = 1;
  EXPECT_EQ(story.ask(answer_known, question)["next"], "a1");
}

TEST(Known, OfOneNodeTellsWhatWasNoted) {
  Story story;
  story.know("a", 10);
  story.know("b", 10);
  for (int i = 0; i < 150; ++i) {
    story.tell(i, EventKind::kNote, "a", {{"by", "ann"}, {"text", std::to_string(i)}});
  }
  story.tell(200, EventKind::kNote, "b", {{"by", "bob"}, {"text", "another"}});
  PastQuestion question = all();
  question.node = "a";
  const json answer = story.ask(answer_known, question);
  ASSERT_EQ(answer["nodes"].size(), 1U);
  ASSERT_EQ(answer["notes"].size(), 100U);
  EXPECT_EQ(answer["notes"][0]["text"], "50");
  EXPECT_EQ(answer["notes"][99], (json{{"at", at_s(149)}, {"by", "ann"}, {"text", "149"}}));
  question.node = "c";
  EXPECT_EQ(story.ask_in_vain(answer_known, question).code, QueryError::kNotFound);
}

TEST(Known, DamagedLabelsAreLeftOut) {
  Story story;
  story.know("a", 10).labels = "\x81\xa1k\x05";
  story.know("b", 10).labels = "";
  const json answer = story.ask(answer_known, all());
  EXPECT_EQ(answer["nodes"][0]["labels"], json::object());
  EXPECT_EQ(answer["nodes"][1]["labels"], json::object());
}

}  // namespace
}  // namespace rollcall
