#include "broker/blocks/block_register.hpp"

namespace rollcall {

BlockRegister::Entry& BlockRegister::entry(Slot slot) {
  if (slot >= entries_.size()) entries_.resize(static_cast<std::size_t>(slot) + 1);
  Entry& found = entries_[slot];
  if (!found.blocks) found.blocks = std::make_unique<NodeBlocks>();
  return found;
}

// Keeps the totals right around any work on a node's set.
template <typename Work>
auto BlockRegister::counted(NodeBlocks& blocks, Work&& work) {
  held_ -= blocks.held();
  held_bytes_ -= blocks.held_bytes();
  const auto outcome = work();
  held_ += blocks.held();
  held_bytes_ += blocks.held_bytes();
  return outcome;
}

void BlockRegister::set_in_sync(Entry& entry, bool in_sync) {
  if (entry.in_sync == in_sync) return;
  entry.in_sync = in_sync;
  in_sync ? ++in_sync_ : --in_sync_;
}

bool BlockRegister::agrees(const NodeBlocks& blocks, const Node& node) {
  if (!node.has_inventory || !blocks.summary()) return false;
  return *blocks.summary() == *node.inventory();
}

void BlockRegister::apply(Slot slot, const Node& node, const BlocksView& blocks) {
  Entry& known = entry(slot);
  const auto outcome = counted(*known.blocks, [&] { return known.blocks->apply(blocks); });
  // A change that is ahead of the status is no disagreement: the next status will speak of it.
  if (outcome != NodeBlocks::Outcome::kPartTaken && !known.in_sync) {
    set_in_sync(known, agrees(*known.blocks, node));
  }
}

bool BlockRegister::may_ask(std::uint64_t blocks, std::int64_t attended_ms) {
  if (attended_ms - second_began_ms_ >= 1000) {
    second_began_ms_ = attended_ms;
    asked_this_second_ = 0;
    blocks_this_second_ = 0;
  }
  const bool is_first = asked_this_second_ == 0;
  const bool fits = blocks <= limits::kInventoryBlocksPerSecond - blocks_this_second_;
  if (asked_this_second_ >= limits::kInventoriesPerSecond || (!is_first && !fits)) return false;
  ++asked_this_second_;
  blocks_this_second_ = fits ? blocks_this_second_ + blocks : limits::kInventoryBlocksPerSecond;
  return true;
}

bool BlockRegister::should_ask(Slot slot, const Node& node, std::int64_t attended_ms) {
  if (!node.has_inventory) {
    if (slot < entries_.size() && entries_[slot].blocks) forget(slot);
    return false;
  }
  Entry& known = entry(slot);
  NodeBlocks& blocks = *known.blocks;
  const InventorySummary& inventory = *node.inventory();
  const bool is_empty = inventory.count == 0 && inventory.digest == 0;
  if (is_empty && !blocks.summary() && blocks.held() == 0 && !blocks.awaits_parts()) {
    blocks.adopt_empty(inventory.version);
  }
  set_in_sync(known, agrees(blocks, node));
  if (known.in_sync || blocks.awaits_parts()) return false;
  if (!may_ask(inventory.count, attended_ms)) return false;
  ++asked_;
  return true;
}

void BlockRegister::forget(Slot slot) {
  if (slot >= entries_.size() || !entries_[slot].blocks) return;
  Entry& node = entries_[slot];
  set_in_sync(node, false);
  held_ -= node.blocks->held();
  held_bytes_ -= node.blocks->held_bytes();
  node.blocks.reset();
}

}  // namespace rollcall
