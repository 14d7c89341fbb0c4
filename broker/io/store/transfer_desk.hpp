// Backups and restores, beside what the store's thread does else: takes the questions of them,
// works on them in small steps, and says when something is to be done with the store itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/io/store/backup_folder.hpp"
#include "broker/io/store/backup_maker.hpp"
#include "broker/io/store/restorer.hpp"
#include "broker/io/store/store_options.hpp"
#include "broker/store/batch.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

class TransferDesk {
 public:
  explicit TransferDesk(const StoreOptions& options);

  static bool is_of_it(PastOp op) { return op == PastOp::kBackup || op == PastOp::kRestore; }
  // A question that is_of_it(); `store` stays open until store_closes().
  void take(const StoreAsk& ask, Database& store, Now now);
  // A step of a few milliseconds at most.
  void work(Now now);
  // work() has something to do at once; or looks after what the disk is at, soon.
  bool has_step() const { return maker_.is_copying(); }
  bool is_waiting() const { return maker_.is_busy() || restorer_.is_examining(); }
  void store_closes(const std::string& why);

  // What has been answered; taken away by the caller.
  std::vector<StoreAnswer> answers;

  // Is ready when its backup was examined and can be put in place: by the caller, who then says one
  // of these.
  Restorer& restorer() { return restorer_; }
  void is_restored(std::size_t nodes);
  void is_refused(const std::string& why);

  std::int64_t backup_at_ms() const { return is_file_ ? folder_.newest_at_ms() : 0; }

 private:
  void take_backup(const StoreAsk& ask, Database& store, Now now);
  void take_restore(const StoreAsk& ask, Now now);

  bool is_file_;
  BackupFolder folder_;
  BackupMaker maker_;
  Restorer restorer_;
};

}  // namespace rollcall
