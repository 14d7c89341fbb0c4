#include "broker/registry/node_table.hpp"

#include <algorithm>

#include "shared/core/check.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kFirstEntries = 256;
constexpr std::size_t kLineBytes = 64;
// Of a giant's text not all: the rest of the cache is for others.
constexpr std::size_t kForeseenBytes = 512;

// The low half decides the place, so entries can be moved without looking at their nodes.
std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash ^ (hash >> 32)); }

}  // namespace

NodeTable::NodeTable() : entries_(kFirstEntries), mask_(kFirstEntries - 1) {}

Slot NodeTable::find(std::string_view id, std::uint64_t hash) const {
  const std::uint32_t tag = tag_of(hash);
  for (std::size_t i = home(tag); entries_[i].slot != kNoSlot; i = (i + 1) & mask_) {
    if (entries_[i].tag != tag) continue;
    if (at(entries_[i].slot).id() == id) return entries_[i].slot;
  }
  return kNoSlot;
}

void NodeTable::place(Entry entry) {
  std::size_t i = home(entry.tag);
  while (entries_[i].slot != kNoSlot) i = (i + 1) & mask_;
  entries_[i] = entry;
}

void NodeTable::grow() {
  std::vector<Entry> old(entries_.size() * 2);
  old.swap(entries_);
  mask_ = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.slot != kNoSlot) place(entry);
  }
}

void NodeTable::add_chunk() {
  // So that erase() needs no memory: room for each slot to be free.
  const std::size_t slots = (chunks_.size() + 1) * kChunk;
  if (free_.capacity() < slots) free_.reserve(std::max(slots, 2 * free_.capacity()));
  chunks_.push_back(std::make_unique<Node[]>(kChunk));
}

// What needs memory comes first: where there is none, nothing has changed.
Slot NodeTable::insert(std::string_view id, std::uint64_t hash) {
  if ((size_ + 1) * 4 > entries_.size() * 3) grow();
  const Slot slot = free_.empty() ? slots_ : free_.back();
  if (slot / kChunk == chunks_.size()) add_chunk();
  Node& node = at(slot);
  ROLLCALL_CHECK(!node.in_use);
  node.text.set_id(id);
  node.in_use = true;
  free_.empty() ? void(++slots_) : free_.pop_back();
  place({tag_of(hash), slot});
  ++size_;
  return slot;
}

void NodeTable::erase(Slot slot, std::uint64_t hash) {
  Node& node = at(slot);
  ROLLCALL_CHECK(node.in_use);
  std::size_t hole = home(tag_of(hash));
  while (entries_[hole].slot != slot) hole = (hole + 1) & mask_;
  // Close the gap: whatever probed past the hole moves into it (Knuth 6.4, algorithm R).
  for (std::size_t i = (hole + 1) & mask_; entries_[i].slot != kNoSlot; i = (i + 1) & mask_) {
    const std::size_t distance = (i - home(entries_[i].tag)) & mask_;
    if (distance < ((i - hole) & mask_)) continue;
    entries_[hole] = entries_[i];
    hole = i;
  }
  entries_[hole] = Entry{};
  node = Node{};
  free_.push_back(slot);
  --size_;
}

void NodeTable::foresee_entry(std::uint64_t hash) const {
  __builtin_prefetch(&entries_[home(tag_of(hash))]);
}

Slot NodeTable::foresee_node(std::uint64_t hash) const {
  const std::uint32_t tag = tag_of(hash);
  for (std::size_t i = home(tag); entries_[i].slot != kNoSlot; i = (i + 1) & mask_) {
    if (entries_[i].tag != tag) continue;
    const char* const node = reinterpret_cast<const char*>(&at(entries_[i].slot));
    __builtin_prefetch(node, 1);
    __builtin_prefetch(node + kLineBytes, 1);
    return entries_[i].slot;
  }
  return kNoSlot;
}

void NodeTable::foresee_text(Slot slot) const {
  if (slot == kNoSlot) return;
  const NodeText& text = at(slot).text;
  const std::size_t end = std::min(text.size(), kForeseenBytes);
  for (std::size_t i = 0; i < end; i += kLineBytes) __builtin_prefetch(text.begin() + i, 1);
}

}  // namespace rollcall
