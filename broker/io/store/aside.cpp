#include "broker/io/store/aside.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "broker/io/store/database.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string stamp_of(std::int64_t wall_ms) {
  const std::time_t seconds = wall_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &parts);
  return text;
}

void drop_oldest(const std::string& path, std::string_view infix, std::size_t most) {
  const std::string prefix = fs::path(path).filename().string() + std::string(infix);
  std::vector<fs::path> found;
  std::error_code error;
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with(prefix) && !name.ends_with("-wal")) found.push_back(it->path());
  }
  std::sort(found.begin(), found.end());
  for (std::size_t i = 0; i + most < found.size(); ++i) {
    fs::remove(found[i], error);
    fs::remove(found[i].string() + "-wal", error);
  }
}

std::string set_aside(const std::string& path, std::int64_t wall_ms) {
  std::string name = fmt::format("{}.damaged-{}", path, stamp_of(wall_ms));
  std::error_code error;
  for (int i = 1; fs::exists(name, error) && i < 100; ++i) {
    name = fmt::format("{}.damaged-{}-{}", path, stamp_of(wall_ms), i);
  }
  fs::rename(path, name, error);
  if (error) {
    throw StoreError(StoreTrouble::kFailed, fmt::format("{} is damaged and cannot be set aside: {}",
                                                        path, error.message()));
  }
  if (fs::exists(path + "-wal", error)) fs::rename(path + "-wal", name + "-wal", error);
  fs::remove(path + "-shm", error);
  drop_oldest(path, ".damaged-", limits::kDamagedFiles);
  return fs::path(name).filename().string();
}

}  // namespace rollcall
