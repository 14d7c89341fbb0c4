#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/io/output.hpp"
#include "monitor/io/past_options.hpp"
#include "shared/core/escape.hpp"

namespace rollcall {
namespace {

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

int cannot_write(const std::string& path, int error) {
  complain(fmt::format("--svg: cannot write {}: {}; is its directory there, and writable?",
                       escaped(path), std::strerror(error)));
  return kExitFailed;
}

// Only a file is put in place of a file: a name of something else, such as /dev/null, is written
// to.
bool is_replaceable(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) != 0 || S_ISREG(found.st_mode);
}

int write_there(const std::string& path, const std::string& svg) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return cannot_write(path, errno);
  const bool is_written = write_all(file, svg);
  const int error = errno;
  close(file);
  return is_written ? kExitDone : cannot_write(path, error);
}

}  // namespace

int put_svg(const std::string& path, const std::string& svg) {
  if (path == "-") {
    put(svg);
    return kExitDone;
  }
  if (!is_replaceable(path)) return write_there(path, svg);
  // Whoever looks at it meanwhile sees the old picture or the new one, never half of it.
  std::string beside = path + ".XXXXXX";
  const int file = mkstemp(beside.data());
  if (file < 0) return cannot_write(path, errno);
  // As any file made here, not as a secret one.
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(file, 0666 & ~mask);
  bool is_written = write_all(file, svg);
  int error = errno;
  if (close(file) != 0 && is_written) {
    is_written = false;
    error = errno;
  }
  if (is_written && rename(beside.c_str(), path.c_str()) != 0) {
    is_written = false;
    error = errno;
  }
  if (!is_written) {
    unlink(beside.c_str());
    return cannot_write(path, error);
  }
  put_line("wrote " + escaped(path));
  return kExitDone;
}

}  // namespace rollcall
