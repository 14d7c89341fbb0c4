// The block set of a data directory: applies what the disk thread found out.
//
// A scan of everything ends with the hashes of all names that it saw (or that came while it ran).
// Blocks that are not among them went unnoticed, and are swept out. Where number and digest agree,
// as they do when nothing was missed, there is nothing to sweep and nothing is walked through.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "agent/inventory/block_set.hpp"
#include "agent/inventory/change_batch.hpp"

namespace rollcall {

// The end of a scan of everything.
struct ScanResult {
  std::vector<std::uint64_t> seen;   // hash_of each block's id, ascending, each once
  std::uint64_t digest = 0;          // the sum of `seen`
  std::vector<std::string> waiting;  // seen, but perhaps still being written: not announced yet
  std::uint64_t skipped = 0;         // names that cannot be block ids
  std::string first_skipped;         // one of them; not escaped
  std::uint64_t failed = 0;          // files and directories that could not be read
  std::string first_failure;         // "open sub/dir: Permission denied"; not escaped
};

class FileBlocks {
 public:
  BlockSet& set() { return set_; }
  const BlockSet& set() const { return set_; }

  // `scan` belongs to the batch's kScanEnded; null where it has none.
  void apply(const ChangeBatch& batch, const ScanResult* scan);

  // Files left out because the set was full (limits::kAgentBlocks), as of the last scan.
  std::uint64_t refused() const { return refused_; }
  // Blocks that scans found gone without having heard of it.
  std::uint64_t swept() const { return swept_; }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const;
  };
  bool is_in_gone_directory(std::string_view id) const;
  void put(std::string_view id, std::uint64_t bytes);
  void remove(std::string_view id);
  void remove_gone_directories();
  bool agrees_with(const ScanResult& scan) const;
  void sweep(const ScanResult& scan);

  BlockSet set_;
  // Directories that went, to be taken out in one walk over the set however many there are.
  std::unordered_set<std::string, TextHash, std::equal_to<>> gone_directories_;
  std::uint64_t digest_ = 0;  // of the set as it is now
  std::uint64_t refused_ = 0;
  std::uint64_t refused_since_scan_ = 0;
  std::uint64_t swept_ = 0;
};

}  // namespace rollcall
