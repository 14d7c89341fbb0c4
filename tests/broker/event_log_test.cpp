#include "broker/events/event_log.hpp"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

std::vector<KeptEvent> events(std::initializer_list<std::uint64_t> numbers) {
  std::vector<KeptEvent> all;
  for (const std::uint64_t seq : numbers) {
    all.push_back({seq, 1000, EventKind::kJoined, "node", std::to_string(seq)});
  }
  return all;
}

TEST(EventLog, GoesOnWithWhatAStoreRemembers) {  // [P67]
  EventLog log;
  log.resume(7, events({5, 6, 7}));
  log.append(EventKind::kLeft, "node", 2000, "8");
  EXPECT_EQ(log.oldest(), 5u);
  EXPECT_EQ(log.newest(), 8u);
  for (std::uint64_t seq = 5; seq <= 8; ++seq) {
    EXPECT_EQ(log.at(seq).seq, seq);
    EXPECT_EQ(log.at(seq).body, std::to_string(seq));
  }
}

// Numbers that could not be stored leave a hole: what lies before it is found in the store alone.
TEST(EventLog, BeginsBehindTheLastHole) {
  EventLog log;
  log.resume(22, events({1, 2, 3, 20, 21, 22}));
  EXPECT_EQ(log.oldest(), 20u);
  EXPECT_EQ(log.newest(), 22u);
  EXPECT_EQ(log.at(22).body, "22");
  log.append(EventKind::kLeft, "node", 2000, "23");
  EXPECT_EQ(log.at(20).body, "20");
  EXPECT_EQ(log.at(23).body, "23");
}

TEST(EventLog, BeginsBehindNumbersThatWereReserved) {
  EventLog log;
  log.resume(1'000'003, events({1, 2, 3}));
  EXPECT_EQ(log.newest(), 1'000'003u);
  log.append(EventKind::kLeft, "node", 2000, "next");
  EXPECT_EQ(log.oldest(), 1'000'004u);
  EXPECT_EQ(log.at(1'000'004).body, "next");
}

}  // namespace
}  // namespace rollcall
