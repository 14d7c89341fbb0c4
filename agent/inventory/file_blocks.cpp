#include "agent/inventory/file_blocks.hpp"

#include <algorithm>
#include <string>

#include "shared/core/ids.hpp"

namespace rollcall {

std::size_t FileBlocks::TextHash::operator()(std::string_view text) const {
  return static_cast<std::size_t>(hash_of(text));
}

void FileBlocks::apply(const ChangeBatch& batch, const ScanResult* scan) {
  batch.for_each([&](const ChangeBatch::Change& change) {
    switch (change.kind) {
      case ChangeBatch::Kind::kPut:
        // Back under a name that went: what was there before must be out first.
        if (is_in_gone_directory(change.path)) remove_gone_directories();
        return put(change.path, change.bytes);
      case ChangeBatch::Kind::kRemove: return remove(change.path);
      case ChangeBatch::Kind::kRemoveUnder: gone_directories_.emplace(change.path); return;
      case ChangeBatch::Kind::kScanEnded:
        remove_gone_directories();
        if (scan != nullptr) sweep(*scan);
        return;
    }
  });
  remove_gone_directories();
}

void FileBlocks::put(std::string_view id, std::uint64_t bytes) {
  const std::size_t before = set_.size();
  if (!set_.put(id, bytes)) {
    ++refused_since_scan_;
  } else if (set_.size() != before) {
    digest_ += hash_of(id);
  }
}

void FileBlocks::remove(std::string_view id) {
  if (set_.remove(id)) digest_ -= hash_of(id);
}

bool FileBlocks::is_in_gone_directory(std::string_view id) const {
  if (gone_directories_.empty()) return false;
  for (std::size_t at = id.find('/'); at != std::string_view::npos; at = id.find('/', at + 1)) {
    if (gone_directories_.contains(id.substr(0, at))) return true;
  }
  return false;
}

void FileBlocks::remove_gone_directories() {
  if (gone_directories_.empty()) return;
  std::vector<std::string> gone;
  set_.for_each([&](const Block& block) {
    if (is_in_gone_directory(block.id)) gone.emplace_back(block.id);
  });
  gone_directories_.clear();
  for (const std::string& id : gone) remove(id);
}

bool FileBlocks::agrees_with(const ScanResult& scan) const {
  std::uint64_t count = scan.seen.size();
  std::uint64_t digest = scan.digest;
  for (const std::string& id : scan.waiting) {
    if (set_.contains(id)) continue;
    --count;
    digest -= hash_of(id);
  }
  return count == set_.size() && digest == digest_;
}

void FileBlocks::sweep(const ScanResult& scan) {
  refused_ = refused_since_scan_;
  refused_since_scan_ = 0;
  if (scan.failed != 0) return;  // what could not be read is not known to be gone
  if (agrees_with(scan)) return;
  std::vector<std::string> gone;
  set_.for_each([&](const Block& block) {
    if (!std::binary_search(scan.seen.begin(), scan.seen.end(), hash_of(block.id))) {
      gone.emplace_back(block.id);
    }
  });
  for (const std::string& id : gone) remove(id);
  swept_ += gone.size();
}

}  // namespace rollcall
