// [P78]
#include "tests/past/story.hpp"

namespace rollcall {
namespace {

PastQuestion limits_of(double late_s, double evict_s) {
  PastQuestion question = question_of("", 0, 1000);
  if (late_s > 0) question.late_after_ms = static_cast<std::int64_t>(late_s * 1000);
  if (evict_s > 0) question.evict_after_ms = static_cast<std::int64_t>(evict_s * 1000);
  return question;
}

// a: only not heard for 50 s; b: restarted after 100 s; c: gone; d: evicted, and yet alive.
Story some_story() {
  Story story;
  for (const char* id : {"a", "b", "c", "d"}) {
    story.know(id, 0);
    story.joined(0, id, 1);
  }
  story.nodes[2].presence = story.nodes[3].presence = Presence::kEvicted;
  story.late(130, "a", 30);
  story.recovered(150, "a", 50);
  story.late(231, "b", 31);
  story.restarted(300, "b", 2, 1);
  story.late(335, "c", 35);
  story.evicted(420, "c", 120);
  story.late(430, "d", 30);
  story.evicted(520, "d", 120);
  story.joined(550, "d", 1);  // 150 s in all
  story.nodes[3].presence = Presence::kPresent;
  return story;
}

TEST(Backtest, TellsWhatWasAndWhatWouldHaveBeen) {
  Story story = some_story();
  const json answer = story.ask(answer_backtest, limits_of(40, 200));
  EXPECT_EQ(answer["nodes"], 4);
  EXPECT_EQ(answer["silences"], 4);
  EXPECT_EQ(answer["as_it_was"], (json{{"evict_after", 120'000},
                                       {"late", 4},
                                       {"evicted", 2},
                                       {"false_evictions", 1},
                                       {"mean_detection", 33'000}}));
  EXPECT_EQ(answer["as_it_would_be"], (json{{"late_after", 40'000},
                                            {"evict_after", 200'000},
                                            {"late", 4},
                                            {"evicted", 1},
                                            {"false_evictions", 0},
                                            {"mean_detection", 40'000}}));
  ASSERT_EQ(answer["changed"].size(), 1U);
  EXPECT_EQ(answer["changed"][0], (json{{"node", "d"},
                                        {"at", at_s(400)},
                                        {"silent_for", 150'000},
                                        {"was", "evicted"},
                                        {"would_be", "late"}}));
  EXPECT_EQ(answer["changed_total"], 1);
}

TEST(Backtest, LongerLimitsNoticeLess) {
  Story story = some_story();
  const json answer = story.ask(answer_backtest, limits_of(60, 130));
  EXPECT_EQ(answer["as_it_would_be"]["late"], 3);
  EXPECT_EQ(answer["as_it_would_be"]["evicted"], 2);
  EXPECT_EQ(answer["as_it_would_be"]["false_evictions"], 1);
  EXPECT_EQ(answer["changed"][0]["would_be"], "unnoticed");
  EXPECT_EQ(answer["changed"][0]["silent_for"], 50'000);
}

// [P29]: four intervals at least.
TEST(Backtest, EvictionTakesFourIntervals) {
  Story story = some_story();
  const json answer = story.ask(answer_backtest, limits_of(0, 1));
  EXPECT_EQ(answer["as_it_would_be"]["evicted"], 4);
  EXPECT_FALSE(answer["as_it_would_be"].contains("late_after"));
  for (RosterNode& node : story.nodes) node.interval_ms = 30'000;
  EXPECT_EQ(story.ask(answer_backtest, limits_of(0, 1))["as_it_would_be"]["evicted"], 2);
}

TEST(Backtest, ShorterSilencesAreSeenInSamples) {
  Story story = some_story();
  story.heard["a"] = {at_s(80), at_s(90), at_s(100), at_s(150), at_s(160), at_s(185), at_s(195)};
  story.heard["b"] = {at_s(500), at_s(518), at_s(528)};
  const json answer = story.ask(answer_backtest, limits_of(15, 120));
  EXPECT_EQ(answer["shortest"], 10'000);
  EXPECT_EQ(answer["silences"], 6);
  EXPECT_EQ(answer["as_it_was"]["late"], 4);
  EXPECT_EQ(answer["as_it_would_be"]["late"], 6);
  EXPECT_EQ(answer["changed_total"], 2);
  EXPECT_EQ(answer["changed"][0], (json{{"node", "a"},
                                        {"at", at_s(160)},
                                        {"silent_for", 25'000},
                                        {"was", "unnoticed"},
                                        {"would_be", "late"}}));
  // They are not needed, and not read, where no limit is below that of `late`.
  EXPECT_EQ(story.ask(answer_backtest, limits_of(30, 120))["shortest"], 30'000);
  // Nor are they there from the range's begin on.
  story.full_since = at_s(170);
  const json partly = story.ask(answer_backtest, limits_of(15, 120));
  EXPECT_EQ(partly["shortest"], 30'000);
}

TEST(Backtest, SilenceAfterAGoodbyeIsNone) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a", 1);
  story.heard["a"] = {at_s(80), at_s(90), at_s(250)};
  story.left(95, "a");
  story.evicted(215, "a", 120);
  story.joined(250, "a", 2);
  const json answer = story.ask(answer_backtest, limits_of(15, 120));
  EXPECT_EQ(answer["silences"], 0);
  EXPECT_FALSE(answer["as_it_was"].contains("mean_detection"));
}

TEST(Backtest, ASilenceFromBeforeTheRangeIsNotIts) {
  Story story = some_story();
  PastQuestion question = limits_of(40, 200);
  question.since_ms = at_s(140);
  EXPECT_EQ(story.ask(answer_backtest, question)["silences"], 3);
}

// Held as flapping: late for as long as the guard says, though heard all the while.
TEST(Backtest, WhoIsHeldWasNotSilentForSoLong) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a", 1);
  story.late(100, "a", 2);
  story.recovered(400, "a", 1);
  const json answer = story.ask(answer_backtest, limits_of(40, 200));
  EXPECT_EQ(answer["as_it_was"]["late"], 1);
  EXPECT_EQ(answer["changed"][0]["would_be"], "unnoticed");
  EXPECT_EQ(answer["changed"][0]["silent_for"], 2000);
}

// [P69]: listed as late without an event, and evicted.
TEST(Backtest, EvictedWithoutALate) {
  Story story;
  story.know("a", 0, Presence::kEvicted);
  story.joined(0, "a", 1);
  story.evicted(300, "a", 120);
  const json answer = story.ask(answer_backtest, limits_of(40, 2000));
  EXPECT_EQ(answer["silences"], 1);
  EXPECT_EQ(answer["as_it_was"]["evicted"], 1);
  EXPECT_EQ(answer["as_it_was"]["mean_detection"], 120'000);
  EXPECT_EQ(answer["changed"][0]["silent_for"], 820'000);
}

// [P69]: heard again without an event; the samples know when.
TEST(Backtest, AReturnThatNoEventTellsOf) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a", 1);
  story.late(130, "a", 30);
  story.heard["a"] = {at_s(100), at_s(240), at_s(250)};
  const json answer = story.ask(answer_backtest, limits_of(300, 2000));
  EXPECT_EQ(answer["changed"][0]["silent_for"], 140'000);
  EXPECT_FALSE(answer["as_it_was"].contains("mean_detection"));
}

TEST(Backtest, ShowsAHundredChanges) {
  Story story;
  story.know("a", 0);
  story.joined(0, "a", 1);
  for (int i = 0; i < 150; ++i) {
    story.late(10 + 5 * i, "a", 3);
    story.recovered(12 + 5 * i, "a", 4);
  }
  const json answer = story.ask(answer_backtest, limits_of(40, 200));
  EXPECT_EQ(answer["changed"].size(), 100U);
  EXPECT_EQ(answer["changed_total"], 150);
}

TEST(Backtest, SaysWhatIsWrong) {
  Story story = some_story();
  EXPECT_EQ(story.ask_in_vain(answer_backtest, limits_of(0, 0)).code, QueryError::kBadRequest);
  PastQuestion question = limits_of(1, 1);
  question.late_after_ms = 0;
  EXPECT_EQ(story.ask_in_vain(answer_backtest, question).code, QueryError::kBadRequest);
}

}  // namespace
}  // namespace rollcall
