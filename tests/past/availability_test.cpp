// [P79]
#include "tests/past/story.hpp"

namespace rollcall {
namespace {

PastQuestion range(double since_s, double until_s, const char* by = "node") {
  PastQuestion question = question_of("", since_s, until_s);
  question.by = by;
  return question;
}

json row_of(Story& story, const char* node, double since_s, double until_s) {
  PastQuestion question = range(since_s, until_s, "");
  question.node = node;
  return story.ask(answer_availability, question)["rows"][0];
}

// up, down, planned, unknown: in seconds.
std::vector<double> seconds(const json& row) {
  const double down = row["down"].get<double>() / 1000;
  const double share = row.value("up", 1.0);
  const double up = share == 1 ? -1 : down * share / (1 - share);
  return {std::round(up * 1000) / 1000, down, row["planned"].get<double>() / 1000,
          row["unknown"].get<double>() / 1000};
}
using Seconds = std::vector<double>;

TEST(Availability, DowntimeCountsFromTheLastWord) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a");
  story.late(130, "a", 30);
  story.recovered(200, "a", 100);
  const json row = row_of(story, "a", 0, 1000);
  EXPECT_EQ(seconds(row), (Seconds{900, 100, 0, 0}));
  EXPECT_DOUBLE_EQ(row["up"].get<double>(), 0.9);
  EXPECT_EQ(row["nodes"], 1);
  EXPECT_EQ(row["incidents"], 1);
  EXPECT_EQ(row["mean_time_between_failures"], 900'000);
  EXPECT_EQ(row["mean_time_to_return"], 100'000);
}

TEST(Availability, MeansAreOverIncidents) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a", 1);
  story.late(130, "a", 30);
  story.recovered(200, "a", 100);  // 100 s
  story.late(330, "a", 30);
  story.restarted(500, "a", 2, 1);  // 200 s
  story.late(630, "a", 30);
  story.evicted(720, "a", 120);
  story.joined(900, "a", 3);  // 300 s
  story.late(980, "a", 30);   // goes on: 50 s, without a return
  const json row = row_of(story, "a", 0, 1000);
  EXPECT_EQ(seconds(row), (Seconds{350, 650, 0, 0}));
  EXPECT_EQ(row["incidents"], 4);
  EXPECT_EQ(row["mean_time_between_failures"], 350'000 / 4);
  EXPECT_EQ(row["mean_time_to_return"], 200'000);
}

TEST(Availability, ARestartThatWasNotMissedIsNoIncident) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a", 1);
  story.restarted(500, "a", 2, 1);
  const json row = row_of(story, "a", 0, 1000);
  EXPECT_EQ(row["up"], 1.0);
  EXPECT_EQ(row["incidents"], 0);
  EXPECT_FALSE(row.contains("mean_time_between_failures"));
  EXPECT_FALSE(row.contains("mean_time_to_return"));
}

TEST(Availability, PlannedTimeDoesNotCount) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a");
  story.duty(100, "a", "active", "maintenance", 400);
  story.late(250, "a", 30);
  story.recovered(300, "a", 80);
  story.late(630, "a", 30);
  story.recovered(700, "a", 100);
  const json row = row_of(story, "a", 0, 1000);
  EXPECT_EQ(seconds(row), (Seconds{600, 100, 300, 0}));
  EXPECT_EQ(row["incidents"], 1);
}

TEST(Availability, ASilenceThatOutlastsItsMaintenanceIsAnIncident) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a");
  story.duty(100, "a", "active", "maintenance", 400);
  story.late(250, "a", 30);
  story.recovered(500, "a", 280);
  const json row = row_of(story, "a", 0, 1000);
  EXPECT_EQ(seconds(row), (Seconds{600, 100, 300, 0}));
  EXPECT_EQ(row["incidents"], 1);
  EXPECT_EQ(row["mean_time_to_return"], 100'000);
}

TEST(Availability, AGoodbyeIsPlannedUntilItWouldBeBack) {
  Story story;
  story.know("a", 0);
  story.know("b", 0);
  story.know("c", 0);
  story.joined(0, "a");
  story.joined(0, "b");
  story.joined(0, "c");
  story.left(100, "a", 300);
  story.left(100, "b", 300);
  story.left(100, "c");
  story.evicted(220, "a", 120);
  story.evicted(220, "b", 120);
  story.restarted(220, "c", 2, 1);
  story.joined(300, "a");
  story.tell(400, EventKind::kOverdue, "b", {{"late_by", 0}, {"reason", "bye"}});
  story.joined(450, "b");
  const json in_time = row_of(story, "a", 0, 1000);
  EXPECT_EQ(in_time["up"], 1.0);
  EXPECT_EQ(in_time["planned"], 200'000);
  EXPECT_EQ(in_time["incidents"], 0);
  const json overdue = row_of(story, "b", 0, 1000);
  EXPECT_EQ(seconds(overdue), (Seconds{650, 50, 300, 0}));
  EXPECT_EQ(overdue["incidents"], 1);
  const json without_a_day = row_of(story, "c", 0, 1000);
  EXPECT_EQ(seconds(without_a_day), (Seconds{880, 120, 0, 0}));
  EXPECT_EQ(without_a_day["incidents"], 0);
}

TEST(Availability, UnknownTimeDoesNotCount) {
  Story story;
  story.know("a", 600);
  story.know("b", 900);
  story.joined(600, "a");
  story.late(830, "a", 30);
  story.recovered(900, "a", 100);
  story.joined(900, "b");
  const json row = row_of(story, "a", 0, 1000);
  EXPECT_EQ(seconds(row), (Seconds{300, 100, 0, 600}));
  const json never = row_of(story, "b", 0, 700);
  EXPECT_FALSE(never.contains("up"));
  EXPECT_EQ(never["nodes"], 0);
}

// A silence that began before the range: its part in the range counts, as an incident, too.
TEST(Availability, ARangeMayBeginWithinASilence) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a");
  story.late(130, "a", 30);
  story.recovered(600, "a", 500);
  const json row = row_of(story, "a", 500, 1000);
  EXPECT_EQ(seconds(row), (Seconds{400, 100, 0, 0}));
  EXPECT_EQ(row["incidents"], 1);
  // Silent before the verdict: from the range's begin on.
  const json later = row_of(story, "a", 110, 1000);
  EXPECT_EQ(seconds(later), (Seconds{400, 490, 0, 0}));
}

Story zones() {
  Story story;
  story.know("a", 0, Presence::kPresent, {{"zone", "x"}, {"rack", "1"}});
  story.know("b", 500, Presence::kPresent, {{"zone", "x"}, {"rack", "2"}});
  story.know("c", 0, Presence::kPresent, {{"zone", "y"}, {"rack", "1"}});
  story.joined(0, "a");
  story.joined(0, "c");
  story.late(430, "a", 30);
  story.joined(500, "b");
  story.recovered(500, "a", 100);
  return story;
}

TEST(Availability, OfGroupsIsWeightedByTime) {
  Story story = zones();
  const json rows = story.ask(answer_availability, range(0, 1000, "zone"))["rows"];
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["of"], "zone=x");
  EXPECT_EQ(rows[0]["nodes"], 2);
  EXPECT_DOUBLE_EQ(rows[0]["up"].get<double>(), 1400.0 / 1500);
  EXPECT_EQ(rows[0]["unknown"], 500'000);
  EXPECT_EQ(rows[1]["of"], "zone=y");
  EXPECT_EQ(rows[1]["up"], 1.0);
  const json all = story.ask(answer_availability, range(0, 1000, ""))["rows"];
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0]["of"], "all");
  EXPECT_DOUBLE_EQ(all[0]["up"].get<double>(), 2400.0 / 2500);
}

