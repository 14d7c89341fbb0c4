// Numbers of events behind a restore may have a gap [P82]: tables and the log cope with it.
#include "broker/io/store/schema.hpp"
#include "tests/store/running_store.hpp"

namespace rollcall {
namespace {

struct Gapped {
  Gapped() : database(":memory:") {
    migrate(database);
    events = std::make_unique<EventTables>(database);
    for (const std::uint64_t seq : {1u, 2u, 3u, 1001u, 1002u}) {
      events->append(seq, static_cast<std::int64_t>(seq), EventKind::kState, "n", "b");
    }
  }
  std::vector<std::uint64_t> seqs(EventFilter filter = {}) {
    std::vector<std::uint64_t> found;
    events->visit(filter, [&](const PastEvent& event) {
      found.push_back(event.seq);
      return true;
    });
    return found;
  }
  Database database;
  std::unique_ptr<EventTables> events;
};

using Seqs = std::vector<std::uint64_t>;

TEST(GapOfNumbers, EventsAreFoundOnBothSides) {
  Gapped it;
  EXPECT_EQ(it.events->oldest(), 1u);
  EXPECT_EQ(it.events->newest(), 1002u);
  EXPECT_EQ(it.seqs(), (Seqs{1, 2, 3, 1001, 1002}));
  EXPECT_EQ(it.seqs({.node = {}, .after_seq = 2}), (Seqs{3, 1001, 1002}));
  EXPECT_EQ(it.seqs({.node = {}, .after_seq = 500}), (Seqs{1001, 1002}));
}

TEST(GapOfNumbers, RetentionGoesAcrossIt) {
  Gapped it;
  // Each call drops something while something is due, and never more than that.
  for (int i = 0; i < 5; ++i) it.events->drop_before(1002, 256);
  EXPECT_EQ(it.seqs(), (Seqs{1002}));
  Gapped other;
  EXPECT_GT(other.events->drop_oldest(4), 0u);
  EXPECT_EQ(other.seqs(), (Seqs{1001, 1002}));
}

TEST(GapOfNumbers, TheLogKeepsWhatIsBehindIt) {
  EventLog log;
  log.resume(1002, {kept_event(1), kept_event(2), kept_event(1001), kept_event(1002)});
  EXPECT_EQ(log.oldest(), 1001u);
  EXPECT_EQ(log.newest(), 1002u);
  EXPECT_EQ(log.at(1001).seq, 1001u);
  log.append(EventKind::kState, "n", 5, "b");
  EXPECT_EQ(log.at(1003).seq, 1003u);
}

TEST(GapOfNumbers, TheLogSkips) {
  EventLog log(4);
  for (int i = 0; i < 6; ++i) log.append(EventKind::kState, "n", 5, "b");
  log.skip_to(100);
  EXPECT_EQ(log.next_seq(), 101u);
  EXPECT_GT(log.oldest(), log.newest());  // nothing is kept
  for (int i = 0; i < 6; ++i) log.append(EventKind::kState, "n", 5, "b");
  EXPECT_EQ(log.oldest(), 103u);
  for (std::uint64_t seq = 103; seq <= 106; ++seq) EXPECT_EQ(log.at(seq).seq, seq);
  log.skip_to(50);  // never back
  EXPECT_EQ(log.next_seq(), 107u);
  // As a store leaves it whose last numbers were reserved, and not used.
  log.resume(1'000'000, {kept_event(1)});
  EXPECT_GT(log.oldest(), log.newest());
  EXPECT_EQ(EventLog().oldest(), 0u);
}

}  // namespace
}  // namespace rollcall
