// What must hold of a broker after every turn, whatever came: what it counts is what counting anew
// would give, and every node is found by its id and stands in its place in the order.
#pragma once

#include <string>

#include "broker/broker.hpp"

namespace rollcall {

inline bool same(const UsedTotal& a, const UsedTotal& b) {
  return a.used == b.used && a.total == b.total;
}

// The first total that differs from what is counted anew, or an empty text.
inline std::string wrong_total(const Totals& kept, const Totals& anew) {
  if (kept.present() != anew.present() || kept.late() != anew.late()) return "present or late";
  if (kept.left() != anew.left()) return "left";
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    const State state = static_cast<State>(i);
    if (kept.in_state(state) != anew.in_state(state)) return "states";
  }
  if (!same(kept.storage(), anew.storage())) return "storage";
  if (!same(kept.memory(), anew.memory())) return "memory";
  if (kept.network().rx != anew.network().rx || kept.network().tx != anew.network().tx ||
      kept.network().capacity != anew.network().capacity) {
    return "network";
  }
  if (kept.cpu_percent() != anew.cpu_percent()) return "cpu";  // exact: summed in whole steps
  if (kept.nodes_with_blocks() != anew.nodes_with_blocks()) return "nodes with blocks";
  if (kept.block_count() != anew.block_count()) return "blocks";
  if (kept.block_bytes() != anew.block_bytes()) return "bytes of blocks";
  return {};
}

// What is wrong, or an empty text. `may_wait` allows evictions that are not yet told of.
inline std::string broken_invariant(const Broker& broker, bool may_wait = false) {
  const Registry& registry = broker.registry();
  const NodeTable& nodes = registry.nodes();
  Totals anew;
  std::uint64_t missed = 0;
  std::size_t count = 0;
  for (Slot slot = 0; slot < nodes.slots(); ++slot) {
    const Node& node = nodes.at(slot);
    if (!node.in_use) continue;
    if (registry.find(node.id()) != slot)
      return "a node that is not found: " + std::string(node.id());
    if (node.presence == Presence::kEvicted && !may_wait) return "an evicted node is kept";
    anew.add(node);
    missed += node.missed();
    ++count;
  }
  if (count != nodes.size()) return "the number of nodes";
  if (missed > registry.missed()) return "missed";
  std::string last;
  std::size_t ordered = 0;
  bool ascending = true;
  registry.order().visit_from("", false, [&](Slot slot) {
    const Node& node = nodes.at(slot);
    ascending = ascending && node.in_use && node.id() > last;
    last = node.id();
    ++ordered;
    return true;
  });
  if (!ascending || ordered != count) return "the order of ids";
  if (broker.blocks().in_sync() > count) return "in sync";
  return wrong_total(registry.totals(), anew);
}

}  // namespace rollcall
