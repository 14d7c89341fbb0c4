#include "broker/io/store/ballast.hpp"

#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "shared/core/limits.hpp"

namespace rollcall {

namespace fs = std::filesystem;

std::uint64_t free_bytes_at(const std::string& path) {
  std::error_code error;
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const fs::space_info space = fs::space(folder, error);
  return error ? UINT64_MAX : space.available;
}

bool Ballast::take_up() {
  if (path_.empty()) return true;
  std::error_code error;
  if (fs::exists(path_, error) && fs::file_size(path_, error) == limits::kBallastBytes) return true;
  if (free_bytes_at(path_) < 4 * limits::kBallastBytes) return false;
  const int fd = open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  const bool done = posix_fallocate(fd, 0, static_cast<off_t>(limits::kBallastBytes)) == 0;
  close(fd);
  if (!done) fs::remove(path_, error);
  return done;
}

bool Ballast::give_up() {
  std::error_code error;
  return !path_.empty() && fs::remove(path_, error) && !error;
}

}  // namespace rollcall
