#include "agent/io/system/directory_watch.hpp"

#include <cerrno>
#include <cstring>

#include <sys/inotify.h>
#include <unistd.h>

namespace rollcall {
namespace {

constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE |
                                IN_DELETE | IN_ONLYDIR | IN_EXCL_UNLINK;
// The data directory itself may be a link, and its own end matters; below, links are not followed.
constexpr std::uint32_t kRootMask = kMask | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t kBelowMask = kMask | IN_DONT_FOLLOW;

}  // namespace

bool is_under(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

DirectoryWatch::DirectoryWatch(std::size_t most_watches)
    : most_watches_(most_watches), fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

DirectoryWatch::~DirectoryWatch() {
  if (fd_ >= 0) ::close(fd_);
}

DirectoryWatch::Added DirectoryWatch::add(const std::string& path, std::string_view directory) {
  if (fd_ < 0 || directories_.size() >= most_watches_) return Added::kExhausted;
  const int watch =
      ::inotify_add_watch(fd_, path.c_str(), directory.empty() ? kRootMask : kBelowMask);
  if (watch >= 0) {
    directories_[watch] = directory;
    return Added::kYes;
  }
  if (errno == ENOSPC || errno == ENOMEM) return Added::kExhausted;
  return errno == ENOENT || errno == ENOTDIR ? Added::kGone : Added::kFailed;
}

void DirectoryWatch::forget_under(std::string_view directory) {
  for (auto it = directories_.begin(); it != directories_.end();) {
    if (is_under(it->second, directory)) {
      ::inotify_rm_watch(fd_, it->first);
      it = directories_.erase(it);
    } else {
      ++it;
    }
  }
}

std::size_t DirectoryWatch::fill() {
  const ssize_t got = fd_ < 0 ? -1 : ::read(fd_, buffer_, sizeof buffer_);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

bool DirectoryWatch::next(std::size_t& at, std::size_t end, Event& event) {
  while (end - at >= sizeof(inotify_event)) {
    inotify_event raw{};
    std::memcpy(&raw, buffer_ + at, sizeof raw);
    const char* const name = buffer_ + at + sizeof raw;
    at += sizeof raw + raw.len;
    event = {.mask = raw.mask, .directory = {}, .name = {}};
    if ((raw.mask & IN_Q_OVERFLOW) != 0) return true;
    const auto found = directories_.find(raw.wd);
    if (found == directories_.end()) continue;
    event.directory = found->second;
    if (raw.len != 0) event.name = {name, ::strnlen(name, raw.len)};
    if ((raw.mask & IN_IGNORED) != 0) {
      forgotten_ = std::move(found->second);
      event.directory = forgotten_;
      directories_.erase(found);
    }
    return true;
  }
  return false;
}

}  // namespace rollcall
