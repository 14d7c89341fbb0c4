// The known nodes in the order of their ids, for pages that continue where the last one ended. It
// changes only when a node comes or goes. Sorted chunks of slots: finding is a binary search over
// chunks and then within one; inserting moves at most one chunk's slots.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "broker/registry/node_table.hpp"

namespace rollcall {

class IdOrder {
 public:
  explicit IdOrder(const NodeTable& nodes) : nodes_(nodes) {}

  // Where there is no memory for it, nothing has changed.
  void insert(Slot slot);
  // The node must still be in the table.
  void erase(Slot slot);

  // Calls visit(slot) from the first id that is not below `from` (above it, where `after`), in
  // order, until it returns false.
  template <typename Visit>
  void visit_from(std::string_view from, bool after, Visit&& visit) const {
    if (chunks_.empty()) return;
    std::size_t chunk = chunk_of(from);
    std::size_t i = place_in(chunks_[chunk], from);
    if (after && i < chunks_[chunk].size() && id_at(chunks_[chunk][i]) == from) ++i;
    for (; chunk < chunks_.size(); ++chunk, i = 0) {
      for (; i < chunks_[chunk].size(); ++i) {
        if (!visit(chunks_[chunk][i])) return;
      }
    }
  }

 private:
  using Chunk = std::vector<Slot>;
  static constexpr std::size_t kChunkMost = 512;

  void add_chunk(std::size_t index, std::span<const Slot> slots);
  std::string_view id_at(Slot slot) const { return nodes_.at(slot).id(); }
  // The chunk that holds `id`, or where it would belong.
  std::size_t chunk_of(std::string_view id) const;
  // The first position in `chunk` whose id is not below `id`.
  std::size_t place_in(const Chunk& chunk, std::string_view id) const;

  const NodeTable& nodes_;
  std::vector<Chunk> chunks_;  // none is empty
};

}  // namespace rollcall
