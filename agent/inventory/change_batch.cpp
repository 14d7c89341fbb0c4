#include "agent/inventory/change_batch.hpp"

namespace rollcall {

void ChangeBatch::add(Kind kind, std::string_view path, std::uint64_t bytes) {
  entries_.push_back({bytes, static_cast<std::uint32_t>(path.size()), kind});
  names_ += path;
}

void ChangeBatch::append(ChangeBatch& other) {
  if (empty()) {
    std::swap(names_, other.names_);
    std::swap(entries_, other.entries_);
  } else {
    names_ += other.names_;
    entries_.insert(entries_.end(), other.entries_.begin(), other.entries_.end());
  }
  other.clear();
}

void ChangeBatch::clear() {
  names_.clear();
  entries_.clear();
}

}  // namespace rollcall
