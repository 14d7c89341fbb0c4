#include "agent/io/system/data_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "agent/inventory/file_names.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr int kEntriesAtOnce = 256;
constexpr std::int64_t kFreshMs = 1000;

std::int64_t changed_ns(const struct stat& found) {
  return static_cast<std::int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 + found.st_mtim.tv_nsec;
}

}  // namespace

std::string DataDirectory::full_path(std::string_view path) const {
  return path.empty() ? root_ : fmt::format("{}/{}", root_, path);
}

void DataDirectory::begin_scan() {
  if (is_scanning_) {
    is_scan_wanted_ = true;
    return;
  }
  if (!watch_.has_value()) watch_.emplace(most_watches_);
  is_scanning_ = true;
  is_scan_wanted_ = false;
  is_watch_exhausted_ = false;  // there may be watches again
  result_ = {};
  removed_.clear();
  to_read_.clear();
  open_.reset();
  to_read_.emplace_back();
}

void DataDirectory::forget() {
  watch_.reset();
  is_scanning_ = false;
  is_scan_wanted_ = false;
  result_ = {};
  removed_.clear();
  to_read_.clear();
  open_.reset();
  fresh_.clear();
}

// ---- reading directories ------------------------------------------------------------------------

void DataDirectory::read_some(Now now, ChangeBatch& out) {
  for (int i = 0; i < kEntriesAtOnce; ++i) {
    if (open_ == nullptr) {
      if (to_read_.empty()) break;
      open_next();
      continue;
    }
    errno = 0;
    const dirent* const entry = ::readdir(open_.get());
    if (entry != nullptr) {
      on_entry(now, *entry, out);
      continue;
    }
    if (errno != 0) on_failure("read", open_path_, errno);
    open_.reset();
  }
  if (!is_reading() && is_scanning_) end_scan(out);
}

void DataDirectory::open_next() {
  open_path_ = std::move(to_read_.back());
  to_read_.pop_back();
  const std::string path = full_path(open_path_);
  // Watched before it is read: what comes in between is seen twice, not missed.
  if (!is_watch_exhausted_ && watch_->add(path, open_path_) == DirectoryWatch::Added::kExhausted) {
    is_watch_exhausted_ = true;
  }
  open_.reset(::opendir(path.c_str()));
  // One that went since is no failure; that the root is there is checked elsewhere.
  if (open_ == nullptr && (errno != ENOENT || open_path_.empty())) {
    on_failure("open", open_path_, errno);
  }
}

void DataDirectory::on_entry(Now now, const dirent& entry, ChangeBatch& out) {
  const std::string_view name = entry.d_name;
  if (name == "." || name == "..") return;
  const std::string path =
      open_path_.empty() ? std::string(name) : fmt::format("{}/{}", open_path_, name);
  if (entry.d_type == DT_DIR) return on_directory(path);
  if (entry.d_type != DT_REG && entry.d_type != DT_UNKNOWN) return;
  struct stat found {};
  if (::fstatat(::dirfd(open_.get()), entry.d_name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) on_failure("stat", path, errno);
    return;
  }
  if (S_ISDIR(found.st_mode)) return on_directory(path);
  if (!S_ISREG(found.st_mode)) return;
  switch (kind_of_file(path)) {
    case NameKind::kIgnored: return;
    case NameKind::kUnusable: return on_skipped(path);
    case NameKind::kBlock: break;
  }
  if (defer(now, path, found)) return see(path);
  put(path, found, out);
}

void DataDirectory::on_directory(std::string_view path) {
  switch (kind_of_directory(path)) {
    case NameKind::kIgnored: return;
    case NameKind::kUnusable: return on_skipped(path);
    case NameKind::kBlock: break;
  }
  if (to_read_.size() >= limits::kAgentDirectories) return on_failure("queue", path, E2BIG);
  if (!watch_.has_value()) watch_.emplace(most_watches_);
  to_read_.emplace_back(path);
}

void DataDirectory::end_scan(ChangeBatch& out) {
  is_scanning_ = false;
  forget_removed();
  std::sort(result_.seen.begin(), result_.seen.end());
  result_.seen.erase(std::unique(result_.seen.begin(), result_.seen.end()), result_.seen.end());
  for (const std::uint64_t hash : result_.seen) result_.digest += hash;
  for (const Fresh& file : fresh_) result_.waiting.push_back(file.path);
  out.add(ChangeBatch::Kind::kScanEnded, {});
  finished_ = std::move(result_);
  result_ = {};
  if (is_scan_wanted_) begin_scan();
}

std::optional<ScanResult> DataDirectory::take_result() {
  std::optional<ScanResult> result = std::move(finished_);
  finished_.reset();
  return result;
}

// ---- what the watches tell ----------------------------------------------------------------------

