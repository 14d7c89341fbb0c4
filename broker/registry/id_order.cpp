#include "broker/registry/id_order.hpp"

#include <algorithm>

#include "shared/core/check.hpp"

namespace rollcall {

std::size_t IdOrder::chunk_of(std::string_view id) const {
  const auto starts_after = std::upper_bound(
      chunks_.begin(), chunks_.end(), id,
      [&](std::string_view wanted, const Chunk& chunk) { return wanted < id_at(chunk.front()); });
  const auto index = static_cast<std::size_t>(starts_after - chunks_.begin());
  return index == 0 ? 0 : index - 1;
}

std::size_t IdOrder::place_in(const Chunk& chunk, std::string_view id) const {
  const auto place =
      std::lower_bound(chunk.begin(), chunk.end(), id,
                       [&](Slot slot, std::string_view wanted) { return id_at(slot) < wanted; });
  return static_cast<std::size_t>(place - chunk.begin());
}

// A chunk of these slots, with room for all that it may come to hold.
void IdOrder::add_chunk(std::size_t index, std::span<const Slot> slots) {
  Chunk chunk;
  chunk.reserve(kChunkMost);
  chunk.assign(slots.begin(), slots.end());
  chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(index), std::move(chunk));
}

// Only a new chunk needs memory, and it comes first: where there is none, nothing has changed.
void IdOrder::insert(Slot slot) {
  if (chunks_.empty()) return add_chunk(0, {&slot, 1});
  const std::string_view id = id_at(slot);
  std::size_t index = chunk_of(id);
  std::size_t place = place_in(chunks_[index], id);
  if (chunks_[index].size() == kChunkMost) {
    // Ids mostly come in ascending order: a chunk that is appended to is left full.
    if (index + 1 == chunks_.size() && place == kChunkMost) return add_chunk(index + 1, {&slot, 1});
    constexpr std::size_t kKept = kChunkMost / 2;
    add_chunk(index + 1, std::span<const Slot>(chunks_[index]).subspan(kKept));
    chunks_[index].resize(kKept);
    if (place > kKept) {
      ++index;
      place -= kKept;
    }
  }
  Chunk& chunk = chunks_[index];
  chunk.insert(chunk.begin() + static_cast<std::ptrdiff_t>(place), slot);
}

void IdOrder::erase(Slot slot) {
  const std::string_view id = id_at(slot);
  const std::size_t index = chunk_of(id);
  Chunk& chunk = chunks_[index];
  const std::size_t place = place_in(chunk, id);
  ROLLCALL_CHECK(place < chunk.size() && chunk[place] == slot);
  chunk.erase(chunk.begin() + static_cast<std::ptrdiff_t>(place));
  if (chunk.empty()) chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace rollcall
