// Events in SQLite; against the same filters on a list.
#include "broker/io/store/event_tables.hpp"

#include <gtest/gtest.h>

#include "shared/core/random.hpp"
#include "tests/past/fakes.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kDay = 24 * 3'600'000;

class EventTablesTest : public testing::Test {
 protected:
  EventTablesTest() : database_(":memory:") {
    database_.run("PRAGMA foreign_keys = ON");
    create_event_tables(database_);
    tables_.emplace(database_);
  }

  void add(std::int64_t at_ms, EventKind kind = EventKind::kJoined, const std::string& node = "a",
           const std::string& body = "x") {
    list_.add(kind, node, at_ms, body);
    tables_->append(list_.newest(), at_ms, kind, node, body);
  }

  static std::vector<std::uint64_t> seqs(EventSource& source, const EventFilter& filter,
                                         std::size_t most = SIZE_MAX) {
    std::vector<std::uint64_t> found;
    source.visit(filter, [&](const PastEvent& event) {
      found.push_back(event.seq);
      return found.size() < most;
    });
    return found;
  }

  std::string plan(bool of_a_node, bool newest_first) {
    Statement explain(database_, "EXPLAIN QUERY PLAN " + sql_of_events(of_a_node, newest_first));
    std::string text;
    while (explain.step()) text += std::string(explain.bytes(3)) + "\n";
    return text;
  }

  Database database_;
  std::optional<EventTables> tables_;
  FakePast list_;
};
using Seqs = std::vector<std::uint64_t>;

TEST_F(EventTablesTest, AreEmptyAtFirst) {
  EXPECT_EQ(tables_->oldest(), 0U);
  EXPECT_EQ(tables_->newest(), 0U);
  EXPECT_EQ(seqs(*tables_, {}), Seqs{});
  EXPECT_EQ(tables_->drop_oldest(10), 0U);
  EXPECT_EQ(tables_->drop_before(kDay, 10), 0U);
}

TEST_F(EventTablesTest, AnEventComesBackAsItWas) {
  const std::string body("\x00\xff\x81", 3);
  add(-5, EventKind::kNote, "node", body);
  add(7, EventKind::kStore, "-", "");
  std::vector<std::string> bodies;
  tables_->visit({}, [&](const PastEvent& event) {
    bodies.emplace_back(event.body);
    if (event.seq != 1) return true;
    EXPECT_EQ(event.at_ms, -5);
    EXPECT_EQ(event.kind, EventKind::kNote);
    EXPECT_EQ(event.node, "node");
    return true;
  });
  EXPECT_EQ(bodies, (std::vector<std::string>{body, ""}));
}

// Each filter is answered as by going through a list; the clock steps back and forth.
TEST_F(EventTablesTest, FiltersAsAListDoes) {
  Random random(5);
  std::int64_t at_ms = 1'000'000;
  for (int i = 0; i < 500; ++i) {
    at_ms += static_cast<std::int64_t>(random.below(1000)) - 300;
    add(at_ms, static_cast<EventKind>(random.below(kEventKindNames.size())),
        std::string(1, static_cast<char>('a' + random.below(4))));
  }
  for (int i = 0; i < 2000; ++i) {
    EventFilter filter{.node = {}};
    if (random.below(2) == 0)
      filter.node = std::string(1, static_cast<char>('a' + random.below(5)));
    if (random.below(2) == 0) filter.after_seq = random.below(520);
    if (random.below(3) == 0) filter.until_seq = random.below(520);
    if (random.below(2) == 0) filter.since_ms = static_cast<std::int64_t>(random.below(1'200'000));
    if (random.below(2) == 0) filter.until_ms = static_cast<std::int64_t>(random.below(1'200'000));
    if (random.below(2) == 0) filter.kinds = static_cast<std::uint32_t>(random.below(1 << 15));
    filter.newest_first = random.below(2) == 0;
    const std::size_t most = random.below(2) == 0 ? SIZE_MAX : 1 + random.below(5);
    ASSERT_EQ(seqs(*tables_, filter, most), seqs(list_, filter, most)) << i;
  }
}

TEST_F(EventTablesTest, ExtremesAreNoTrouble) {
  add(INT64_MIN);
  add(INT64_MAX - 1);
  EXPECT_EQ(seqs(*tables_, {.node = {}, .since_ms = 0}), (Seqs{2}));
  EXPECT_EQ(seqs(*tables_, {.node = {}, .until_ms = 0}), (Seqs{1}));
  EXPECT_EQ(seqs(*tables_, {.node = {}, .until_ms = INT64_MAX}), (Seqs{1, 2}));
  EXPECT_EQ(seqs(*tables_, {.node = {}, .after_seq = UINT64_MAX}), Seqs{});
}

