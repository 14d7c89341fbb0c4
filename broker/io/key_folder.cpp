#include "broker/io/key_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/core/escape.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"
#include "shared/io/key_file.hpp"

namespace rollcall {
namespace {

constexpr std::string_view kEnding = ".key";
constexpr std::size_t kShownBytes = 160;
// A change is read so long after it was noticed: copying a folder of keys is many changes.
constexpr std::int64_t kSettleMs = 200;
// Without a watch, and with one to be sure: watches end where a folder is replaced.
constexpr std::int64_t kUnwatchedMs = 1000;
constexpr std::int64_t kWatchedMs = 15'000;

constexpr std::uint32_t kChanges = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO |
                                   IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

}  // namespace

KeyFolder::KeyFolder(std::string folder)
    : folder_(std::move(folder)), watch_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  places_ = {{Role::kAgent, folder_ + "/agents", {}, -1},
             {Role::kMonitor, folder_ + "/monitors", {}, -1},
             {Role::kAdmin, folder_ + "/admins", {}, -1}};
  if (watch_ >= 0) inotify_add_watch(watch_, folder_.c_str(), kChanges);
}

KeyFolder::~KeyFolder() {
  if (watch_ >= 0) close(watch_);
}

void KeyFolder::watch(Place& place) {
  // The same folder again gives the same watch: one that was replaced is watched anew.
  if (watch_ >= 0) place.watch = inotify_add_watch(watch_, place.path.c_str(), kChanges);
}

void KeyFolder::take_note(Now now) {
  alignas(inotify_event) char events[4096];
  bool happened = false;
  while (watch_ >= 0 && ::read(watch_, events, sizeof events) > 0) happened = true;
  if (happened) due_ms_ = std::min(due_ms_, now.steady_ms + kSettleMs);
}

bool KeyFolder::read(Now now) {
  bool changed = false;
  bool watched = watch_ >= 0;
  for (Place& place : places_) {
    watch(place);
    watched = watched && place.watch >= 0;
    changed |= read_place(place);
  }
  due_ms_ = now.steady_ms + (watched ? kWatchedMs : kUnwatchedMs);
  if (!changed) return false;
  problems_.clear();
  for (const Place& place : places_) {
    for (const auto& [name, file] : place.files) {
      if (!file.problem.empty()) problems_.push_back(file.problem);
    }
  }
  return true;
}

bool KeyFolder::read_place(Place& place) {
  DIR* const folder = opendir(place.path.c_str());
  if (folder == nullptr) {
    // Not there: nobody of this role. Anything else says nothing of who may come.
    if (errno != ENOENT || place.files.empty()) return false;
    place.files.clear();
    return true;
  }
  bool changed = false;
  for (auto& [name, file] : place.files) file.seen = false;
  errno = 0;
  while (const dirent* const entry = readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (name.starts_with('.') || !name.ends_with(kEnding)) continue;
    if (place.files.size() >= limits::kKeys && !place.files.contains(std::string(name))) continue;
    changed |= read_file(place, std::string(name), dirfd(folder));
    errno = 0;
  }
  const bool whole = errno == 0;
  closedir(folder);
  if (!whole) return changed;
  return std::erase_if(place.files, [](const auto& it) { return !it.second.seen; }) > 0 || changed;
}

bool KeyFolder::read_file(Place& place, const std::string& name, int folder) {
  File& file = place.files[name];
  file.seen = true;
  struct stat status {};
  if (fstatat(folder, name.c_str(), &status, 0) != 0) {
    if (errno == ENOENT) file.seen = false;  // gone just now, or a link to nothing
    return false;
  }
  const std::int64_t modified_ns = status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec;
  if (file.modified_ns == modified_ns && file.inode == status.st_ino &&
      file.bytes == status.st_size) {
    return false;
  }
  const std::string path = place.path + "/" + name;
  const std::string before = file.problem + file.public_key;
  file.problem.clear();
  const std::string id = name.substr(0, name.size() - kEnding.size());
  auto certificate = is_node_id(id) ? read_public_key_file(path)
                                    : Result<Certificate>(Error{fmt::format(
                                          "{}: '{}' cannot be the name of a node",
                                          escaped(path, kShownBytes), escaped(id, kShownBytes))});
  if (certificate) {
    file.public_key = certificate->public_key;
    file.modified_ns = modified_ns;
    file.inode = status.st_ino;
    file.bytes = status.st_size;
  } else {
    // Read again next time: what is wrong with it may not show in its times.
    file.problem = certificate.error();
    if (!file.public_key.empty()) file.problem += "; the key that it held before stays in force";
  }
  return before != file.problem + file.public_key;
}

std::vector<Identity> KeyFolder::identities() const {
  std::vector<Identity> all;
  for (const Place& place : places_) {
    for (const auto& [name, file] : place.files) {
      if (file.public_key.empty()) continue;
      all.push_back({file.public_key, place.role, name.substr(0, name.size() - kEnding.size())});
    }
  }
  return all;
}

}  // namespace rollcall
