#include "agent/inventory/file_blocks.hpp"

#include <algorithm>
#include <string>

#include "shared/core/ids.hpp"

namespace rollcall {

void FileBlocks::apply(const ChangeBatch& batch, const ScanResult* scan) {
  batch.for_each([&](const ChangeBatch::Change& change) {
    switch (change.kind) {
      case ChangeBatch::Kind::kPut: put(change.path, change.bytes); return;
      case ChangeBatch::Kind::kRemove: remove(change.path); return;
      case ChangeBatch::Kind::kRemoveUnder: remove_under(change.path); return;
      case ChangeBatch::Kind::kScanEnded:
        if (scan != nullptr) sweep(*scan);
        return;
    }
  });
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

void FileBlocks::remove_under(std::string_view directory) {
  std::vector<std::string> gone;
  set_.for_each([&](const Block& block) {
    if (block.id.size() > directory.size() && block.id.starts_with(directory) &&
        block.id[directory.size()] == '/') {
      gone.emplace_back(block.id);
    }
  });
  for (const std::string& id : gone) remove(id);
}

void FileBlocks::sweep(const ScanResult& scan) {
  refused_ = refused_since_scan_;
  refused_since_scan_ = 0;
  if (scan.failed != 0) return;  // what could not be read is not known to be gone
  if (scan.seen.size() == set_.size() && scan.digest == digest_) return;
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