bool DataDirectory::read_events(Now now, ChangeBatch& out) {
  if (!watch_.has_value()) return false;
  bool is_root_gone = false;
  watch_->read([&](const DirectoryWatch::Event& event) {
    constexpr std::uint32_t kSelf = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;
    if ((event.mask & kSelf) != 0 && event.directory.empty()) is_root_gone = true;
    on_event(now, event, out);
  });
  return is_root_gone;
}

void DataDirectory::on_event(Now, const DirectoryWatch::Event& event, ChangeBatch& out) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    ++overflows_;
    return begin_scan();
  }
  if (event.name.empty()) return;
  const std::string path = event.directory.empty()
                               ? std::string(event.name)
                               : fmt::format("{}/{}", event.directory, event.name);
  if ((event.mask & IN_ISDIR) != 0) {
    if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) on_directory(path);
    // One that was deleted was emptied before, and each file was told of.
    if ((event.mask & IN_MOVED_FROM) != 0) on_directory_gone(path, out);
    return;
  }
  switch (kind_of_file(path)) {
    case NameKind::kIgnored: return;
    case NameKind::kUnusable: return;  // counted by the next scan
    case NameKind::kBlock: break;
  }
  if ((event.mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
    out.add(ChangeBatch::Kind::kRemove, path);
    if (is_scanning_ && removed_.size() < limits::kAgentDirectories) {
      removed_[hash_of(path)] = result_.seen.size();
    }
  } else {
    on_written(path, (event.mask & IN_CREATE) != 0, out);
  }
}

void DataDirectory::on_directory_gone(std::string_view path, ChangeBatch& out) {
  watch_->forget_under(path);
  if (open_ != nullptr && is_under(open_path_, path)) open_.reset();
  std::erase_if(to_read_, [&](const std::string& waiting) { return is_under(waiting, path); });
  if (kind_of_directory(path) == NameKind::kBlock) out.add(ChangeBatch::Kind::kRemoveUnder, path);
}

// `only_links`: a new name. A file that was just created is announced when it is closed, but a
// second name of a file that is there already makes no other event.
void DataDirectory::on_written(std::string_view path, bool only_links, ChangeBatch& out) {
  struct stat found {};
  if (::lstat(full_path(path).c_str(), &found) != 0) return;  // gone again: that comes next
  if (!S_ISREG(found.st_mode) || (only_links && found.st_nlink < 2)) return;
  put(path, found, out);
}

// ---- files --------------------------------------------------------------------------------------

void DataDirectory::put(std::string_view path, const struct stat& found, ChangeBatch& out) {
  out.add(ChangeBatch::Kind::kPut, path, static_cast<std::uint64_t>(found.st_size));
  see(path);
}

void DataDirectory::see(std::string_view path) {
  if (is_scanning_ && result_.seen.size() < 2 * limits::kAgentBlocks) {
    result_.seen.push_back(hash_of(path));
  }
}

// What was seen, and went since, is not in the set either: the two must agree.
void DataDirectory::forget_removed() {
  if (removed_.empty()) return;
  std::size_t at = 0;
  std::erase_if(result_.seen, [&](std::uint64_t hash) {
    const auto removed = removed_.find(hash);
    return at++ < (removed == removed_.end() ? 0 : removed->second);
  });
  removed_.clear();
}

bool DataDirectory::defer(Now now, std::string_view path, const struct stat& found) {
  const std::int64_t age_ms = now.wall_ms - changed_ns(found) / 1'000'000;
  if (age_ms >= kFreshMs || age_ms <= -kFreshMs) return false;  // or a clock that is off
  if (std::any_of(fresh_.begin(), fresh_.end(),
                  [&](const Fresh& file) { return file.path == path; })) {
    return true;
  }
  if (fresh_.size() >= limits::kFreshFiles) return false;
  if (fresh_.empty()) fresh_due_ms_ = now.steady_ms + kFreshMs;
  fresh_.push_back({std::string(path), found.st_size, changed_ns(found)});
  return true;
}

void DataDirectory::read_fresh(Now now, ChangeBatch& out) {
  fresh_due_ms_ = now.steady_ms + kFreshMs;
  std::size_t looked_at = 0;
  std::erase_if(fresh_, [&](Fresh& file) {
    if (++looked_at > kEntriesAtOnce) return false;  // the rest comes in the next second
    struct stat found {};
    if (::lstat(full_path(file.path).c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return true;
    if (found.st_size == file.bytes && changed_ns(found) == file.changed_ns) {
      put(file.path, found, out);
      return true;
    }
    file.bytes = found.st_size;
    file.changed_ns = changed_ns(found);
    return false;
  });
}

void DataDirectory::on_failure(std::string_view what, std::string_view path, int error) {
  if (result_.failed++ != 0) return;
  result_.first_failure =
      fmt::format("{} {}: {}", what, full_path(path), std::generic_category().message(error));
}

void DataDirectory::on_skipped(std::string_view path) {
  if (result_.skipped++ == 0) result_.first_skipped = path;
}

}  // namespace rollcall
