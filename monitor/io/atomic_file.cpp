#include "monitor/io/atomic_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/core/escape.hpp"

namespace rollcall {

AtomicFile::~AtomicFile() {
  if (file_ < 0) return;
  close(file_);
  unlink(part_.c_str());
}

std::string AtomicFile::failed(const char* what) const {
  return fmt::format("cannot {} {}: {}", what, escaped(path_), std::strerror(errno));
}

std::string AtomicFile::open(const std::string& path, unsigned mode, bool may_replace) {
  path_ = path;
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return escaped(path) + " is there and is no regular file";
    if (!may_replace) return escaped(path) + " is there already; say --force to replace it";
  }
  part_ = fmt::format("{}.part-{}", path, getpid());
  // Left behind by a process that had our number.
  unlink(part_.c_str());
  file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                 static_cast<mode_t>(mode));
  return file_ < 0 ? failed("write") : std::string();
}

std::string AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::string AtomicFile::finish() {
  if (fsync(file_) != 0) return failed("write");
  if (rename(part_.c_str(), path_.c_str()) != 0) return failed("move into its place");
  close(file_);
  file_ = -1;
  // The name, too, is to outlive a loss of power.
  const std::size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    fsync(directory);
    close(directory);
  }
  return {};
}

}  // namespace rollcall
