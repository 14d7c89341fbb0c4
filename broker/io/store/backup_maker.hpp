// Makes a copy of the store while it goes on: some pages at a time, from the store's own
// connection, so that what is written meanwhile gets into it; then the rest apart from the store's
// thread. The copy is the store as it was when its last page was copied.
#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "broker/io/store/backup_check.hpp"
#include "broker/io/store/backup_folder.hpp"
#include "broker/io/store/database.hpp"
#include "broker/io/store/descriptor.hpp"
#include "broker/store/batch.hpp"

struct sqlite3_backup;

namespace rollcall {

class BackupMaker {
 public:
  // `folder` outlives it.
  explicit BackupMaker(BackupFolder& folder) : folder_(folder) {}
  // Gives up what it is at; waits for as long as that takes: some milliseconds, or an fsync.
  ~BackupMaker();
  BackupMaker(const BackupMaker&) = delete;
  BackupMaker& operator=(const BackupMaker&) = delete;

  bool is_busy() const { return ticket_ != 0; }
  // A step is due; else, where it is busy, it waits for the disk.
  bool is_copying() const { return copying_ != nullptr; }

  // `store` must be there for as long as is_copying().
  std::optional<PastFailure> begin(Database& store, std::uint64_t ticket, std::int64_t wall_ms);
  // A step of a few milliseconds at most. The answer, where it has ended.
  std::optional<StoreAnswer> advance();
  // Where it is copying, for the store is about to be closed: the answer to that.
  std::optional<StoreAnswer> store_closes(const std::string& why);

 private:
  std::optional<StoreAnswer> finish();
  std::optional<StoreAnswer> fail(PastFailure failure);
  void end_copying();
  void remove_unfinished();

  BackupFolder& folder_;
  std::uint64_t ticket_ = 0;
  std::string name_;
  std::unique_ptr<Database> copy_;
  sqlite3_backup* copying_ = nullptr;
  Descriptor written_;  // the copy as well
  std::uint64_t steps_ = 0;
  std::atomic<bool> cancelled_{false};
  std::future<FinishedCopy> finishing_;
};

}  // namespace rollcall
