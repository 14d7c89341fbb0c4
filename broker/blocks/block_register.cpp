#include "broker/blocks/block_register.hpp"

#include <algorithm>
#include <utility>

namespace rollcall {
namespace {

// A node that is asked and asked and never agrees is asked with each status at first, and then less
// often: it may be unable to, and others want their share of the questions.
constexpr std::uint8_t kAskedEachStatus = 8;
constexpr std::int64_t kIntervalsThereafter = 8;
constexpr std::int64_t kAskAgainLeastMs = 1000;

}  // namespace

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
  const auto recount = [&] {
    held_ += blocks.held();
    held_bytes_ += blocks.held_bytes();
  };
  try {
    const auto outcome = work();
    recount();
    return outcome;
  } catch (...) {
    recount();
    throw;
  }
}

void BlockRegister::set_in_sync(Entry& entry, bool in_sync) {
  if (entry.in_sync == in_sync) return;
  entry.in_sync = in_sync;
  entry.asked_in_vain = 0;
  entry.ask_after_ms = INT64_MIN;
  entry.whole_at.reset();
  in_sync ? ++in_sync_ : --in_sync_;
}

bool BlockRegister::agrees(const NodeBlocks& blocks, const Node& node) {
  if (!node.has_inventory || !blocks.summary()) return false;
  return *blocks.summary() == *node.inventory();
}

void BlockRegister::apply(Slot slot, const Node& node, const BlocksView& blocks) {
  Entry& known = entry(slot);
  NodeBlocks::Outcome outcome{};
  try {
    outcome = counted(*known.blocks, [&] { return known.blocks->apply(blocks); });
  } catch (...) {
    set_in_sync(known, agrees(*known.blocks, node));
    throw;
  }
  // A change that is ahead of the status is no disagreement: the next status will speak of it.
  if (outcome != NodeBlocks::Outcome::kPartTaken && !known.in_sync) {
    set_in_sync(known, agrees(*known.blocks, node));
  }
  if (outcome == NodeBlocks::Outcome::kApplied && !blocks.from) known.whole_at = blocks.to;
}

bool BlockRegister::is_due(const Entry& entry, const Node& node, std::int64_t attended_ms) {
  if (attended_ms < entry.ask_after_ms) return false;
  const auto& held = entry.blocks->summary();
  const InventorySummary& said = *node.inventory();
  if (!held || held->version != said.version || held->count != said.count ||
      held->digest != said.digest) {
    return true;
  }
  // The same blocks, of other sizes in sum. Where the whole set came and did not settle it, the
  // node cannot add up, and asking again would not teach it.
  return entry.whole_at != said.version;
}

// A set that is larger than what a second allows has a question of its own each second, so that it
// is asked for at all, and so that claiming to be large takes nothing from the others.
bool BlockRegister::may_ask(std::uint64_t blocks, std::int64_t attended_ms) {
  if (attended_ms - second_began_ms_ >= 1000) {
    second_began_ms_ = attended_ms;
    asked_this_second_ = 0;
    blocks_this_second_ = 0;
    large_this_second_ = false;
  }
  if (asked_this_second_ >= limits::kInventoriesPerSecond) return false;
  if (blocks > limits::kInventoryBlocksPerSecond) {
    return !std::exchange(large_this_second_, true);
  }
  if (blocks > limits::kInventoryBlocksPerSecond - blocks_this_second_) return false;
  ++asked_this_second_;
  blocks_this_second_ += blocks;
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
  const bool awaits_parts = blocks.awaits_parts();
  const bool is_empty = inventory.count == 0 && inventory.digest == 0;
  if (is_empty && !blocks.summary() && blocks.held() == 0 && !awaits_parts) {
    blocks.adopt_empty(inventory.version);
  }
  set_in_sync(known, agrees(blocks, node));
  if (known.in_sync || awaits_parts) return false;
  if (!is_due(known, node, attended_ms) || !may_ask(inventory.count, attended_ms)) return false;
  if (known.asked_in_vain < kAskedEachStatus) {
    ++known.asked_in_vain;
    // Statuses that waited come all at once: they are asked once.
    known.ask_after_ms = attended_ms + 1;
  } else {
    known.ask_after_ms =
        attended_ms + std::max(kAskAgainLeastMs, kIntervalsThereafter * node.interval_ms);
  }
  ++asked_;
  return true;
}

void BlockRegister::forget(Slot slot) {
  if (slot >= entries_.size() || !entries_[slot].blocks) return;
  Entry& node = entries_[slot];
  set_in_sync(node, false);
  node.asked_in_vain = 0;
  node.ask_after_ms = INT64_MIN;
  node.whole_at.reset();
  held_ -= node.blocks->held();
  held_bytes_ -= node.blocks->held_bytes();
  node.blocks.reset();
}

}  // namespace rollcall
