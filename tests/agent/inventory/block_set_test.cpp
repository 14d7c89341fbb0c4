#include "agent/inventory/block_set.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "shared/core/ids.hpp"
#include "shared/core/random.hpp"

namespace rollcall {
namespace {

std::map<std::string, std::uint64_t> added(const BlockSet::Change& change) {
  std::map<std::string, std::uint64_t> result;
  for (const Block& block : change.added) result.emplace(block.id, block.bytes);
  return result;
}

TEST(BlockSet, BeginsEmptyAtVersionZero) {
  BlockSet set;
  EXPECT_EQ(set.announced(), InventorySummary{});
  EXPECT_FALSE(set.changed());
  EXPECT_FALSE(set.take_change().has_value());
  EXPECT_EQ(set.announced().version, 0u);
}

TEST(BlockSet, DigestIsTheSumOfTheHashes) {
  BlockSet set;
  EXPECT_TRUE(set.put("a", 10));
  EXPECT_TRUE(set.put("dir/b", 20));
  ASSERT_TRUE(set.take_change().has_value());
  EXPECT_EQ(set.announced(), (InventorySummary{1, 2, 30, hash_of("a") + hash_of("dir/b")}));
  // XXH64("a", seed 0), from the algorithm's own test vectors.
  EXPECT_EQ(hash_of("a"), 0xD24EC4F1A98C6E5Bu);
}

TEST(BlockSet, OrderDoesNotMatter) {
  BlockSet forward;
  BlockSet backward;
  for (int i = 0; i < 100; ++i) forward.put("block-" + std::to_string(i), 7);
  for (int i = 99; i >= 0; --i) backward.put("block-" + std::to_string(i), 7);
  forward.take_change();
  backward.take_change();
  EXPECT_EQ(forward.announced(), backward.announced());
}

TEST(BlockSet, AChangeNamesWhatCameWentAndGrew) {
  BlockSet set;
  set.put("stays", 1);
  set.put("grows", 2);
  set.put("goes", 3);
  set.take_change();
  set.put("grows", 5);
  set.put("comes", 8);
  EXPECT_TRUE(set.remove("goes"));
  EXPECT_TRUE(set.changed());
  // A status sent now still says what was announced.
  EXPECT_EQ(set.announced().count, 3u);
  EXPECT_EQ(set.announced().bytes, 6u);
  const auto change = set.take_change();
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->from, 1u);
  EXPECT_EQ(change->to, 2u);
  EXPECT_EQ(added(*change), (std::map<std::string, std::uint64_t>{{"comes", 8}, {"grows", 5}}));
  ASSERT_EQ(change->removed.size(), 1u);
  EXPECT_EQ(change->removed[0], "goes");
  EXPECT_EQ(set.announced(),
            (InventorySummary{2, 3, 14, hash_of("stays") + hash_of("grows") + hash_of("comes")}));
}

TEST(BlockSet, WhatCameAndWentIsNotMentioned) {
  BlockSet set;
  set.put("brief", 1);
  EXPECT_TRUE(set.remove("brief"));
  EXPECT_FALSE(set.changed());
  EXPECT_FALSE(set.take_change().has_value());
  set.put("kept", 1);
  set.put("brief", 1);
  set.remove("brief");
  const auto change = set.take_change();
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(added(*change), (std::map<std::string, std::uint64_t>{{"kept", 1}}));
  EXPECT_TRUE(change->removed.empty());
}

TEST(BlockSet, WhatWentAndCameBackIsNoChangeUnlessItsSizeIs) {
  BlockSet set;
  set.put("a", 1);
  set.take_change();
  set.remove("a");
  set.put("a", 1);
  EXPECT_FALSE(set.changed());
  set.put("a", 2);
  set.put("a", 1);
  EXPECT_FALSE(set.changed());
  set.remove("a");
  set.put("a", 9);
  const auto change = set.take_change();
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(added(*change), (std::map<std::string, std::uint64_t>{{"a", 9}}));
  EXPECT_EQ(set.announced(), (InventorySummary{2, 1, 9, hash_of("a")}));
}

TEST(BlockSet, RefusesWhatCannotBeAnId) {
  BlockSet set;
  EXPECT_FALSE(set.put("", 1));
  EXPECT_FALSE(set.put(std::string(129, 'x'), 1));
  EXPECT_FALSE(set.put("\xff\xfe", 1));
  EXPECT_EQ(set.size(), 0u);
  EXPECT_FALSE(set.changed());
  EXPECT_TRUE(set.put(std::string(128, 'x'), 1));
  EXPECT_TRUE(set.put("größe", 1));
  EXPECT_TRUE(set.put(std::string_view("\0", 1), 1));
  EXPECT_EQ(set.size(), 3u);
}

TEST(BlockSet, RemovingWhatIsNotThereDoesNothing) {
  BlockSet set;
  EXPECT_FALSE(set.remove("a"));
  EXPECT_FALSE(set.remove(""));
  EXPECT_FALSE(set.changed());
}

TEST(BlockSet, ViewsOfManyRemovedIdsAreWhole) {
  BlockSet set;
  for (int i = 0; i < 1000; ++i) set.put("b" + std::to_string(i), 1);
  set.take_change();
  for (int i = 0; i < 1000; ++i) set.remove("b" + std::to_string(i));
  auto change = set.take_change();
  ASSERT_TRUE(change.has_value());
  ASSERT_EQ(change->removed.size(), 1000u);
  std::sort(change->removed.begin(), change->removed.end());
  EXPECT_EQ(std::unique(change->removed.begin(), change->removed.end()), change->removed.end());
  EXPECT_TRUE(std::binary_search(change->removed.begin(), change->removed.end(), "b512"));
  EXPECT_EQ(set.announced(), (InventorySummary{2, 0, 0, 0}));
}

// Whoever applies each change in turn has the set, whatever was done in between.
TEST(BlockSet, ChangesAddUpToTheSet) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    BlockSet set;
    std::map<std::string, std::uint64_t> mirror;
    for (int step = 0; step < 3000; ++step) {
      const std::string id = "b" + std::to_string(random.below(40));
      if (random.chance(0.5)) {
        set.put(id, random.below(4));
      } else {
        set.remove(id);
      }
      if (!random.chance(0.1)) continue;
      if (const auto change = set.take_change()) {
        EXPECT_FALSE(change->added.empty() && change->removed.empty());
        for (const Block& block : change->added) mirror[std::string(block.id)] = block.bytes;
        for (const std::string_view gone : change->removed) {
          ASSERT_EQ(mirror.erase(std::string(gone)), 1u);
        }
      }
      std::uint64_t digest = 0;
      std::uint64_t bytes = 0;
      for (const auto& [known, size] : mirror) {
        digest += hash_of(known);
        bytes += size;
        ASSERT_TRUE(set.contains(known));
      }
      ASSERT_EQ(set.announced().count, mirror.size());
      ASSERT_EQ(set.announced().digest, digest);
      ASSERT_EQ(set.announced().bytes, bytes);
    }
  }
}

}  // namespace
}  // namespace rollcall
