// What blocks the nodes hold. Each node's set is checked against what its status says; where the
// two disagree, the node is asked for the whole set.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "broker/blocks/node_blocks.hpp"
#include "broker/registry/node.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

class BlockRegister {
 public:
  explicit BlockRegister(std::size_t most_blocks = limits::kBlocksHeld)
      : most_blocks_(most_blocks) {}

  bool has_room(const BlocksView& blocks) const {
    return held_ + NodeBlocks::growth(blocks) <= most_blocks_;
  }
  // Takes in an accepted announcement of blocks of `node`, for which there is room. Where there is
  // no memory for it (std::bad_alloc), the node's set is without a version until the whole of it
  // came.
  void apply(Slot slot, const Node& node, const BlocksView& blocks);

  // Compares the node's latest status with what is held. True where the node should be asked for
  // its whole set now; said within limits::kInventoriesPerSecond and kInventoryBlocksPerSecond,
  // so it may take until a later status.
  bool should_ask(Slot slot, const Node& node, std::int64_t attended_ms);

  // The node is gone from the registry.
  void forget(Slot slot);

  // Over all nodes.
  std::uint64_t held() const { return held_; }
  std::uint64_t held_bytes() const { return held_bytes_; }
  // Nodes whose set agrees with their latest status.
  std::uint64_t in_sync() const { return in_sync_; }
  bool is_in_sync(Slot slot) const { return slot < entries_.size() && entries_[slot].in_sync; }
  std::uint64_t asked() const { return asked_; }

 private:
  struct Entry {
    std::unique_ptr<NodeBlocks> blocks;
    std::int64_t ask_after_ms = INT64_MIN;  // attention clock
    std::optional<std::uint64_t> whole_at;  // the version of the whole set that last came
    std::uint8_t asked_in_vain = 0;         // in a row
    bool in_sync = false;
  };

  Entry& entry(Slot slot);
  void set_in_sync(Entry& entry, bool in_sync);
  static bool agrees(const NodeBlocks& blocks, const Node& node);
  static bool is_due(const Entry& entry, const Node& node, std::int64_t attended_ms);
  bool may_ask(std::uint64_t blocks, std::int64_t attended_ms);
  template <typename Work>
  auto counted(NodeBlocks& blocks, Work&& work);

  std::size_t most_blocks_;
  std::vector<Entry> entries_;  // by slot
  std::uint64_t held_ = 0;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t in_sync_ = 0;
  std::uint64_t asked_ = 0;
  std::int64_t second_began_ms_ = INT64_MIN / 2;
  std::int64_t asked_this_second_ = 0;
  std::uint64_t blocks_this_second_ = 0;
  bool large_this_second_ = false;
};

}  // namespace rollcall
