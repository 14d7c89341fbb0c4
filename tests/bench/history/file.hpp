// A store's file with a history in it, as the broker sets it up.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "broker/history/history.hpp"
#include "broker/io/store/history_tables.hpp"

namespace rollcall::bench {

class HistoryFile {
 public:
  // Made anew, or as it was left.
  explicit HistoryFile(const std::string& path, bool is_new = true)
      : path_(is_new ? fresh(path) : path), database_(path) {
    database_.run(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    if (is_new) create_history_tables(database_);
    tables_.emplace(database_);
    history_.emplace(*tables_, HistoryPolicy{.keep_ms = {kYearsMs, kYearsMs, kYearsMs}});
    empty_bytes_ = bytes();
  }

  void begin(std::int64_t wall_ms) { history_->restore(wall_ms); }
  History& history() { return *history_; }
  // One transaction of so many rows; false where nothing was left to write.
  bool write(std::size_t rows = 64) {
    if (!history_->has_work()) return false;
    Transaction transaction(database_);
    const std::size_t written = history_->write(rows);
    transaction.commit();
    history_->committed();
    return written > 0;
  }
  void write_all() {
    while (write(4096)) {
    }
  }
  // Of the file alone, after all is in it; and what it has grown since it was empty.
  std::uint64_t bytes() {
    database_.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return std::filesystem::file_size(path_);
  }
  std::uint64_t growth() { return bytes() - empty_bytes_; }
  std::uint64_t used_bytes() { return tables_->used_bytes(); }
  Database& database() { return database_; }
  StoredHistory& tables() { return *tables_; }

 private:
  static constexpr std::int64_t kYearsMs = std::int64_t{10} * 366 * 86'400'000;
  static const std::string& fresh(const std::string& path) {
    for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(path + ending);
    return path;
  }

  std::string path_;
  Database database_;
  std::optional<StoredHistory> tables_;
  std::optional<History> history_;
  std::uint64_t empty_bytes_ = 0;
};

}  // namespace rollcall::bench