TEST(Availability, OfThoseWithLabels) {
  Story story = zones();
  PastQuestion question = range(0, 1000, "zone");
  question.labels = {{"rack", "1"}};
  const json rows = story.ask(answer_availability, question)["rows"];
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_DOUBLE_EQ(rows[0]["up"].get<double>(), 0.9);
  question.by = "";
  EXPECT_EQ(story.ask(answer_availability, question)["rows"][0]["nodes"], 2);
}

TEST(Availability, ComesInPages) {
  Story story = zones();
  for (const char* by : {"node", "zone"}) {
    PastQuestion question = range(0, 1000, by);
    question.limit = 1;
    std::vector<std::string> found;
    for (int page = 0; page < 4; ++page) {
      const json answer = story.ask(answer_availability, question);
      for (const json& row : answer["rows"]) found.push_back(row["of"]);
      if (answer["next"].is_null()) break;
      question.after = answer["next"];
    }
    if (std::string(by) == "node") {
      EXPECT_EQ(found, (std::vector<std::string>{"a", "b", "c"}));
    } else {
      EXPECT_EQ(found, (std::vector<std::string>{"zone=x", "zone=y"}));
    }
  }
}

TEST(Availability, IsOfThirtyDaysAndOfKnownNodes) {
  Story story = zones();
  story.now_ms = at_s(40 * 86'400);
  PastQuestion question = range(0, 0);
  question.since_ms.reset();
  question.until_ms.reset();
  const json answer = story.ask(answer_availability, question);
  EXPECT_EQ(answer["since"], at_s(10 * 86'400));
  EXPECT_EQ(answer["until"], story.now_ms);
  question.node = "z";
  EXPECT_EQ(story.ask_in_vain(answer_availability, question).code, QueryError::kNotFound);
}

}  // namespace
}  // namespace rollcall
