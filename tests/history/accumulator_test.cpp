#include "broker/history/accumulator.hpp"

#include <gtest/gtest.h>

#include "broker/history/quantise.hpp"
#include "tests/history/kept_history.hpp"

using namespace rollcall;
using namespace rollcall::test;

// [P74] Means of the step; the highest cpu; the last storage and totals; the worst state.
TEST(Accumulator, TakesEachColumnInItsWay) {
  Sample first = sample_at(1'000, 20);
  first.state = State::kCritical;
  first.rx = 100;
  Sample second = sample_at(2'000, 40);
  second.storage = {500'000, 2'000'000};
  second.memory = {5'000'000, 9'000'000};
  second.rx = 50;
  Accumulator both;
  both.add(point_of(first));
  both.add(point_of(second));
  const Sample made = sample_of(both.point(0));
  EXPECT_DOUBLE_EQ(made.cpu_percent, 30);
  EXPECT_DOUBLE_EQ(both.cpu_highest_percent(), 40);
  EXPECT_EQ(made.storage, (UsedTotal{500'000, 2'000'000}));
  EXPECT_EQ(made.memory, (UsedTotal{4'000'000, 9'000'000}));
  EXPECT_EQ(made.rx, 75u);
  EXPECT_EQ(made.tx, 100u);
  EXPECT_EQ(made.state, State::kCritical);
  EXPECT_EQ(both.samples(), 2u);
}

TEST(Accumulator, PartsWeighAsManySamplesAsTheyAreOf) {
  Accumulator whole;
  Accumulator parts;
  Accumulator part;
  for (int i = 0; i < 7; ++i) {
    const HistoryPoint point = point_of(sample_at(i * 1'000, i * 10));
    whole.add(point);
    part.add(point);
    if (i == 1 || i == 6) {
      parts.add(part.point(i * 1'000));
      part.clear();
    }
  }
  EXPECT_EQ(parts.point(0), whole.point(0));
  EXPECT_DOUBLE_EQ(parts.cpu_percent(), 30);
}

// What is the last is told by time: after a step of the clock parts come in any order.
TEST(Accumulator, TheLastIsTheLatest) {
  Accumulator two;
  Sample late = sample_at(5'000);
  late.storage.used = 7;
  two.add(point_of(late));
  two.add(point_of(sample_at(4'000)));
  EXPECT_EQ(two.last().columns[HistoryPoint::kStorageUsed], 7u);
}
