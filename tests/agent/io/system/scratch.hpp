// A directory of its own for a test, gone with it; and waiting without sleeping.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "shared/io/clock.hpp"

namespace rollcall {

class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "rollcall-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& root() const { return root_; }
  std::string path(std::string_view relative) const { return root_ + "/" + std::string(relative); }
  void make_directory(std::string_view relative) const {
    std::filesystem::create_directories(path(relative));
  }
  // A file that was finished long ago, so that no scan takes it for one being written.
  void write(std::string_view relative, std::string_view text) const {
    const int fd = open(relative);
    EXPECT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    const timespec old{1'600'000'000, 0};
    const timespec times[2] = {old, old};
    ::futimens(fd, times);
    ::close(fd);
  }
  int open(std::string_view relative) const {
    const int fd = ::open(path(relative).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    EXPECT_GE(fd, 0) << relative;
    return fd;
  }
  void rename(std::string_view from, std::string_view to) const {
    std::filesystem::rename(path(from), path(to));
  }
  void remove(std::string_view relative) const { std::filesystem::remove_all(path(relative)); }

 private:
  std::string root_;
};

// Calls `is_true` whenever the descriptor wakes, and every `tick_ms`, until it is; at most 20 s.
inline bool wait_until(int wake_fd, const std::function<bool()>& is_true, int tick_ms = 1000) {
  const std::int64_t give_up_ms = read_clock().steady_ms + 20'000;
  while (!is_true()) {
    if (read_clock().steady_ms > give_up_ms) return false;
    pollfd item{wake_fd, POLLIN, 0};
    ::poll(&item, 1, tick_ms);
  }
  return true;
}

}  // namespace rollcall
