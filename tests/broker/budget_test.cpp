#include "broker/budget.hpp"

#include <gtest/gtest.h>

#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kGiB = 1024 * kMiB;

Fitted fitted(const Asked& asked, const Resources& there) {
  const auto result = fit(asked, there);
  EXPECT_TRUE(result) << result.error();
  return *result;
}

std::string why_not(const Asked& asked, const Resources& there) {
  const auto result = fit(asked, there);
  EXPECT_FALSE(result);
  return result ? "" : result.error();
}

TEST(Budget, WhereThereIsPlentyTheDefaultsHold) {
  const Fitted it = fitted({}, {64 * kGiB, 20'000});
  EXPECT_EQ(it.allowed.nodes, limits::kNodes);
  EXPECT_EQ(it.allowed.blocks, limits::kBlocksHeld);
  EXPECT_EQ(it.allowed.connections, 20'000 - limits::kOwnDescriptors);
  EXPECT_FALSE(it.lowered);
}

TEST(Budget, TheDefaultsFitAnyMachine) {
  for (const std::uint64_t descriptors : {256u, 1024u, 20'000u, 1'048'576u}) {
    for (std::uint64_t memory = 128 * kMiB; memory <= 1024 * kGiB; memory *= 2) {
      const Fitted it = fitted({}, {memory, descriptors});
      EXPECT_LE(MemoryBudget(it.allowed).total(), memory);
      EXPECT_FALSE(it.too_small);
      EXPECT_GE(it.allowed.nodes, 1000u);
      EXPECT_GE(it.allowed.connections, 192u);
      EXPECT_GE(it.allowed.blocks, 10'000u);
    }
  }
  const Fitted small = fitted({}, {3 * kGiB, 1'048'576});
  EXPECT_TRUE(small.lowered);
  EXPECT_EQ(small.allowed.nodes, limits::kNodes) << "a quarter is enough for all of them";
}

TEST(Budget, AMachineThatIsTooSmallIsNobodysFault) {
  const Fitted it = fitted({}, {32 * kMiB, 20'000});
  EXPECT_TRUE(it.too_small);
  EXPECT_EQ(it.allowed.nodes, 1000u);
}

TEST(Budget, WhatWasAskedForIsKeptOrRefused) {
  const Fitted it = fitted({.nodes = 1'000'000, .blocks = 0}, {kGiB, 20'000});
  EXPECT_EQ(it.allowed.nodes, 1'000'000u);
  EXPECT_EQ(it.allowed.blocks, 0u);
  EXPECT_LE(MemoryBudget(it.allowed).total(), kGiB);

  const std::string why = why_not({.blocks = 20'000'000}, {2 * kGiB, 20'000});
  for (const char* const word : {"20,000,000 blocks", "--max-nodes", "--max-blocks",
                                 "--max-connections", "--memory-limit", "2.00 GiB"}) {
    EXPECT_NE(why.find(word), std::string::npos) << why;
  }
  why_not({.connections = 19'000}, {512 * kMiB, 20'000});
  why_not({.memory_bytes = 32 * kMiB}, {64 * kGiB, 20'000});
}

TEST(Budget, AMemoryLimitCountsInPlaceOfTheMachines) {
  EXPECT_TRUE(fitted({.memory_bytes = kGiB}, {64 * kGiB, 20'000}).lowered);
  EXPECT_FALSE(fitted({.memory_bytes = 64 * kGiB}, {kGiB, 20'000}).lowered);
  EXPECT_EQ(fitted({.memory_bytes = kGiB}, {64 * kGiB, 20'000}).memory_bytes, kGiB);
}

TEST(Budget, WhereNobodyKnowsTheMemoryNothingIsLowered) {
  EXPECT_FALSE(fitted({}, {0, 1'048'576}).lowered);
}

TEST(Budget, ConnectionsNeedDescriptors) {
  EXPECT_EQ(fitted({.connections = 100}, {kGiB, 256}).allowed.connections, 100u);
  EXPECT_EQ(fitted({.connections = 0}, {kGiB, 256}).allowed.connections, 192u)
      << "0 is as many as there are";
  EXPECT_NE(why_not({.connections = 200}, {kGiB, 256}).find("LimitNOFILE"), std::string::npos);
}

}  // namespace
}  // namespace rollcall
