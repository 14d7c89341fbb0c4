#include "broker/io/store/backup_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/io/store/aside.hpp"
#include "broker/io/store/database.hpp"
#include "broker/io/store/descriptor.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kShape = "store-00000000-000000.db";  // 0: any digit
constexpr std::int64_t kSecondMs = 1000;

}  // namespace

BackupFolder::BackupFolder(const std::string& store_path)
    : folder_(store_path.empty() ? std::string() : store_path + ".backups") {}

bool BackupFolder::is_name(std::string_view name) {
  return std::equal(
      name.begin(), name.end(), kShape.begin(), kShape.end(),
      [](char is, char shape) { return shape == '0' ? is >= '0' && is <= '9' : is == shape; });
}

void BackupFolder::prepare() {
  if (mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    throw StoreError(StoreTrouble::kFailed,
                     fmt::format("cannot make {}: {}", folder_, std::strerror(errno)));
  }
  std::vector<fs::path> unfinished;
  std::error_code error;
  for (fs::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const std::string_view begins = std::string_view(name).substr(0, kShape.size());
    if (is_name(begins) && name.size() > begins.size()) unfinished.push_back(it->path());
  }
  for (const fs::path& path : unfinished) fs::remove(path, error);
}

std::string BackupFolder::free_name(std::int64_t wall_ms) const {
  std::error_code error;
  while (true) {
    std::string name = fmt::format("store-{}.db", stamp_of(wall_ms));
    if (!fs::exists(path_of(name), error)) return name;
    wall_ms += kSecondMs;
  }
}

std::vector<BackupFolder::Copy> BackupFolder::copies() const {
  std::vector<Copy> copies;
  std::error_code error;
  for (fs::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename().string();
    struct stat status {};
    if (!is_name(name) || lstat(it->path().c_str(), &status) != 0) continue;
    copies.push_back({status.st_mtim.tv_sec, status.st_mtim.tv_nsec, std::move(name)});
  }
  std::sort(copies.begin(), copies.end());
  return copies;
}

void BackupFolder::drop_oldest(std::string_view made) const {
  std::vector<Copy> others = copies();
  std::erase_if(others, [&](const Copy& copy) { return copy.name == made; });
  std::error_code error;
  for (std::size_t i = 0; i + limits::kBackupsKept - 1 < others.size(); ++i) {
    fs::remove(path_of(others[i].name), error);
  }
}

std::int64_t BackupFolder::newest_at_ms() const {
  const std::vector<Copy> all = copies();
  return all.empty() ? 0 : all.back().seconds * kSecondMs;
}

std::optional<PastFailure> BackupFolder::read(std::string_view name, std::uint64_t offset,
                                              Part& part) const {
  const auto none = [&] {
    return PastFailure{
        QueryError::kNotFound,
        fmt::format("there is no copy '{}' (any more): make a new one", escaped(name, 64))};
  };
  if (!is_name(name)) return none();
  const Descriptor file(open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return none();
  part.bytes = static_cast<std::uint64_t>(status.st_size);
  if (offset >= part.bytes) {
    return PastFailure{QueryError::kBadRequest,
                       fmt::format("'offset' is not below the length of {} bytes", part.bytes)};
  }
  part.data.resize(std::min<std::uint64_t>(limits::kBackupAnswerBytes, part.bytes - offset));
  const ssize_t got =
      pread(file.get(), part.data.data(), part.data.size(), static_cast<off_t>(offset));
  if (got <= 0) return PastFailure{QueryError::kUnavailable, "the copy could not be read"};
  part.data.resize(static_cast<std::size_t>(got));
  return std::nullopt;
}

}  // namespace rollcall
