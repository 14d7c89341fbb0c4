#include "broker/history/chunk.hpp"

#include <gtest/gtest.h>

#include "agent/simulate/simulated_source.hpp"
#include "broker/history/packed_points.hpp"
#include "broker/history/quantise.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/random.hpp"
#include "tests/history/kept_history.hpp"

using namespace rollcall;

namespace {

using Points = std::vector<HistoryPoint>;

// Anything that is sound, mostly changing little, now and then anything at all.
Points wild_points(std::uint64_t seed) {
  Random random(seed);
  Points points(1 + random.below(limits::kChunkPoints));
  HistoryPoint point;
  std::uint64_t at = random.below(1'000'000'000'000);
  for (HistoryPoint& each : points) {
    at += 1 + (random.chance(0.9) ? 10'000 : random.below(1 << 20));
    for (std::size_t column = HistoryPoint::kStorageUsed; column <= HistoryPoint::kMemoryTotal;
         ++column) {
      if (random.chance(0.3)) point.columns[column] += random.below(1 << 20);
      if (random.chance(0.02)) point.columns[column] = random.next() >> random.below(64);
    }
    point.columns[HistoryPoint::kAt] = at;
    point.columns[HistoryPoint::kCpu] = random.below(10'000);
    point.columns[HistoryPoint::kCpuAbove] = random.chance(0.5) ? random.below(100) : 0;
    point.columns[HistoryPoint::kReceived] = random.below(kMostRateCode + 1);
    point.columns[HistoryPoint::kSent] = random.below(kMostRateCode + 1);
    point.columns[HistoryPoint::kState] = random.below(kStateNames.size());
    point.columns[HistoryPoint::kSamples] = 1 + random.below(7);
    point.columns[HistoryPoint::kNodes] = random.below(10'000);
    each = point;
  }
  return points;
}

Points day_of(std::size_t machine) {
  SimulatedSource source("n" + std::to_string(machine), {.tell_work = false}, {0, 0});
  Random random(machine);
  Points points;
  for (std::int64_t at = 0; at < 86'400'000; at += 10'000) {
    source.sample({at, at}, true);
    if (source.is_down()) continue;
    const Reading& reading = source.reading();
    points.push_back(point_of({.at_ms = at + static_cast<std::int64_t>(random.below(4)),
                               .storage = reading.storage,
                               .memory = reading.memory,
                               .cpu_percent = reading.cpu_percent,
                               .rx = reading.network.rx,
                               .tx = reading.network.tx,
                               .state = reading.state}));
  }
  return points;
}

}  // namespace

TEST(Chunk, GivesBackWhatWasPutIn) {
  std::string bytes;
  Points again;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Points points = wild_points(seed);
    encode_chunk(points, bytes);
    ASSERT_TRUE(decode_chunk(bytes, again)) << seed;
    ASSERT_EQ(again, points) << seed;
  }
}

TEST(Chunk, GivesBackTheLargestNumbers) {
  Points points(3, point_of(test::sample_at(1)));
  points[0].columns[HistoryPoint::kStorageUsed] = UINT64_MAX;
  points[1].columns[HistoryPoint::kStorageUsed] = 1;
  points[2].columns[HistoryPoint::kStorageUsed] = UINT64_MAX / 2 + 1;
  points[1].columns[HistoryPoint::kAt] = 2;
  points[2].columns[HistoryPoint::kAt] = static_cast<std::uint64_t>(kLatestPointMs);
  std::string bytes;
  Points again;
  encode_chunk(points, bytes);
  ASSERT_TRUE(decode_chunk(bytes, again));
  EXPECT_EQ(again, points);
}

TEST(Chunk, TakesLessThanTwelveBytesASample) {
  std::string bytes;
  std::size_t all = 0;
  std::size_t samples = 0;
  for (std::size_t machine = 0; machine < 4; ++machine) {
    const Points day = day_of(machine);
    for (std::size_t i = 0; i + limits::kUsualChunkPoints <= day.size();
         i += limits::kUsualChunkPoints) {
      const auto begins = day.begin() + static_cast<std::ptrdiff_t>(i);
      encode_chunk({begins, begins + limits::kUsualChunkPoints}, bytes);
      all += bytes.size();
      samples += limits::kUsualChunkPoints;
    }
  }
  EXPECT_LT(static_cast<double>(all) / static_cast<double>(samples), 9.5);
}

TEST(Chunk, WhatDoesNotChangeCostsNothing) {
  Points points;
  for (int i = 0; i < 120; ++i) points.push_back(point_of(test::sample_at(1'000'000 + i * 60'000)));
  std::string bytes;
  encode_chunk(points, bytes);
  EXPECT_LT(bytes.size(), 60u);
}

TEST(Chunk, RefusesWhatIsCutShortOrTooLong) {
  const Points points = wild_points(5);
  std::string bytes;
  Points again;
  encode_chunk(points, bytes);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    ASSERT_FALSE(decode_chunk(Bytes(bytes).substr(0, length), again)) << length;
  }
  EXPECT_FALSE(decode_chunk(bytes + '\0', again));
  bytes[0] = 2;
  EXPECT_FALSE(decode_chunk(bytes, again));
}

TEST(Chunk, DamageGivesSoundPointsOrNone) {
  Random random(9);
  std::string bytes;
  Points again;
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (i % 100 == 0) encode_chunk(wild_points(static_cast<std::uint64_t>(i)), bytes);
    std::string damaged = bytes;
    damaged[random.below(damaged.size())] ^= static_cast<char>(1 + random.below(255));
    if (!decode_chunk(damaged, again)) {
      ++refused;
      continue;
    }
    ASSERT_LE(again.size(), limits::kChunkPoints);
    for (const HistoryPoint& point : again) ASSERT_TRUE(is_sound(point));
  }
  EXPECT_GT(refused, 0);
}

TEST(Chunk, RefusesTimeThatDoesNotRise) {
  Points points(2, point_of(test::sample_at(5)));
  std::string bytes;
  Points again;
  encode_chunk(points, bytes);
  EXPECT_FALSE(decode_chunk(bytes, again));
}

TEST(PackedPoints, GiveBackWhatWasPutIn) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Points points = wild_points(seed);
    PackedPoints packed;
    for (const HistoryPoint& point : points) packed.append(point);
    Points again;
    packed.visit([&](const HistoryPoint& point) { again.push_back(point); });
    ASSERT_EQ(again, points);
    ASSERT_EQ(packed.count(), points.size());
  }
}

TEST(PackedPoints, RefuseNumbersWithoutAnEnd) {
  std::uint64_t value = 0;
  Bytes endless = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
  EXPECT_FALSE(take_varint(endless, value));
  Bytes cut = "\x80";
  EXPECT_FALSE(take_varint(cut, value));
  HistoryPoint point;
  Bytes unknown_column("\x80\x20\x01", 3);
  EXPECT_FALSE(take_point(unknown_column, {}, point));
}