// The clock was set a day wrong and back: what it stamped is found all the same.
TEST_F(EventTablesTest, FindsWhatAWrongClockStamped) {
  add(10 * kDay);
  add(10 * kDay + kDay / 2);
  add(10 * kDay + 5);
  EXPECT_EQ(seqs(*tables_, {.node = {}, .since_ms = 10 * kDay + 3}), (Seqs{2, 3}));
  EXPECT_EQ(seqs(*tables_, {.node = {}, .until_ms = 10 * kDay + 9}), (Seqs{1, 3}));
}

TEST_F(EventTablesTest, FiltersUseTheIndexThatFits) {
  for (const bool newest_first : {false, true}) {
    const std::string of_one = plan(true, newest_first);
    EXPECT_NE(of_one.find("events_by_node (node=? AND seq>? AND seq<?)"), std::string::npos)
        << of_one;
    EXPECT_EQ(of_one.find("TEMP B-TREE"), std::string::npos) << of_one;
    const std::string of_all = plan(false, newest_first);
    EXPECT_NE(of_all.find("SEARCH events USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
              std::string::npos)
        << of_all;
    EXPECT_NE(of_all.find("SEARCH names USING INTEGER PRIMARY KEY"), std::string::npos) << of_all;
    EXPECT_EQ(of_all.find("TEMP B-TREE"), std::string::npos) << of_all;
  }
}

TEST_F(EventTablesTest, TheOldestAreDroppedFirst) {
  for (int i = 1; i <= 10; ++i) add(i * 100);
  // The clock stepped back: the fourth keeps those behind it.
  add(50);
  EXPECT_EQ(tables_->drop_before(400, 2), 2U);
  EXPECT_EQ(tables_->oldest(), 3U);
  EXPECT_EQ(tables_->drop_before(400, 100), 1U);
  EXPECT_EQ(tables_->drop_before(400, 100), 0U);
  EXPECT_EQ(seqs(*tables_, {}), (Seqs{4, 5, 6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(tables_->drop_oldest(2), 2U);
  EXPECT_EQ(tables_->oldest(), 6U);
}

TEST_F(EventTablesTest, TheNewestStays) {
  for (int i = 1; i <= 3; ++i) add(i);
  EXPECT_EQ(tables_->drop_before(1000, 100), 2U);
  EXPECT_EQ(tables_->drop_oldest(100), 0U);
  EXPECT_EQ(tables_->newest(), 3U);
  EXPECT_EQ(tables_->oldest(), 3U);
}

// Of senders that were refused once, names would otherwise pile up for ever.
TEST_F(EventTablesTest, NamesGoWithTheLastOfTheirEvents) {
  for (int i = 0; i < 20; ++i) add(1000, EventKind::kRefused, "n" + std::to_string(i % 10));
  EXPECT_EQ(tables_->drop_oldest(15), 15U);  // n5 to n9 are left
  EXPECT_EQ(tables_->drop_unused_names(4), 4U);
  EXPECT_EQ(tables_->drop_unused_names(4), 1U);
  EXPECT_EQ(tables_->drop_unused_names(4), 0U);
  EXPECT_EQ(database_.number("SELECT count(*) FROM names"), 5);
  add(1000, EventKind::kRefused, "n1");
  EXPECT_EQ(database_.number("SELECT count(*) FROM names"), 6);
}

TEST_F(EventTablesTest, LoadsTheLatest) {
  for (int i = 1; i <= 5; ++i) add(i);
  Seqs found;
  tables_->load_latest(2, [&](const PastEvent& event) { found.push_back(event.seq); });
  EXPECT_EQ(found, (Seqs{4, 5}));
  found.clear();
  tables_->load_latest(100, [&](const PastEvent& event) { found.push_back(event.seq); });
  EXPECT_EQ(found.size(), 5U);
}

TEST_F(EventTablesTest, ARollbackIsForgotten) {
  {
    const Transaction transaction(database_);
    tables_->append(1, 5, EventKind::kJoined, "a", "x");
  }
  tables_->forget_cached();
  EXPECT_EQ(tables_->newest(), 0U);
  add(5, EventKind::kJoined, "b");
  add(6, EventKind::kJoined, "a");
  EXPECT_EQ(seqs(*tables_, {.node = "a"}), (Seqs{2}));
}

TEST_F(EventTablesTest, AVisitThatThrowsLeavesItReady) {
  add(5);
  const auto throws = [](const PastEvent&) -> bool { throw std::bad_alloc(); };
  EXPECT_THROW(tables_->visit({}, throws), std::bad_alloc);
  EXPECT_EQ(seqs(*tables_, {}), (Seqs{1}));
}

TEST_F(EventTablesTest, KindsOfALaterVersionArePassedOver) {
  add(5);
  database_.run("INSERT INTO events SELECT 2, 6, 31, node, body FROM events WHERE seq = 1");
  database_.run("INSERT INTO events SELECT 3, 7, 0, node, body FROM events WHERE seq = 1");
  EXPECT_EQ(seqs(*tables_, {}), (Seqs{1, 3}));
}

}  // namespace
}  // namespace rollcall
