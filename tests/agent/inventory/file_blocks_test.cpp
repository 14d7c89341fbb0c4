#include "agent/inventory/file_blocks.hpp"

#include <algorithm>
#include <initializer_list>

#include <gtest/gtest.h>

#include "shared/core/ids.hpp"

namespace rollcall {
namespace {

using Kind = ChangeBatch::Kind;

ScanResult scan_of(std::initializer_list<std::string_view> names) {
  ScanResult scan;
  for (const std::string_view name : names) {
    scan.seen.push_back(hash_of(name));
    scan.digest += hash_of(name);
  }
  std::sort(scan.seen.begin(), scan.seen.end());
  return scan;
}

ChangeBatch puts(std::initializer_list<std::string_view> names) {
  ChangeBatch batch;
  for (const std::string_view name : names) batch.add(Kind::kPut, name, 1);
  return batch;
}

void end_scan(FileBlocks& blocks, const ScanResult& scan) {
  ChangeBatch batch;
  batch.add(Kind::kScanEnded, {});
  blocks.apply(batch, &scan);
}

TEST(FileBlocks, PutsAndRemoves) {
  FileBlocks blocks;
  blocks.apply(puts({"a", "b"}), nullptr);
  ChangeBatch batch;
  batch.add(Kind::kRemove, "a");
  batch.add(Kind::kRemove, "never there");
  blocks.apply(batch, nullptr);
  EXPECT_FALSE(blocks.set().contains("a"));
  EXPECT_TRUE(blocks.set().contains("b"));
}

TEST(FileBlocks, ADirectoryGoesWithAllThatIsInItAndNothingElse) {
  FileBlocks blocks;
  blocks.apply(puts({"d/a", "d/e/b", "d", "da", "dir/x", "x/d/a"}), nullptr);
  ChangeBatch batch;
  batch.add(Kind::kRemoveUnder, "d");
  blocks.apply(batch, nullptr);
  EXPECT_EQ(blocks.set().size(), 4u);
  EXPECT_FALSE(blocks.set().contains("d/a"));
  EXPECT_FALSE(blocks.set().contains("d/e/b"));
}

TEST(FileBlocks, ADirectoryThatGoesAndComesBackHasOnlyWhatIsNew) {
  FileBlocks blocks;
  blocks.apply(puts({"d/old", "e/old"}), nullptr);
  ChangeBatch batch;
  batch.add(Kind::kRemoveUnder, "d");
  batch.add(Kind::kRemoveUnder, "e");
  batch.add(Kind::kPut, "d/new", 1);
  batch.add(Kind::kRemoveUnder, "e");
  blocks.apply(batch, nullptr);
  EXPECT_EQ(blocks.set().size(), 1u);
  EXPECT_TRUE(blocks.set().contains("d/new"));
}

TEST(FileBlocks, AScanSweepsOutWhatItDidNotSee) {
  FileBlocks blocks;
  blocks.apply(puts({"a", "b", "c"}), nullptr);
  end_scan(blocks, scan_of({"a", "c"}));
  EXPECT_EQ(blocks.set().size(), 2u);
  EXPECT_FALSE(blocks.set().contains("b"));
  EXPECT_EQ(blocks.swept(), 1u);
}

TEST(FileBlocks, AScanThatAgreesSweepsNothing) {
  FileBlocks blocks;
  blocks.apply(puts({"a", "b"}), nullptr);
  end_scan(blocks, scan_of({"b", "a"}));
  EXPECT_EQ(blocks.set().size(), 2u);
  EXPECT_EQ(blocks.swept(), 0u);
}

TEST(FileBlocks, TheSweepKnowsItsDigestThroughPutsRemovesAndSweeps) {
  FileBlocks blocks;
  blocks.apply(puts({"a", "b", "c", "d"}), nullptr);
  ChangeBatch batch;
  batch.add(Kind::kRemoveUnder, "none");
  batch.add(Kind::kPut, "a", 9);
  batch.add(Kind::kRemove, "d");
  blocks.apply(batch, nullptr);
  end_scan(blocks, scan_of({"a", "b"}));
  // As many as seen, but others: only the digest can tell.
  blocks.apply(puts({"e"}), nullptr);
  end_scan(blocks, scan_of({"a", "b", "z"}));
  EXPECT_EQ(blocks.set().size(), 2u);
  EXPECT_FALSE(blocks.set().contains("e"));
}

TEST(FileBlocks, AFileThatIsStillWrittenIsNoDisagreement) {
  FileBlocks blocks;
  blocks.apply(puts({"a", "known"}), nullptr);
  ScanResult scan = scan_of({"a", "known", "new"});
  scan.waiting = {"new", "known"};
  end_scan(blocks, scan);
  EXPECT_EQ(blocks.swept(), 0u);
  EXPECT_EQ(blocks.set().size(), 2u);
  scan = scan_of({"known", "new"});
  scan.waiting = {"new", "known"};
  end_scan(blocks, scan);
  EXPECT_EQ(blocks.swept(), 1u);
  EXPECT_TRUE(blocks.set().contains("known"));
}

TEST(FileBlocks, AScanThatCouldNotReadAllSweepsNothing) {
  FileBlocks blocks;
  blocks.apply(puts({"a", "b"}), nullptr);
  ScanResult scan = scan_of({"a"});
  scan.failed = 1;
  end_scan(blocks, scan);
  EXPECT_EQ(blocks.set().size(), 2u);
}

TEST(FileBlocks, WhatASetRefusesIsCountedByScan) {
  FileBlocks blocks;
  blocks.apply(puts({"a", "\xff"}), nullptr);
  EXPECT_EQ(blocks.refused(), 0u);
  end_scan(blocks, scan_of({"a"}));
  EXPECT_EQ(blocks.refused(), 1u);
  end_scan(blocks, scan_of({"a"}));
  EXPECT_EQ(blocks.refused(), 0u);
}

}  // namespace
}  // namespace rollcall
