#include "agent/io/system/directory_check.hpp"

#include <cerrno>
#include <system_error>

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "shared/core/escape.hpp"

namespace rollcall {
namespace {

// A reason has 200 bytes; what is wrong takes less than 80 of them.
constexpr std::size_t kShownPathBytes = 90;

std::string fault_of(const std::string& path, int error) {
  const std::string why = std::generic_category().message(error);
  if (error == ENOENT) return fmt::format("data directory {} is gone ({})", shown_path(path), why);
  if (error == ENOTDIR)
    return fmt::format("data directory {} is not a directory", shown_path(path));
  return fmt::format("data directory {} fails: {}", shown_path(path), why);
}

// Reads its first entry: a disk that fails may still answer from the cache of statvfs.
int try_reading(const std::string& path) {
  DIR* const directory = ::opendir(path.c_str());
  if (directory == nullptr) return errno;
  errno = 0;
  const bool is_read = ::readdir(directory) != nullptr;
  const int error = is_read ? 0 : errno;
  ::closedir(directory);
  return error;
}

}  // namespace

std::string shown_path(const std::string& path) { return escaped(path, kShownPathBytes); }

DirectoryAnswer look_at_directory(const std::string& path, bool must_be_writable) {
  DirectoryAnswer answer;
  struct stat found {};
  struct statvfs space {};
  if (::stat(path.c_str(), &found) != 0 || ::statvfs(path.c_str(), &space) != 0) {
    answer.fault = fault_of(path, errno);
    return answer;
  }
  answer.space = {space.f_frsize, space.f_blocks, space.f_bfree, space.f_bavail};
  answer.device = found.st_dev;
  answer.inode = found.st_ino;
  if (const int error = S_ISDIR(found.st_mode) ? try_reading(path) : ENOTDIR; error != 0) {
    answer.fault = fault_of(path, error);
  } else if (must_be_writable && (space.f_flag & ST_RDONLY) != 0) {
    answer.fault = fmt::format("data directory {} is read-only", shown_path(path));
  }
  return answer;
}

}  // namespace rollcall
