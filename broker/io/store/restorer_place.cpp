// A backup takes the store's place: how the files change their names.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "broker/io/store/aside.hpp"
#include "broker/io/store/database.hpp"
#include "broker/io/store/failpoint.hpp"
#include "broker/io/store/restorer.hpp"

namespace rollcall {
namespace {

namespace fs = std::filesystem;

// The same file under another name as well, or, where the file system knows no such thing, only
// under the other.
void name_also(const std::string& from, const std::string& to) {
  if (link(from.c_str(), to.c_str()) == 0 || std::rename(from.c_str(), to.c_str()) == 0) return;
  throw StoreError(StoreTrouble::kFailed,
                   fmt::format("cannot put {} aside: {}", from, std::strerror(errno)));
}

}  // namespace

std::string Restorer::put_in_place(std::int64_t wall_ms) {
  std::error_code error;
  const auto log_bytes = fs::file_size(store_ + "-wal", error);
  if (!error && log_bytes != 0) {
    throw StoreError(StoreTrouble::kFailed, "the store could not be brought to rest");
  }
  fs::remove(store_ + "-wal", error);
  for (replaced_ = store_ + std::string(kReplacedInfix) + stamp_of(wall_ms);
       fs::exists(replaced_, error);) {
    wall_ms += 1000;
    replaced_ = store_ + std::string(kReplacedInfix) + stamp_of(wall_ms);
  }
  name_also(store_, replaced_);
  failpoint("restore_aside");
  if (std::rename(file_name_.c_str(), store_.c_str()) != 0) {
    const std::string why = std::strerror(errno);
    put_back();
    throw StoreError(StoreTrouble::kFailed, "the backup could not be put in place: " + why);
  }
  failpoint("restore_in_place");
  sync_folder_of(store_);
  return fs::path(replaced_).filename().string();
}

void Restorer::put_back() {
  if (replaced_.empty()) return;
  std::error_code error;
  fs::remove(store_ + "-wal", error);  // of the backup
  // Of two names of one file the new one is not removed by this.
  if (fs::equivalent(replaced_, store_, error)) {
    fs::remove(replaced_, error);
  } else {
    std::rename(replaced_.c_str(), store_.c_str());
  }
  replaced_.clear();
}

}  // namespace rollcall
