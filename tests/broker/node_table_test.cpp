#include "broker/registry/node_table.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "broker/registry/id_order.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/random.hpp"

namespace rollcall {
namespace {

std::vector<std::string> ids_from(const NodeTable& nodes, const IdOrder& order,
                                  std::string_view from, bool after) {
  std::vector<std::string> ids;
  order.visit_from(from, after, [&](Slot slot) {
    ids.emplace_back(nodes.at(slot).id());
    return true;
  });
  return ids;
}

// Both against std::map, through growth, removal and reuse of slots.
TEST(NodeTable, AgreesWithAMap) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Random random(seed);
    NodeTable nodes;
    IdOrder order(nodes);
    std::map<std::string, Slot> model;
    for (int round = 0; round < 20'000; ++round) {
      const std::string id = "node-" + std::to_string(random.below(3000));
      const std::uint64_t hash = hash_of(id);
      const auto known = model.find(id);
      ASSERT_EQ(nodes.find(id, hash), known == model.end() ? kNoSlot : known->second);
      if (known == model.end()) {
        const Slot slot = nodes.insert(id, hash);
        order.insert(slot);
        model.emplace(id, slot);
      } else if (random.chance(0.5)) {
        order.erase(known->second);
        nodes.erase(known->second, hash);
        model.erase(known);
      }
      ASSERT_EQ(nodes.size(), model.size());
    }
    std::vector<std::string> expected;
    for (const auto& [id, slot] : model) {
      expected.push_back(id);
      ASSERT_EQ(nodes.at(slot).id(), id);
    }
    EXPECT_EQ(ids_from(nodes, order, "", false), expected) << "seed " << seed;
  }
}

TEST(NodeTable, ReusesTheSlotsOfTheGone) {
  NodeTable nodes;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 100; ++i) {
      const std::string id = std::to_string(round) + "-" + std::to_string(i);
      nodes.insert(id, hash_of(id));
    }
    for (Slot slot = 0; slot < 100; ++slot) nodes.erase(slot, hash_of(nodes.at(slot).id()));
  }
  EXPECT_EQ(nodes.slots(), 100u);
  EXPECT_EQ(nodes.size(), 0u);
}

TEST(NodeTable, TellsEqualHashesApart) {
  NodeTable nodes;
  const Slot a = nodes.insert("a", 42);
  const Slot b = nodes.insert("b", 42);
  EXPECT_EQ(nodes.find("a", 42), a);
  EXPECT_EQ(nodes.find("b", 42), b);
  nodes.erase(a, 42);
  EXPECT_EQ(nodes.find("a", 42), kNoSlot);
  EXPECT_EQ(nodes.find("b", 42), b);
}

TEST(IdOrder, ContinuesBehindAnIdThatIsGone) {
  NodeTable nodes;
  IdOrder order(nodes);
  for (const char* const id : {"c", "a", "e", "b", "d"})
    order.insert(nodes.insert(id, hash_of(id)));
  const Slot c = nodes.find("c", hash_of("c"));
  EXPECT_EQ(ids_from(nodes, order, "c", true), (std::vector<std::string>{"d", "e"}));
  order.erase(c);
  nodes.erase(c, hash_of("c"));
  EXPECT_EQ(ids_from(nodes, order, "c", true), (std::vector<std::string>{"d", "e"}));
  EXPECT_EQ(ids_from(nodes, order, "c", false), (std::vector<std::string>{"d", "e"}));
  EXPECT_TRUE(ids_from(nodes, order, "e", true).empty());
}

TEST(NodeText, KeepsIdAndPairsThroughGrowthAndShrinking) {
  NodeText text;
  text.set_id("node-1");
  for (const std::size_t size : {0u, 10u, 5000u, 20u, 64'000u, 1u}) {
    const std::string pairs(size, 'x');
    const std::array<Bytes, 2> pieces{Bytes(pairs).substr(0, size / 3),
                                      Bytes(pairs).substr(size / 3)};
    text.set_pairs(pieces, 7);
    const std::string peer(size % 50, 'p');
    text.set_peer(peer);
    EXPECT_EQ(text.id(), "node-1");
    EXPECT_EQ(text.peer(), peer);
    EXPECT_EQ(text.pairs(), pairs);
    EXPECT_EQ(text.pair_count(), 7u);
  }
}

}  // namespace
}  // namespace rollcall
