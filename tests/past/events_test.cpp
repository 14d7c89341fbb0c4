// [P73]
#include "tests/past/story.hpp"

namespace rollcall {
namespace {

std::vector<std::uint64_t> seqs(const json& answer) {
  std::vector<std::uint64_t> found;
  for (const json& event : answer["events"]) found.push_back(event["seq"]);
  return found;
}
using Seqs = std::vector<std::uint64_t>;

PastQuestion all() {
  PastQuestion question;
  question.page_bytes = 1'000'000;
  return question;
}

Story some_story() {
  Story story;
  story.know("a", 1, Presence::kPresent, {{"zone", "x"}, {"rack", "1"}});
  story.know("b", 1, Presence::kPresent, {{"zone", "y"}, {"rack", "1"}});
  story.joined(10, "a");
  story.joined(20, "b");
  story.late(30, "a", 5);
  story.late(40, "b", 5);
  story.recovered(50, "a", 9);
  return story;
}

TEST(PastEvents, AreAsTheyWerePublished) {
  Story story = some_story();
  const json answer = story.ask(answer_events, all());
  EXPECT_EQ(seqs(answer), (Seqs{1, 2, 3, 4, 5}));
  EXPECT_EQ(answer["events"][2]["silent_for"], 5000);
  EXPECT_EQ(answer["oldest"], 1);
  EXPECT_EQ(answer["newest"], 5);
  EXPECT_TRUE(answer["next"].is_null());
}

TEST(PastEvents, AreFiltered) {
  Story story = some_story();
  PastQuestion question = all();
  question.node = "a";
  EXPECT_EQ(seqs(story.ask(answer_events, question)), (Seqs{1, 3, 5}));
  question.kinds = 1u << static_cast<unsigned>(EventKind::kLate);
  EXPECT_EQ(seqs(story.ask(answer_events, question)), (Seqs{3}));
  question = all();
  question.since_ms = at_s(20);
  question.until_ms = at_s(40);
  EXPECT_EQ(seqs(story.ask(answer_events, question)), (Seqs{2, 3}));
  question = all();
  question.labels = {{"zone", "y"}};
  EXPECT_EQ(seqs(story.ask(answer_events, question)), (Seqs{2, 4}));
  question.labels = {{"zone", "y"}, {"rack", "2"}};
  EXPECT_EQ(seqs(story.ask(answer_events, question)), Seqs{});
}

TEST(PastEvents, ComeInPages) {
  Story story = some_story();
  PastQuestion question = all();
  question.limit = 2;
  Seqs found;
  for (int page = 0; page < 3; ++page) {
    const json answer = story.ask(answer_events, question);
    for (const std::uint64_t seq : seqs(answer)) found.push_back(seq);
    EXPECT_EQ(answer["next"].is_null(), page == 2);
    if (page < 2) question.after_seq = answer["next"];
  }
  EXPECT_EQ(found, (Seqs{1, 2, 3, 4, 5}));
}

// A page that ends with the last event is the last page.
TEST(PastEvents, TheLastPageSaysSo) {
  Story story = some_story();
  PastQuestion question = all();
  question.limit = 5;
  EXPECT_TRUE(story.ask(answer_events, question)["next"].is_null());
}

TEST(PastEvents, TheLatestOnesRise) {
  Story story = some_story();
  PastQuestion question = all();
  question.latest = true;
  question.limit = 2;
  const json answer = story.ask(answer_events, question);
  EXPECT_EQ(seqs(answer), (Seqs{4, 5}));
  EXPECT_TRUE(answer["next"].is_null());
  question.node = "a";
  EXPECT_EQ(seqs(story.ask(answer_events, question)), (Seqs{3, 5}));
}

TEST(PastEvents, PagesAreBoundedInBytes) {
  Story story = some_story();
  PastQuestion question = all();
  question.page_bytes = 100;
  const json answer = story.ask(answer_events, question);
  EXPECT_EQ(seqs(answer), (Seqs{1}));
  EXPECT_EQ(answer["next"], 1);
  // One is there however long it is, so that the next page is further on.
  question.page_bytes = 1;
  EXPECT_EQ(seqs(story.ask(answer_events, question)), (Seqs{1}));
}

TEST(PastEvents, ADamagedBodyIsToldOfByItsNumber) {
  for (const char* const body : {"", "\xc1", "\x81\xa1", "\x05", "\x80\x80"}) {
    Story story;
    story.joined(10, "a");
    story.add(EventKind::kLate, "a", at_s(20), body);
    const json answer = story.ask(answer_events, all());
    EXPECT_EQ(answer["events"][1],
              (json{{"v", 1}, {"seq", 2}, {"at", at_s(20)}, {"kind", "late"}, {"node", "a"}}));
  }
}

TEST(PastEvents, ThereMayBeNone) {
  Story story;
  const json answer = story.ask(answer_events, all());
  EXPECT_EQ(answer["events"], json::array());
  EXPECT_EQ(answer["oldest"], 0);
  EXPECT_TRUE(answer["next"].is_null());
}

}  // namespace
}  // namespace rollcall
