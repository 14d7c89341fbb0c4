// All nodes, by slot and by id. Slots are stable while a node lives, and used again afterwards.
// Lookup is open addressing with linear probing over 8-byte entries, half the hash beside the slot,
// so that a probe rarely touches a node that is not the one.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "broker/registry/node.hpp"

namespace rollcall {

class NodeTable {
 public:
  NodeTable();

  // kNoSlot where it is not known. `hash` is hash_of(id).
  Slot find(std::string_view id, std::uint64_t hash) const;
  // A fresh node under an id that is not known yet. Where there is no memory for it, nothing has
  // changed; erase() needs none.
  Slot insert(std::string_view id, std::uint64_t hash);
  void erase(Slot slot, std::uint64_t hash);

  // For a find() soon to come, so that the processor fetches ahead what it will look at: first the
  // entry, some announcements later the node (kNoSlot if it is not known), then its text.
  void foresee_entry(std::uint64_t hash) const;
  Slot foresee_node(std::uint64_t hash) const;
  void foresee_text(Slot slot) const;

  Node& at(Slot slot) { return chunks_[slot / kChunk][slot % kChunk]; }
  const Node& at(Slot slot) const { return chunks_[slot / kChunk][slot % kChunk]; }
  std::size_t size() const { return size_; }
  // Slots ever used; at(slot).in_use says which are.
  Slot slots() const { return slots_; }

 private:
  struct Entry {
    std::uint32_t tag = 0;
    Slot slot = kNoSlot;
  };
  static constexpr std::size_t kChunk = 1024;

  std::size_t home(std::uint32_t tag) const { return tag & mask_; }
  void place(Entry entry);
  void grow();
  void add_chunk();

  std::vector<Entry> entries_;
  std::size_t mask_;
  std::size_t size_ = 0;
  Slot slots_ = 0;
  std::vector<Slot> free_;
  std::vector<std::unique_ptr<Node[]>> chunks_;
};

}  // namespace rollcall
