// The one thread that touches the data directory, so that a disk or a server that hangs stops
// nobody else. It does one job at a time and leaves the results in a mailbox; it sleeps when there
// is nothing to do.
//
// A thread that hangs in the kernel cannot be stopped. So what it shares with its owner is owned by
// both, and at the end it is waited for briefly, then left to itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "agent/inventory/change_batch.hpp"
#include "agent/inventory/file_blocks.hpp"
#include "agent/io/system/directory_check.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

struct DiskOptions {
  std::string path;
  bool finds_blocks = true;      // false: only its space is looked at
  bool must_be_writable = true;  // see look_at_directory
  // Beyond it, scans alone find what changes.
  std::size_t most_watches = limits::kAgentDirectories;
  LookAtDirectory look = look_at_directory;
};

// What the thread found since the mailbox was last emptied.
struct DiskMail {
  std::optional<DirectoryAnswer> answer;
  ChangeBatch changes;
  std::optional<ScanResult> scan;  // belongs to the kScanEnded in `changes`
  bool is_watched_whole = true;
  std::uint64_t overflows = 0;  // since the start
};

class DiskWorker {
 public:
  explicit DiskWorker(DiskOptions options);
  ~DiskWorker();
  DiskWorker(const DiskWorker&) = delete;
  DiskWorker& operator=(const DiskWorker&) = delete;

  // Readable when there is mail.
  int wake_fd() const;
  // None of these ever waits for the disk.
  void ask_for_check();  // answered once, however often asked meanwhile
  void ask_for_scan();   // begins when the directory is there
  // Swaps what is there into `mail`, whose buffers are used again. False where there was nothing.
  bool collect(DiskMail& mail);

 private:
  struct Shared;
  static void run(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace rollcall
