#include "broker/io/store/backup_check.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <new>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "broker/io/store/database.hpp"
#include "broker/io/store/descriptor.hpp"
#include "broker/io/store/schema.hpp"
#include "shared/core/digest.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kReadBytes = 1024 * 1024;
constexpr int kStepsBetweenLooks = 100'000;  // of SQLite's virtual machine: some milliseconds

int is_cancelled(void* flag) {
  return static_cast<const std::atomic<bool>*>(flag)->load(std::memory_order_relaxed) ? 1 : 0;
}

// Reading may be given up at any time.
void watch(Database& database, const std::atomic<bool>& cancelled) {
  sqlite3_progress_handler(database.handle(), kStepsBetweenLooks, is_cancelled,
                           const_cast<std::atomic<bool>*>(&cancelled));
}

StoreError failed(const char* doing, const std::string& path) {
  return {errno == ENOSPC ? StoreTrouble::kFull : StoreTrouble::kFailed,
          fmt::format("cannot {} {}: {}", doing, path, std::strerror(errno))};
}

void expect_ok(const std::string& verdict) {
  if (verdict != "ok") throw StoreError(StoreTrouble::kDamaged, verdict);
}

FinishedCopy finish(const std::string& from, const std::string& to,
                    const std::atomic<bool>& cancelled) {
  {
    Database copy(from);
    watch(copy, cancelled);
    configure_alone(copy);
    expect_ok(copy.text("PRAGMA quick_check(1)"));
  }
  FinishedCopy done;
  const Descriptor file(open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) throw failed("open", from);
  Digest digest;
  std::string bytes(kReadBytes, '\0');
  ssize_t got = 0;
  while ((got = read(file.get(), bytes.data(), bytes.size())) > 0) {
    if (cancelled) throw StoreError(StoreTrouble::kFailed, "it was given up");
    digest.add(std::string_view(bytes).substr(0, static_cast<std::size_t>(got)));
    done.bytes += static_cast<std::uint64_t>(got);
  }
  if (got < 0) throw failed("read", from);
  if (fsync(file.get()) != 0) throw failed("write down", from);
  if (std::rename(from.c_str(), to.c_str()) != 0) throw failed("rename", from);
  sync_folder_of(to);
  done.digest = digest.value();
  return done;
}

// Every table, index and trigger as it was made.
std::vector<std::string> shape_of(Database& database) {
  std::vector<std::string> shape;
  Statement all(database,
                "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM "
                "sqlite_schema ORDER BY 1");
  while (all.step()) shape.emplace_back(all.bytes(0));
  return shape;
}

// Nothing else runs when it is read and written to: no triggers, no views, no other constraints.
void expect_shape(Database& database) {
  Database ours(":memory:");
  migrate(ours);
  if (shape_of(database) != shape_of(ours)) {
    throw StoreError(StoreTrouble::kDamaged, "its tables are not those of a store");
  }
}

ExaminedBackup examine(const std::string& path, const std::atomic<bool>& cancelled) {
  Database database(path);
  watch(database, cancelled);
  configure_alone(database);
  if (database.number("PRAGMA application_id") != kApplicationId ||
      database.number("PRAGMA user_version") < 1) {
    throw StoreError(StoreTrouble::kDamaged, "it is a database, but not one of rollcall-broker");
  }
  // Pages first: what is read before that may lie anywhere.
  expect_ok(database.text("PRAGMA integrity_check(1)"));
  migrate(database);
  expect_shape(database);
  const std::int64_t first = database.number("SELECT coalesce(min(seq), 1) FROM events");
  const std::int64_t last = database.number("SELECT coalesce(max(seq), 0) FROM events");
  const std::int64_t newest = std::max(last, meta_number(database, "reserved"));
  if (first < 1 || newest > static_cast<std::int64_t>(limits::kHighestEvent)) {
    throw StoreError(StoreTrouble::kDamaged, "the numbers of its events are out of all bounds");
  }
  return {.failure = std::nullopt,
          .newest = static_cast<std::uint64_t>(newest),
          .last = static_cast<std::uint64_t>(last)};
}

void remove_all_of(const std::string& path) {
  std::error_code error;
  for (const char* const suffix : {"", "-wal", "-journal", "-shm"}) {
    std::filesystem::remove(path + suffix, error);
  }
}

PastFailure no_memory() { return {QueryError::kUnavailable, "no memory for it; ask again later"}; }

}  // namespace

FinishedCopy finish_copy(const std::string& from, const std::string& to,
                         const std::atomic<bool>& cancelled) {
  try {
    return finish(from, to, cancelled);
  } catch (const StoreError& error) {
    remove_all_of(from);
    return {.failure = PastFailure{QueryError::kUnavailable,
                                   fmt::format("no copy could be made: {}", error.what())}};
  } catch (const std::bad_alloc&) {
    remove_all_of(from);
    return {.failure = no_memory()};
  }
}

ExaminedBackup examine_backup(const std::string& path, const std::atomic<bool>& cancelled) {
  try {
    return examine(path, cancelled);
  } catch (const StoreError& error) {
    const bool is_full = error.trouble() == StoreTrouble::kFull;
    return {.failure = PastFailure{is_full ? QueryError::kUnavailable : QueryError::kBadRequest,
                                   fmt::format("this backup cannot be put back, and nothing was "
                                               "changed: {}",
                                               error.what())}};
  } catch (const std::bad_alloc&) {
    return {.failure = no_memory()};
  }
}

}  // namespace rollcall
