#include "broker/blocks/node_blocks.hpp"

#include "shared/core/ids.hpp"

namespace rollcall {

std::size_t NodeBlocks::IdHash::operator()(std::string_view id) const { return hash_of(id); }

void NodeBlocks::put(Sizes& sizes, Tally& tally, const Block& block) {
  const auto known = sizes.find(block.id);
  if (known != sizes.end()) {
    tally.bytes += block.bytes - known->second;
    known->second = block.bytes;
    return;
  }
  sizes.emplace(std::string(block.id), block.bytes);
  tally.bytes += block.bytes;
  tally.digest += hash_of(block.id);
}

void NodeBlocks::remove(Sizes& sizes, Tally& tally, std::string_view id) {
  const auto known = sizes.find(id);
  if (known == sizes.end()) return;
  tally.bytes -= known->second;
  tally.digest -= hash_of(id);
  sizes.erase(known);
}

// Whether this part is the one that is due: the first of an announcement that fits what is held, or
// the next of the announcement that is coming in.
bool NodeBlocks::begins_well(const BlocksView& blocks) {
  const bool whole = !blocks.from.has_value();
  if (blocks.part == 1) {
    if (!whole && (!summary_ || summary_->version != *blocks.from)) return false;
    incoming_.clear();
    incoming_tally_ = {};
    session_ = blocks.header.session;
    next_part_ = 1;
    parts_ = blocks.parts;
    to_ = blocks.to;
    whole_ = whole;
    return true;
  }
  return next_part_ == blocks.part && parts_ == blocks.parts && to_ == blocks.to &&
         whole_ == whole && session_ == blocks.header.session;
}

void NodeBlocks::abandon() {
  next_part_ = 0;
  incoming_.clear();
}

NodeBlocks::Outcome NodeBlocks::apply(const BlocksView& blocks) {
  try {
    return try_to_apply(blocks);
  } catch (...) {
    abandon();
    throw;
  }
}

NodeBlocks::Outcome NodeBlocks::try_to_apply(const BlocksView& blocks) {
  if (!begins_well(blocks)) {
    abandon();
    return Outcome::kMismatch;
  }
  Sizes& sizes = whole_ ? incoming_ : sizes_;
  Tally& tally = whole_ ? incoming_tally_ : tally_;
  if (!whole_) summary_.reset();
  for_each_removed(blocks, [&](std::string_view id) { remove(sizes, tally, id); });
  for_each_added(blocks, [&](const Block& block) { put(sizes, tally, block); });
  if (blocks.part < blocks.parts) {
    ++next_part_;
    part_came_ = true;
    return Outcome::kPartTaken;
  }
  finish(blocks.to);
  return Outcome::kApplied;
}

void NodeBlocks::finish(std::uint64_t version) {
  if (whole_) {
    sizes_ = std::move(incoming_);
    tally_ = incoming_tally_;
  }
  incoming_ = Sizes();
  next_part_ = 0;
  summary_ = InventorySummary{version, sizes_.size(), tally_.bytes, tally_.digest};
}

bool NodeBlocks::awaits_parts() {
  const bool awaits = next_part_ != 0 && part_came_;
  part_came_ = false;
  return awaits;
}

void NodeBlocks::adopt_empty(std::uint64_t version) {
  sizes_ = Sizes();
  tally_ = {};
  summary_ = InventorySummary{version, 0, 0, 0};
}

}  // namespace rollcall
