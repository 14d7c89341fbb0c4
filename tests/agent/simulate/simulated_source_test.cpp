#include "agent/simulate/simulated_source.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace rollcall {
namespace {

constexpr Now kStart{5'000, 1'790'000'000'000};
constexpr std::int64_t kHourMs = 3'600'000;

Now after(std::int64_t passed_ms) {
  return {kStart.steady_ms + passed_ms, kStart.wall_ms + passed_ms};
}

std::map<std::string, std::uint64_t> blocks_of(SimulatedSource& source) {
  std::map<std::string, std::uint64_t> blocks;
  source.blocks()->for_each([&](const Block& block) { blocks.emplace(block.id, block.bytes); });
  return blocks;
}

void expect_same(SimulatedSource& a, SimulatedSource& b) {
  EXPECT_EQ(a.reading().state, b.reading().state);
  EXPECT_EQ(a.reading().reasons, b.reading().reasons);
  EXPECT_EQ(a.reading().storage, b.reading().storage);
  EXPECT_EQ(a.reading().cpu_percent, b.reading().cpu_percent);
  EXPECT_EQ(a.reading().memory, b.reading().memory);
  EXPECT_EQ(a.reading().network, b.reading().network);
  EXPECT_EQ(a.reading().uptime_s, b.reading().uptime_s);
  EXPECT_EQ(blocks_of(a), blocks_of(b));
}

TEST(SimulatedSource, TheSameSeedNodeAndTimesGiveTheSame) {
  SimulatedSource a("n1", {.seed = 9}, kStart);
  SimulatedSource b("n1", {.seed = 9}, kStart);
  for (std::int64_t t = 0; t < 24 * kHourMs; t += 10'000) {
    a.sample(after(t), true);
    b.sample(after(t), true);
    ASSERT_EQ(a.is_down(), b.is_down());
    if (t % kHourMs == 0) expect_same(a, b);
  }
}

TEST(SimulatedSource, HowOftenItIsSampledDoesNotMatter) {
  SimulatedSource often("n1", {.seed = 9}, kStart);
  SimulatedSource seldom("n1", {.seed = 9}, kStart);
  for (std::int64_t t = 0; t <= 48 * kHourMs; t += 1500) {
    often.sample(after(t), t % 6000 == 0);
    if (t % kHourMs != 0) continue;
    seldom.sample(after(t), true);
    expect_same(often, seldom);
  }
}

TEST(SimulatedSource, AnotherSeedOrNodeIsAnotherMachine) {
  SimulatedSource a("n1", {.seed = 9}, kStart);
  SimulatedSource b("n2", {.seed = 9}, kStart);
  SimulatedSource c("n1", {.seed = 10}, kStart);
  EXPECT_NE(blocks_of(a), blocks_of(b));
  EXPECT_NE(blocks_of(a), blocks_of(c));
  EXPECT_NE(a.reading().storage, b.reading().storage);
  EXPECT_NE(a.reading().storage, c.reading().storage);
}

TEST(SimulatedSource, CapacityIsAsGiven) {
  const SimulatedSource source("n", {.capacity_bytes = 1'000'000}, kStart);
  EXPECT_EQ(source.reading().storage.total, 1'000'000u);
}

TEST(SimulatedSource, CapacityVariesByHalfAndHardwareIsPlausible) {
  std::set<std::uint64_t> links;
  for (int i = 0; i < 200; ++i) {
    const SimulatedSource source("n" + std::to_string(i), {}, kStart);
    EXPECT_GE(source.reading().storage.total, std::uint64_t{2} << 40);
    EXPECT_LE(source.reading().storage.total, std::uint64_t{6} << 40);
    EXPECT_GE(source.reading().memory.total, std::uint64_t{16} << 30);
    EXPECT_LE(source.reading().memory.total, std::uint64_t{256} << 30);
    links.insert(source.reading().network.capacity);
    EXPECT_FALSE(source.is_down());
  }
  EXPECT_EQ(links, (std::set<std::uint64_t>{125'000'000, 1'250'000'000, 3'125'000'000}));
}

TEST(SimulatedSource, SimulatedTimeRunsFaster) {
  SimulatedSource fast("n1", {.seed = 9, .time_scale = 60}, kStart);
  SimulatedSource real("n1", {.seed = 9}, kStart);
  for (std::int64_t t = 0; t <= 600'000; t += 10'000) fast.sample(after(t), true);
  for (std::int64_t t = 0; t <= 36'000'000; t += 600'000) real.sample(after(t), true);
  expect_same(fast, real);
}

TEST(SimulatedSource, AnImpossibleTimeScaleIsMoved) {
  for (const double scale : {0.0, -5.0, 1e300, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
    SimulatedSource source("n1", {.time_scale = scale}, kStart);
    const std::uint64_t before_s = source.reading().uptime_s;
    source.sample(after(1000), true);
    EXPECT_LE(source.reading().storage.used, source.reading().storage.total);
    if (scale <= 0) {
      EXPECT_LE(source.reading().uptime_s, before_s + 1);
    }
  }
}

// After a pause of a month it works off an hour at most; a clock that stands still is no trouble.
TEST(SimulatedSource, ALongPauseIsSkipped) {
  SimulatedSource source("n1", {.restarts = false}, kStart);
  source.blocks()->take_change();
  const std::uint64_t uptime_s = source.reading().uptime_s;
  const auto before = blocks_of(source);
  source.sample(after(30 * 24 * kHourMs), true);
  EXPECT_EQ(source.reading().uptime_s, uptime_s + 30 * 86'400);
  std::size_t gone = 0;
  const auto now = blocks_of(source);
  for (const auto& [id, bytes] : before) gone += now.contains(id) ? 0u : 1u;
  EXPECT_LT(gone, before.size());  // a month would have replaced every one
  source.sample(after(0), true);
  EXPECT_EQ(source.reading().uptime_s, uptime_s + 30 * 86'400);
}

TEST(SimulatedSource, RestartsAndItsUptimeBeginsAgain) {
  SimulatedSource source("n1", {.seed = 2}, kStart);
  int restarts = 0;
  bool was_down = false;
  std::uint64_t uptime_s = source.reading().uptime_s;
  for (std::int64_t t = 0; t < 240 * kHourMs; t += 5000) {
    source.sample(after(t), true);
    if (source.is_down()) {
      was_down = true;
      continue;
    }
    if (was_down) {
      ++restarts;
      EXPECT_LT(source.reading().uptime_s, 11u);
    } else if (t > 0) {
      EXPECT_EQ(source.reading().uptime_s, uptime_s + 5);
    }
    was_down = false;
    uptime_s = source.reading().uptime_s;
  }
  EXPECT_EQ(restarts, 60);
}

// Sampled once an hour, most outages lie between two announcements: each is told all the same.
TEST(SimulatedSource, ARestartBetweenTwoAnnouncementsIsTold) {
  SimulatedSource source("n1", {.seed = 2}, kStart);
  int told = 0;
  for (std::int64_t t = 0; t < 240 * kHourMs; t += kHourMs) {
    source.sample(after(t + kHourMs / 2), false);
    const bool knew = source.is_down();
    source.sample(after(t + kHourMs / 2), true);
    EXPECT_EQ(source.is_down(), knew);
    told += source.is_down() ? 1 : 0;
    source.sample(after(t + kHourMs / 2 + 180'000), true);
    EXPECT_LE(source.reading().uptime_s, 61 * 86'400u + 3600 * 240);
  }
  EXPECT_GE(told, 55);
  EXPECT_LE(told, 60);
}

TEST(SimulatedSource, TellsItsWorkAndStaysSmallWhenNobodyListens) {
  SimulatedSource source("n1", {.seed = 2}, kStart);
  std::set<std::string> events;
  for (std::int64_t t = 0; t < 24 * kHourMs; t += 10'000) {
    source.sample(after(t), true);
    const auto lines = source.take_lines();
    EXPECT_LE(lines.size(), 4u);
    for (const Line& line : lines) events.insert(line.event);
  }
  EXPECT_TRUE(events.contains("wrote") && events.contains("read") && events.contains("deleted"));
  for (std::int64_t t = 24 * kHourMs; t < 48 * kHourMs; t += 10'000) source.sample(after(t), true);
  EXPECT_EQ(source.take_lines().size(), WorkLines::kMost + 1);

  SimulatedSource silent("n1", {.seed = 2, .tell_work = false}, kStart);
  for (std::int64_t t = 0; t < 24 * kHourMs; t += kHourMs) silent.sample(after(t), true);
  EXPECT_TRUE(silent.take_lines().empty());
  EXPECT_EQ(silent.due_at_ms(), kNever);
}

}  // namespace
}  // namespace rollcall
