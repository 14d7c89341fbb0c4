// [P76]
#include "tests/past/story.hpp"

namespace rollcall {
namespace {

PastQuestion at(double s, const char* what, const char* node = "") {
  PastQuestion question;
  question.node = node;
  question.time_ms = at_s(s);
  question.what = what;
  question.page_bytes = 1'000'000;
  return question;
}

Sample sample_at(double s) {
  return {.at_ms = at_s(s),
          .storage = {40, 100},
          .memory = {2, 8},
          .cpu_percent = 12.5,
          .rx = 5,
          .tx = 6,
          .state = State::kWarning};
}

Story some_story() {
  Story story;
  story.know("a", 10, Presence::kEvicted, {{"zone", "x"}});
  story.know("b", 20);
  story.know("c", 500);
  story.joined(10, "a");
  story.joined(20, "b", 1, "idle");
  story.state(30, "a", "healthy", "error");
  story.duty(35, "b", "active", "draining");
  story.late(60, "a", 30);
  story.evicted(150, "a", 120);
  story.left(300, "b");
  story.joined(500, "c");
  return story;
}

TEST(At, SummaryIsAsItWasThen) {
  Story story = some_story();
  story.samples["all"] = {sample_at(90)};
  const json answer = story.ask(answer_at, at(100, "summary"));
  EXPECT_EQ(answer["time"], at_s(100));
  EXPECT_EQ(answer["known"], true);
  const json& summary = answer["summary"];
  EXPECT_EQ(summary["nodes"],
            (json{{"total", 2},
                  {"present", 1},
                  {"late", 1},
                  {"left", 0},
                  {"by_state",
                   {{"healthy", 0}, {"idle", 1}, {"warning", 0}, {"critical", 0}, {"error", 1}}}}));
  EXPECT_EQ(summary["storage"], (json{{"used", 40}, {"total", 100}}));
  EXPECT_EQ(summary["memory"], (json{{"used", 2}, {"total", 8}}));
  EXPECT_EQ(summary["cpu"], 12.5);
  EXPECT_EQ(summary["network"], (json{{"rx", 5}, {"tx", 6}}));
  EXPECT_EQ(summary["sampled_at"], at_s(90));
}

// An event of that very moment has happened; one behind it has not.
TEST(At, IncludesTheMoment) {
  Story story = some_story();
  EXPECT_EQ(story.ask(answer_at, at(59.999, "node", "a"))["node"]["presence"], "present");
  EXPECT_EQ(story.ask(answer_at, at(60, "node", "a"))["node"]["presence"], "late");
}

TEST(At, SumsThatAreTooOldAreLeftOut) {
  Story story = some_story();
  story.now_ms = at_s(5000);
  story.samples["all"] = {sample_at(90)};
  const json summary = story.ask(answer_at, at(1000, "summary"))["summary"];
  EXPECT_FALSE(summary.contains("storage"));
  EXPECT_EQ(summary["nodes"]["left"], 1);
}

TEST(At, NodesAreThoseListedThen) {
  Story story = some_story();
  story.samples["a"] = {sample_at(20), sample_at(50), sample_at(700)};
  const json then = story.ask(answer_at, at(100, "nodes"));
  ASSERT_EQ(then["nodes"].size(), 2U);
  EXPECT_EQ(then["nodes"][0], (json{{"node", "a"},
                                    {"presence", "late"},
                                    {"duty", "active"},
                                    {"state", "error"},
                                    {"labels", {{"zone", "x"}}},
                                    {"sampled_at", at_s(50)},
                                    {"storage", {{"used", 40}, {"total", 100}}},
                                    {"cpu", 12.5},
                                    {"memory", {{"used", 2}, {"total", 8}}},
                                    {"network", {{"rx", 5}, {"tx", 6}}}}));
  EXPECT_EQ(then["nodes"][1]["node"], "b");
  EXPECT_EQ(then["nodes"][1]["duty"], "draining");
  EXPECT_EQ(then["nodes"][1]["state"], "idle");
  EXPECT_FALSE(then["nodes"][1].contains("storage"));
  EXPECT_TRUE(then["next"].is_null());
  const json later = story.ask(answer_at, at(400, "nodes"));
  ASSERT_EQ(later["nodes"].size(), 1U);
  EXPECT_EQ(later["nodes"][0]["presence"], "left");
}

TEST(At, NodesComeInPages) {
  Story story = some_story();
  PastQuestion question = at(100, "nodes");
  question.limit = 1;
  const json first = story.ask(answer_at, question);
  EXPECT_EQ(first["next"], "a");
  question.after = "a";
  const json second = story.ask(answer_at, question);
  ASSERT_EQ(second["nodes"].size(), 1U);
  EXPECT_EQ(second["nodes"][0]["node"], "b");
}

// One that announces once an hour tells little, and that for longer.
TEST(At, ASlowNodesSampleHoldsForThreeIntervals) {
  Story story = some_story();
  story.now_ms = at_s(20'000);
  story.samples["c"] = {sample_at(600)};
  EXPECT_FALSE(story.ask(answer_at, at(5000, "node", "c"))["node"].contains("cpu"));
  story.nodes[2].interval_ms = 3'600'000;
  EXPECT_TRUE(story.ask(answer_at, at(5000, "node", "c"))["node"].contains("cpu"));
  EXPECT_FALSE(story.ask(answer_at, at(12'000, "node", "c"))["node"].contains("cpu"));
}

TEST(At, OneNodeAlsoWhereItWasNotListed) {
  Story story = some_story();
  const json gone = story.ask(answer_at, at(200, "node", "a"))["node"];
  EXPECT_EQ(gone["presence"], "evicted");
  const json unknown = story.ask(answer_at, at(100, "node", "c"))["node"];
  EXPECT_EQ(unknown["presence"], "unknown");
}

TEST(At, BeforeWhatIsRetainedNothingIsKnown) {
  Story story = some_story();
  const json answer = story.ask(answer_at, at(5, "nodes"));
  EXPECT_EQ(answer["known"], false);
  EXPECT_EQ(answer["nodes"], json::array());
}

TEST(At, SaysWhatIsWrong) {
  Story story = some_story();
  PastQuestion question = at(5, "nodes");
  question.time_ms.reset();
  EXPECT_EQ(story.ask_in_vain(answer_at, question).code, QueryError::kBadRequest);
  EXPECT_EQ(story.ask_in_vain(answer_at, at(5000, "nodes")).code, QueryError::kBadRequest);
  EXPECT_EQ(story.ask_in_vain(answer_at, at(5, "weather")).code, QueryError::kBadRequest);
  EXPECT_EQ(story.ask_in_vain(answer_at, at(5, "node")).code, QueryError::kBadRequest);
  EXPECT_EQ(story.ask_in_vain(answer_at, at(5, "node", "z")).code, QueryError::kNotFound);
}

}  // namespace
}  // namespace rollcall
