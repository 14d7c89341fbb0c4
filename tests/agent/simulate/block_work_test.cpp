#include "agent/simulate/block_work.hpp"

#include <string_view>

#include <gtest/gtest.h>

#include "shared/core/ids.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kTiB = std::uint64_t{1} << 40;

// What a set announces must be what it holds.
void expect_consistent(BlockWork& work) {
  work.blocks().take_change();
  InventorySummary counted = work.blocks().announced();
  counted.count = counted.bytes = counted.digest = 0;
  work.blocks().for_each([&](const Block& block) {
    ++counted.count;
    counted.bytes += block.bytes;
    counted.digest += hash_of(block.id);
  });
  EXPECT_EQ(work.blocks().announced(), counted);
  EXPECT_EQ(work.bytes(), counted.bytes);
  EXPECT_EQ(work.size(), counted.count);
}

TEST(BlockWork, AFreshNodeHoldsFiftyToAHundredAndFifty) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    BlockWork work(seed, 4 * kTiB);
    EXPECT_TRUE(work.blocks().changed());
    EXPECT_GE(work.size(), 50u);
    EXPECT_LE(work.size(), 150u);
    work.blocks().for_each([&](const Block& block) {
      EXPECT_EQ(block.id.size(), 16u) << block.id;
      EXPECT_EQ(block.id.substr(0, 4), "blk-");
      EXPECT_EQ(block.id.find_first_not_of("0123456789abcdef", 4), std::string_view::npos)
          << block.id;
      EXPECT_GE(block.bytes, 4 * kMiB);
      EXPECT_LE(block.bytes, 128 * kMiB);
    });
    expect_consistent(work);
  }
}

TEST(BlockWork, StaysConsistentAndBoundedOverAWeek) {
  WorkLines lines("n", false);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    BlockWork work(seed, 4 * kTiB);
    work.blocks().take_change();
    std::size_t changes = 0;
    for (int i = 0; i < 7 * 8640; ++i) {
      work.step(0.5, kTiB, i % 4000 > 3970, lines);
      ASSERT_LE(work.size(), BlockWork::kMost);
      changes += work.blocks().take_change().has_value() ? 1u : 0u;
      if (i % 5000 == 0) expect_consistent(work);
    }
    EXPECT_GT(changes, 1000u);
    EXPECT_GT(work.size(), 20u);
    expect_consistent(work);
  }
}

TEST(BlockWork, WritesNothingWhereThereIsNoRoom) {
  WorkLines lines("n", true);
  BlockWork work(1, 4 * kTiB);
  const std::uint64_t before = work.bytes();
  for (int i = 0; i < 5000; ++i) {
    work.step(1.0, 0, false, lines);
    for (const Line& line : lines.take()) EXPECT_NE(line.event, "wrote");
  }
  EXPECT_LT(work.bytes(), before);
}

TEST(BlockWork, OnASmallDiskBlocksAreSmall) {
  for (const std::uint64_t capacity :
       {std::uint64_t{0}, std::uint64_t{1}, 100 * kMiB, 1024 * kMiB}) {
    BlockWork work(1, capacity);
    EXPECT_GE(work.size(), 50u);
    EXPECT_LE(work.bytes(), capacity / 10);
    expect_consistent(work);
  }
}

}  // namespace
}  // namespace rollcall
