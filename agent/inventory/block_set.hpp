// The blocks that a node holds, with the version, count, bytes and digest that it announces, and
// the changes not yet announced. Not thread-safe; no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

class BlockSet {
 public:
  // What changed since the last take_change(). Views are valid until the set is next touched.
  struct Change {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::vector<Block> added;  // new blocks, and known ones whose size changed
    std::vector<std::string_view> removed;
  };

  // Adds a block, or changes its size. False, and nothing done, where the id is not 1 to 128 bytes
  // of UTF-8 or the set is full (limits::kAgentBlocks).
  bool put(std::string_view id, std::uint64_t bytes);
  // False where it was not there.
  bool remove(std::string_view id);
  bool contains(std::string_view id) const;

  // True where there is something to announce.
  bool changed() const { return !pending_.empty(); }
  // Closes the changes so far into the next version. A block that came and went in between is in
  // neither list. Nothing where there was no net change.
  std::optional<Change> take_change();

  // As of the last take_change(), so that what a status says is what was announced.
  const InventorySummary& announced() const { return announced_; }

  std::size_t size() const { return blocks_.size(); }
  // Calls visit(Block) for each, in no particular order.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [id, bytes] : blocks_) visit(Block{id, bytes});
  }

 private:
  struct IdHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const;
  };
  using Sizes = std::unordered_map<std::string, std::uint64_t, IdHash, std::equal_to<>>;
  using Before =
      std::unordered_map<std::string, std::optional<std::uint64_t>, IdHash, std::equal_to<>>;

  Sizes blocks_;
  Before pending_;  // of each block touched: its size as announced, or nothing if it was not there
  std::vector<std::string> removed_ids_;  // owns what Change::removed points to
  InventorySummary announced_;
};

}  // namespace rollcall
