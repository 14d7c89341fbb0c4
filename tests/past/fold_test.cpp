// One node's events, folded into pieces of time.
#include "broker/past/node_fold.hpp"
#include "tests/past/story.hpp"

namespace rollcall {
namespace {

struct Piece {
  double from_s = 0;
  double to_s = 0;
  std::string life;
  bool is_silent = false;
  bool operator==(const Piece&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Piece& piece) {
  return out << piece.from_s << "-" << piece.to_s << " " << piece.life
             << (piece.is_silent ? " silent" : "");
}

double second_of(std::int64_t ms) { return static_cast<double>(ms - kStoryMs) / 1000; }

// From second 0 on, when nobody knew it.
std::vector<Piece> fold(const Story& story, double until_s, NodeThen* at_end = nullptr) {
  std::vector<Piece> pieces;
  NodeFold fold(
      NodeThen{}, 0, at_s(0), [&](std::int64_t from, std::int64_t to, const NodeThen& it) {
        const Piece piece{second_of(from), second_of(to), std::string(name_of(it.life)),
                          it.is_silent};
        Piece* const last = pieces.empty() ? nullptr : &pieces.back();
        if (last != nullptr && last->life == piece.life && last->is_silent == piece.is_silent) {
          last->to_s = piece.to_s;
        } else {
          pieces.push_back(piece);
        }
      });
  for (const StoredEvent& event : story.events) fold.add(event.view());
  fold.advance(at_s(until_s));
  if (at_end != nullptr) *at_end = fold.then();
  return pieces;
}

TEST(NodeFold, LateMeansSilentFromTheLastWordOn) {
  Story story;
  story.joined(10, "a");
  story.late(60, "a", 30.5);
  story.recovered(80, "a", 50.5);
  const std::vector<Piece> expected{{0, 10, "unknown", false},
                                    {10, 29.5, "present", false},
                                    {29.5, 60, "present", true},
                                    {60, 80, "late", true},
                                    {80, 100, "present", false}};
  EXPECT_EQ(fold(story, 100), expected);
}

TEST(NodeFold, ANodeThatJoinsAgain) {
  Story story;
  story.joined(10, "a", 1);
  story.late(60, "a", 30);
  story.evicted(150, "a", 120);
  story.joined(200, "a", 2);
  NodeThen then;
  const std::vector<Piece> expected{{0, 10, "unknown", false},   {10, 30, "present", false},
                                    {30, 60, "present", true},   {60, 150, "late", true},
                                    {150, 200, "evicted", true}, {200, 250, "present", false}};
  EXPECT_EQ(fold(story, 250, &then), expected);
  EXPECT_EQ(then.session, 2U);
}

TEST(NodeFold, TheSilenceBeginsAtTheEarliestWithTheLastEvent) {
  Story story;
  story.joined(10, "a");
  story.late(20, "a", 500);
  const std::vector<Piece> expected{
      {0, 10, "unknown", false}, {10, 20, "present", true}, {20, 30, "late", true}};
  EXPECT_EQ(fold(story, 30), expected);
}

TEST(NodeFold, AStepBackOfTheClockLeavesOrder) {
  Story story;
  story.joined(50, "a");
  story.left(20, "a");
  story.restarted(30, "a", 2, 1);
  story.late(70, "a", 10);
  const std::vector<Piece> expected{{0, 50, "unknown", false},
                                    {50, 60, "present", false},
                                    {60, 70, "present", true},
                                    {70, 80, "late", true}};
  EXPECT_EQ(fold(story, 80), expected);
}

TEST(NodeFold, RestartedWithoutBeingLateIsNoSilence) {
  Story story;
  story.joined(10, "a", 1);
  story.restarted(40, "a", 2, 1);
  NodeThen then;
  const std::vector<Piece> expected{{0, 10, "unknown", false}, {10, 50, "present", false}};
  EXPECT_EQ(fold(story, 50, &then), expected);
  EXPECT_EQ(then.session, 2U);
  EXPECT_EQ(then.peer, "10.0.0.2");
}

TEST(NodeFold, LeftAndThenEvictedStillSaidWhenItIsBack) {
  Story story;
  story.joined(10, "a");
  story.left(20, "a", 500);
  story.evicted(140, "a", 120);
  NodeThen then;
  const std::vector<Piece> expected{{0, 10, "unknown", false},
                                    {10, 20, "present", false},
                                    {20, 140, "left", true},
                                    {140, 200, "evicted", true}};
  EXPECT_EQ(fold(story, 200, &then), expected);
  EXPECT_TRUE(then.said_goodbye);
  EXPECT_EQ(then.back_by_ms, at_s(520));
}

TEST(NodeFold, OverdueTellsOfADayOfReturnThatNobodyRemembers) {
  Story story;
  story.joined(10, "a");
  story.left(20, "a");
  story.tell(60, EventKind::kOverdue, "a", {{"late_by", 5000}, {"reason", "bye"}});
  NodeThen then;
  fold(story, 100, &then);
  EXPECT_EQ(then.back_by_ms, at_s(55));
}

TEST(NodeFold, GuardsAndConflictsChangeNothing) {
  Story story;
  story.joined(10, "a");
  story.tell(20, EventKind::kGuard, "a", {{"guard", "flapping"}, {"phase", "raised"}});
  story.tell(21, EventKind::kConflict, "a", {{"addresses", {"x", "y"}}});
  story.tell(22, EventKind::kRefused, "a", {{"reason", "repeated"}});
  const std::vector<Piece> expected{{0, 10, "unknown", false}, {10, 30, "present", false}};
  EXPECT_EQ(fold(story, 30), expected);
}

// Held as flapping: late by an event, although it was heard.
TEST(NodeFold, WhoIsHeldIsLate) {
  Story story;
  story.joined(10, "a");
  story.tell(40, EventKind::kGuard, "a", {{"guard", "flapping"}, {"phase", "raised"}});
  story.late(40, "a", 3);
  story.tell(70, EventKind::kGuard, "a", {{"guard", "flapping"}, {"phase", "ended"}});
  story.recovered(70, "a", 1);
  const std::vector<Piece> expected{{0, 10, "unknown", false},
                                    {10, 37, "present", false},
                                    {37, 40, "present", true},
                                    {40, 70, "late", true},
                                    {70, 80, "present", false}};
  EXPECT_EQ(fold(story, 80), expected);
}

// [P69]: after a restart of the broker, nodes are present again without an event.
TEST(NodeFold, ASecondSilenceTellsThatItWasHeardBetween) {
  Story story;
  story.joined(10, "a");
  story.late(60, "a", 30);
  story.late(160, "a", 30);
  const std::vector<Piece> expected{{0, 10, "unknown", false},   {10, 30, "present", false},
                                    {30, 60, "present", true},   {60, 130, "late", true},
                                    {130, 160, "present", true}, {160, 170, "late", true}};
  EXPECT_EQ(fold(story, 170), expected);
}

// Time in which the broker stood still is in no silence; the wall clock went on.
TEST(NodeFold, AVerdictAfterAPauseIsOfTheSameSilence) {
  Story story;
  story.joined(10, "a");
  story.late(60, "a", 30);
  story.evicted(400, "a", 120);
  const std::vector<Piece> expected{{0, 10, "unknown", false},
                                    {10, 30, "present", false},
                                    {30, 60, "present", true},
                                    {60, 400, "late", true},
                                    {400, 410, "evicted", true}};
  EXPECT_EQ(fold(story, 410), expected);
}

TEST(NodeFold, MaintenanceEndsByItself) {
  Story story;
  story.joined(10, "a");
  story.duty(20, "a", "active", "maintenance", 50);
  NodeThen then;
  fold(story, 49, &then);
  EXPECT_EQ(then.duty, Duty::kMaintenance);
  EXPECT_EQ(then.by, "ann");
  fold(story, 51, &then);
  EXPECT_EQ(then.duty, Duty::kActive);
  EXPECT_EQ(then.by, "");
}

TEST(NodeFold, ForgottenIsUnknown) {
  Story story;
  story.joined(10, "a");
  story.duty(20, "a", "active", "draining");
  story.left(30, "a");
  story.tell(40, EventKind::kForgotten, "a", {{"by", "ann"}});
  NodeThen then;
  const auto pieces = fold(story, 50, &then);
  EXPECT_EQ(pieces.back(), (Piece{40, 50, "unknown", false}));
  EXPECT_EQ(then.duty, Duty::kActive);
}

TEST(NodeFold, ABodyThatCannotBeReadSaysOnlyItsKind) {
  Story story;
  story.joined(10, "a");
  story.add(EventKind::kLate, "a", at_s(60), "\x81\xaasilent_for");
  const std::vector<Piece> expected{
      {0, 10, "unknown", false}, {10, 60, "present", false}, {60, 70, "late", true}};
  EXPECT_EQ(fold(story, 70), expected);
}

TEST(EventFacts, AreAllOrNothing) {
  EventFacts facts;
  EXPECT_TRUE(
      read_facts(as_msgpack({{"silent_for", 5}, {"new_key", {1, 2}}, {"by", nullptr}}), facts));
  EXPECT_EQ(facts.silent_for_ms, 5);
  EXPECT_FALSE(read_facts(as_msgpack({{"silent_for", 5}, {"to", 7}}), facts));
  EXPECT_FALSE(facts.silent_for_ms);
  EXPECT_FALSE(read_facts(as_msgpack({{"silent_for", -5}}), facts));
  EXPECT_FALSE(read_facts(as_msgpack({{"silent_for", 5}}) + "x", facts));
  EXPECT_TRUE(read_facts(as_msgpack({{"silent_for", UINT64_MAX}}), facts));
  EXPECT_EQ(facts.silent_for_ms, kMostMs);
}

}  // namespace
}  // namespace rollcall
