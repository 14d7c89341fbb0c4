#include "agent/inventory/block_set.hpp"

#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/utf8.hpp"

namespace rollcall {
namespace {

// Above it, a table that a large change left behind is given back instead of kept for the next one.
constexpr std::size_t kBucketsKept = 4096;

}  // namespace

std::size_t BlockSet::IdHash::operator()(std::string_view id) const {
  return static_cast<std::size_t>(hash_of(id));
}

bool BlockSet::put(std::string_view id, std::uint64_t bytes) {
  const auto known = blocks_.find(id);
  if (known != blocks_.end()) {
    if (known->second == bytes) return true;
    const auto pending = pending_.find(id);
    if (pending == pending_.end()) {
      pending_.emplace(id, known->second);
    } else if (pending->second == bytes) {
      pending_.erase(pending);  // back to what was announced
    }
    known->second = bytes;
    return true;
  }
  if (id.empty() || id.size() > limits::kBlockIdBytes || !is_utf8(id)) return false;
  if (blocks_.size() >= limits::kAgentBlocks) return false;
  const auto pending = pending_.find(id);
  if (pending == pending_.end()) {
    pending_.emplace(id, std::nullopt);
  } else if (pending->second == bytes) {
    pending_.erase(pending);  // it went, and came back as it was
  }
  blocks_.emplace(id, bytes);
  return true;
}

bool BlockSet::remove(std::string_view id) {
  const auto known = blocks_.find(id);
  if (known == blocks_.end()) return false;
  const auto pending = pending_.find(id);
  if (pending == pending_.end()) {
    pending_.emplace(id, known->second);
  } else if (!pending->second.has_value()) {
    pending_.erase(pending);  // it came and went between two announcements
  }
  blocks_.erase(known);
  return true;
}

bool BlockSet::contains(std::string_view id) const { return blocks_.find(id) != blocks_.end(); }

std::optional<BlockSet::Change> BlockSet::take_change() {
  removed_ids_.clear();
  if (pending_.empty()) return std::nullopt;
  Change change{
      .from = announced_.version, .to = announced_.version + 1, .added = {}, .removed = {}};
  for (const auto& [id, before] : pending_) {
    const auto known = blocks_.find(id);
    if (before.has_value()) announced_.bytes -= *before;
    if (known == blocks_.end()) {
      announced_.digest -= hash_of(id);
      removed_ids_.push_back(id);
      continue;
    }
    if (!before.has_value()) announced_.digest += hash_of(id);
    announced_.bytes += known->second;
    change.added.push_back({known->first, known->second});
  }
  // Only now: the ids move while the list grows.
  change.removed.assign(removed_ids_.begin(), removed_ids_.end());
  announced_.version = change.to;
  announced_.count = blocks_.size();
  if (pending_.bucket_count() > kBucketsKept) pending_ = Before();
  pending_.clear();
  return change;
}

}  // namespace rollcall
