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

bool BlockRegister::apply(Slot slot, const BlocksView& blocks) {
  if (held_ + NodeBlocks::growth(blocks) > most_blocks_) return false;
  Entry& node = entry(slot);
  counted(*node.blocks, [&] { return node.blocks->apply(blocks); });
  return true;
}

bool BlockRegister::may_ask(std::int64_t attended_ms) {
  if (attended_ms - second_began_ms_ >= 1000) {
    second_began_ms_ = attended_ms;
    asked_this_second_ = 0;
  }
  if (asked_this_second_ >= limits::kInventoriesPerSecond) return false;
  ++asked_this_second_;
  return true;
}

bool BlockRegister::should_ask(Slot slot, const Node& node, std::int64_t attended_ms) {
  if (!node.has_inventory) {
    if (slot < entries_.size() && entries_[slot].blocks) forget(slot);
    return false;
  }
  Entry& known = entry(slot);
  NodeBlocks& blocks = *known.blocks;
  const bool is_empty = node.inventory.count == 0 && node.inventory.digest == 0;
  if (is_empty && !blocks.summary() && blocks.held() == 0 && !blocks.awaits_parts()) {
    blocks.adopt_empty(node.inventory.version);
  }
  const bool agrees = blocks.summary() && blocks.summary()->version == node.inventory.version &&
                      blocks.summary()->count == node.inventory.count &&
                      blocks.summary()->digest == node.inventory.digest;
  set_in_sync(known, agrees);
  if (agrees || blocks.awaits_parts() || !may_ask(attended_ms)) return false;
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
