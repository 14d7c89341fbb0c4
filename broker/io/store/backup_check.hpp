// What is done to a whole file apart from the store's thread, for it may take minutes: a copy is
// finished, a backup that came is examined. Each has a connection of its own, to a file that nobody
// else has open. Nothing here throws.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "broker/past/question.hpp"

namespace rollcall {

struct FinishedCopy {
  std::optional<PastFailure> failure;
  std::uint64_t bytes = 0;
  std::uint64_t digest = 0;  // XXH64
};

// Makes the copy at `from` a file that opens alone, checks it, and names it `to` once it is safe on
// the disk. Where that fails it is removed. Ends early where `cancelled` becomes true.
FinishedCopy finish_copy(const std::string& from, const std::string& to,
                         const std::atomic<bool>& cancelled);

struct ExaminedBackup {
  std::optional<PastFailure> failure;
  std::uint64_t newest = 0;  // event that numbers go on from
  std::uint64_t last = 0;    // event in it
};

// Whether the file at `path` is the whole and sound store of a broker that was no newer; an older
// one is brought up to date.
ExaminedBackup examine_backup(const std::string& path, const std::atomic<bool>& cancelled);

}  // namespace rollcall
