// The copies of a store that lie beside it, in PATH.backups/. Their names are ours alone: nothing
// that a request says becomes a part of a path unless it is exactly such a name.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/past/question.hpp"

namespace rollcall {

class BackupFolder {
 public:
  // Of the store at `store_path`; empty where that is in memory, then nothing here may be called.
  explicit BackupFolder(const std::string& store_path);

  // store-YYYYMMDD-HHMMSS.db, by UTC.
  static bool is_name(std::string_view name);

  // Makes the folder, for its owner alone, and removes what a broker that died left unfinished.
  // Throws StoreError.
  void prepare();
  // A name that is not taken yet, for a copy begun now: a second later where there was one already.
  std::string free_name(std::int64_t wall_ms) const;
  std::string path_of(std::string_view name) const { return folder_ + "/" + std::string(name); }
  std::string path_of_unfinished(std::string_view name) const { return path_of(name) + ".tmp"; }
  const std::string& path() const { return folder_; }

  // Of all but `made` and the newest limits::kBackupsKept - 1 others, nothing is left.
  void drop_oldest(std::string_view made) const;
  // When the last copy was made, by its file; 0 where there is none.
  std::int64_t newest_at_ms() const;

  // limits::kBackupAnswerBytes of a copy at most, and how long it is in all.
  struct Part {
    std::string data;
    std::uint64_t bytes = 0;
  };
  std::optional<PastFailure> read(std::string_view name, std::uint64_t offset, Part& part) const;

 private:
  // In the order in which they were written: two may be begun within a second.
  struct Copy {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::string name;
    auto operator<=>(const Copy&) const = default;
  };
  std::vector<Copy> copies() const;  // the oldest first

  std::string folder_;
};

}  // namespace rollcall
