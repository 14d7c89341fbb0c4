// A history in SQLite's memory, which outlives the object that keeps it: so a test may let that
// crash at any point. Time is what the test says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/history/history.hpp"
#include "broker/io/store/history_tables.hpp"

namespace rollcall::test {

inline constexpr std::int64_t kStartMs = 1'764'000'000'000 / 3'600'000 * 3'600'000;
inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

inline Sample sample_at(std::int64_t at_ms, double cpu = 10) {
  Sample sample;
  sample.at_ms = at_ms;
  sample.storage = {400'000, 1'000'000};
  sample.memory = {3'000'000, 8'000'000};
  sample.cpu_percent = cpu;
  sample.rx = 200;
  sample.tx = 100;
  return sample;
}

class KeptHistory {
 public:
  explicit KeptHistory(const HistoryPolicy& policy = {}, std::int64_t wall_ms = kStartMs)
      : policy_(policy), wall_ms_(wall_ms), database_(":memory:") {
    create_history_tables(database_);
    tables_.emplace(database_);
    restart();
  }

  History& operator*() { return *history_; }
  History* operator->() { return &*history_; }
  StoredHistory& tables() { return *tables_; }
  Database& database() { return database_; }
  std::int64_t wall_ms() const { return wall_ms_; }

  // What was not written is lost.
  void restart() {
    history_.emplace(*tables_, policy_);
    history_->restore(wall_ms_);
  }
  void set_time(std::int64_t wall_ms) {
    wall_ms_ = wall_ms;
    history_->advance(wall_ms);
  }
  // A minute at a time, as far as the store's thread would have come by.
  void pass(std::int64_t ms) {
    const std::int64_t end = wall_ms_ + ms;
    while (wall_ms_ < end) {
      set_time(std::min(end, wall_ms_ + kMinuteMs));
      write_all();
    }
  }
  std::size_t write(std::size_t rows = 64) {
    Transaction transaction(database_);
    const std::size_t written = history_->write(rows);
    transaction.commit();
    history_->committed();
    return written;
  }
  void write_all() {
    while (history_->has_work() && write() > 0) {
    }
  }
  void write_in_vain() {
    {
      const Transaction transaction(database_);
      history_->write(64);
    }
    history_->rolled_back();
  }
  std::size_t retain(std::size_t rows = 64) {
    Transaction transaction(database_);
    const std::size_t removed = history_->retain(wall_ms_, rows);
    transaction.commit();
    history_->committed();
    return removed;
  }
  std::vector<HistoryPoint> points(HistoryLevel level, SeriesId series, std::int64_t since_ms = 0,
                                   std::int64_t until_ms = kLatestPointMs) {
    std::vector<HistoryPoint> found;
    history_->visit(level, series, since_ms, until_ms,
                    [&](const HistoryPoint& point) { found.push_back(point); });
    return found;
  }

 private:
  HistoryPolicy policy_;
  std::int64_t wall_ms_;
  Database database_;
  std::optional<StoredHistory> tables_;
  std::optional<History> history_;
};

}  // namespace rollcall::test
