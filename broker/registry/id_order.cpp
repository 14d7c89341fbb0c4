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

void IdOrder::insert(Slot slot) {
  if (chunks_.empty()) chunks_.emplace_back();
  const std::string_view id = id_at(slot);
  const std::size_t index = chunks_.front().empty() ? 0 : chunk_of(id);
  Chunk& chunk = chunks_[index];
  chunk.insert(chunk.begin() + static_cast<std::ptrdiff_t>(place_in(chunk, id)), slot);
  if (chunk.size() <= kChunkMost) return;
  // Ids mostly come in ascending order: an appended chunk is left nearly full.
  const bool appended = index + 1 == chunks_.size() && chunk.back() == slot;
  const std::size_t keep = appended ? kChunkMost : kChunkMost / 2;
  Chunk upper(chunk.begin() + static_cast<std::ptrdiff_t>(keep), chunk.end());
  upper.reserve(kChunkMost + 1);
  chunk.resize(keep);
  chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(upper));
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
