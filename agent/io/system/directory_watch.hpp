// Hears of changes in directories, through inotify (man 7 inotify). Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rollcall {

class DirectoryWatch {
 public:
  enum class Added : std::uint8_t {
    kYes,
    kGone,       // the directory is not there (any more)
    kExhausted,  // there are no watches left
    kFailed,
  };
  struct Event {
    std::uint32_t mask = 0;      // IN_…
    std::string_view directory;  // relative; empty for the root
    std::string_view name;       // in it; empty where the event is about the directory itself
  };

  // Keeps to `most_watches`, besides what the system allows.
  explicit DirectoryWatch(std::size_t most_watches);
  ~DirectoryWatch();
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

  // -1 where the system grants none; then every add() is kExhausted.
  int fd() const { return fd_; }
  // Watches `path`, known as `directory` from here on. Adding it again is harmless.
  Added add(const std::string& path, std::string_view directory);
  // Forgets a directory and all below it: it was moved away.
  void forget_under(std::string_view directory);
  std::size_t size() const { return directories_.size(); }

  // Calls visit(Event) for at most a buffer's worth of what happened (about 250 events); never
  // waits. Events of directories that are forgotten are left out.
  template <typename Visit>
  void read(Visit&& visit) {
    std::size_t at = 0;
    const std::size_t end = fill();
    Event event;
    while (next(at, end, event)) visit(event);
  }

 private:
  std::size_t fill();
  bool next(std::size_t& at, std::size_t end, Event& event);

  std::size_t most_watches_;
  int fd_;
  std::unordered_map<int, std::string> directories_;
  std::string forgotten_;  // owns what the last event's `directory` points to when it goes
  alignas(8) char buffer_[8192];
};

// True where `path` is `directory` or lies in it.
bool is_under(std::string_view path, std::string_view directory);

}  // namespace rollcall
