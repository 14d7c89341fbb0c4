// However much there is, an answer looks at no more than its share, and says so.
#include <fmt/format.h>

#include "tests/past/story.hpp"

namespace rollcall {
namespace {

// Events of node "a" without an end.
class EndlessEvents : public Story {
 public:
  std::size_t visited = 0;

  using Story::visit;
  void visit(const EventFilter& filter,
             const std::function<bool(const PastEvent&)>& visit) override {
    for (std::uint64_t seq = filter.after_seq + 1; seq < 10'000'000; ++seq) {
      ++visited;
      if (!visit({seq, at_s(static_cast<double>(seq % 100)), EventKind::kLate, "a", {}})) return;
    }
  }
  std::uint64_t oldest() override { return 1; }
  std::uint64_t newest() override { return 10'000'000; }
};

// Nodes without an end, each in a zone of its own.
class EndlessNodes : public Story {
 public:
  std::size_t visited = 0;

  using Story::visit;
  void visit(std::string_view, std::string_view,
             const std::function<bool(const RosterNode&)>& visit) override {
    RosterNode node;
    for (int i = 0; i < 10'000'000; ++i) {
      ++visited;
      node.id = fmt::format("n{:08}", i);
      node.labels = with_zones ? as_msgpack({{"zone", node.id}}) : "";
      if (!visit(node)) return;
    }
  }
  bool with_zones = false;
};

PastQuestion everything(const char* what = "", const char* by = "") {
  PastQuestion question = question_of("", 0, 1000);
  question.time_ms = at_s(100);
  question.what = what;
  question.by = by;
  question.late_after_ms = 5000;
  return question;
}

TEST(Bounds, OfEvents) {
  for (const Story::Answer answer : {answer_availability, answer_backtest}) {
    EndlessEvents story;
    story.know("a", 0);
    const PastFailure failure = story.ask_in_vain(answer, everything("", "node"));
    EXPECT_EQ(failure.code, QueryError::kTooLarge);
    EXPECT_NE(failure.message.find("'since'"), std::string::npos);
    EXPECT_LT(story.visited, limits::kPastEvents + 1000);
  }
}

// Where none of them matches, a page is empty and the next one goes on.
TEST(Bounds, OfEventsThatAreFiltered) {
  EndlessEvents story;
  PastQuestion question = everything();
  question.labels = {{"zone", "x"}};
  const json answer = story.ask(answer_events, question);
  EXPECT_EQ(answer["events"], json::array());
  EXPECT_EQ(answer["next"], limits::kPastEvents);
}

TEST(Bounds, OfNodes) {
  for (const Story::Answer answer : {answer_at, answer_availability, answer_backtest}) {
    EndlessNodes story;
    const PastFailure failure = story.ask_in_vain(answer, everything("summary"));
    EXPECT_EQ(failure.code, QueryError::kTooLarge);
    EXPECT_LE(story.visited, limits::kPastNodes + 1);
  }
}

TEST(Bounds, OfNodesPerPage) {
  EndlessNodes story;
  const json at = story.ask(answer_at, everything("nodes"));
  EXPECT_EQ(at["nodes"], json::array());
  EXPECT_EQ(at["next"], fmt::format("n{:08}", limits::kPastNodesPerPage - 1));
  PastQuestion question = everything("", "node");
  question.labels = {{"zone", "x"}};
  const json availability = story.ask(answer_availability, question);
  EXPECT_EQ(availability["rows"], json::array());
  EXPECT_EQ(availability["next"], fmt::format("n{:08}", limits::kPastNodesPerPage - 1));
}

TEST(Bounds, OfGroups) {
  EndlessNodes story;
  story.with_zones = true;
  const PastFailure failure = story.ask_in_vain(answer_availability, everything("", "zone"));
  EXPECT_EQ(failure.code, QueryError::kTooLarge);
  EXPECT_LE(story.visited, limits::kPastGroups + 1);
}

}  // namespace
}  // namespace rollcall
