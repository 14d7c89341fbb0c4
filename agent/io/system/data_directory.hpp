// Finds the blocks under the data directory, and what becomes of them, as a batch of changes.
//
// Two sources that check each other: watches, which tell of each file that is closed after writing,
// renamed, linked or deleted; and scans of everything, at the start, when watches may have missed
// something, and now and then. A scan goes on in small pieces and reads the directory it has open,
// so that a million files hold up nobody and are never in memory at once: of each block seen there
// remains a hash of 8 bytes until the end of the scan.
//
// A file is announced when it is closed. A scan cannot see whether a file is open; one that was
// written within the last second is looked at again a second later, until it stands still.
//
// Not thread-safe. Its calls take as long as the disk likes; only for the disk thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <dirent.h>

#include "agent/inventory/change_batch.hpp"
#include "agent/inventory/file_blocks.hpp"
#include "agent/io/system/directory_watch.hpp"
#include "shared/core/time.hpp"

struct stat;

namespace rollcall {

class DataDirectory {
 public:
  // The most changes that one call of any of these adds.
  static constexpr std::size_t kMostChangesAtOnce = 512;

  DataDirectory(std::string root, std::size_t most_watches)
      : root_(std::move(root)), most_watches_(most_watches) {}

  // Begins a scan of everything; where one runs already, there will be another one after it.
  void begin_scan();
  bool is_reading() const { return open_ != nullptr || !to_read_.empty(); }
  // The next piece of the scan.
  void read_some(Now now, ChangeBatch& out);
  // Set when a scan of everything came to its end, with kScanEnded in the batch.
  std::optional<ScanResult> take_result();

  int watch_fd() const { return watch_.has_value() ? watch_->fd() : -1; }
  // Reads what the watches tell. True where the data directory itself went or moved.
  bool read_events(Now now, ChangeBatch& out);
  // When read_fresh is due; kNever where no file waits for it.
  std::int64_t fresh_due_ms() const { return fresh_.empty() ? kNever : fresh_due_ms_; }
  void read_fresh(Now now, ChangeBatch& out);

  // Drops all watches and the scan under way: the directory is not there.
  void forget();

  // False where the system had too few watches: then scans must make up for it.
  bool is_watched_whole() const { return !is_watch_exhausted_; }
  // How often the kernel dropped events, each of which caused a scan.
  std::uint64_t overflows() const { return overflows_; }

 private:
  struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
  };
  struct Fresh {
    std::string path;
    std::int64_t bytes = 0;
    std::int64_t changed_ns = 0;
  };

  std::string full_path(std::string_view path) const;
  void open_next();
  void on_entry(Now now, const dirent& entry, ChangeBatch& out);
  void end_scan(ChangeBatch& out);
  void on_directory(std::string_view path);
  void on_directory_gone(std::string_view path, ChangeBatch& out);
  void on_event(Now now, const DirectoryWatch::Event& event, ChangeBatch& out);
  void on_written(std::string_view path, bool only_links, ChangeBatch& out);
  void put(std::string_view path, const struct stat& found, ChangeBatch& out);
  void see(std::string_view path);
  void forget_removed();
  bool defer(Now now, std::string_view path, const struct stat& found);
  void on_failure(std::string_view what, std::string_view path, int error);
  void on_skipped(std::string_view path);

  std::string root_;
  std::size_t most_watches_;
  std::optional<DirectoryWatch> watch_;
  bool is_watch_exhausted_ = false;
  std::uint64_t overflows_ = 0;

  bool is_scanning_ = false;  // everything, not just directories that came
  bool is_scan_wanted_ = false;
  std::vector<std::string> to_read_;
  std::string open_path_;
  std::unique_ptr<DIR, CloseDirectory> open_;
  ScanResult result_;
  std::optional<ScanResult> finished_;
  // Of each file that went during the scan: its hash, and how many had been seen by then.
  std::unordered_map<std::uint64_t, std::size_t> removed_;

  std::vector<Fresh> fresh_;
  std::int64_t fresh_due_ms_ = kNever;
};

}  // namespace rollcall
