// The tables of a history in SQLite. Of each level, chunks lie one behind the other in the order of
// writing, so that pages are full and the oldest go as whole pages; a small index finds those of a
// series. Wants pages of 8 KiB (PRAGMA page_size before the first table): chunks of a kilobyte
// leave less unused in them.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "broker/history/history_tables.hpp"
#include "broker/io/store/database.hpp"

namespace rollcall {

// Within the caller's transaction. Throws StoreError.
void create_history_tables(Database& database);

class StoredHistory final : public HistoryTables {
 public:
  // `database` outlives it and has the tables.
  explicit StoredHistory(Database& database);

  void add_series(SeriesId id, bool is_group, std::string_view name) override;
  void remove_series(SeriesId id) override;
  void visit_series(const std::function<void(SeriesId, bool, std::string_view)>& visit) override;
  SeriesId highest_series() override;
  void add_chunk(HistoryLevel level, const ChunkRow& chunk) override;
  void remove_chunk(HistoryLevel level, std::int64_t id) override;
  std::size_t remove_chunks(HistoryLevel level, SeriesId series, std::size_t most,
                            LevelTotals& removed) override;
  void visit_chunks(HistoryLevel level, SeriesId series, std::int64_t since_ms,
                    std::int64_t until_ms,
                    const std::function<void(const ChunkRow&)>& visit) override;
  void visit_sealed(HistoryLevel level, std::uint64_t through,
                    const std::function<void(SeriesId, std::uint64_t)>& visit) override;
  std::uint64_t highest_through(HistoryLevel level) override;
  void visit_oldest(HistoryLevel level, std::int64_t after, std::size_t most,
                    const std::function<void(const ChunkRow&)>& visit) override;
  void add_journal(HistoryLevel level, std::uint64_t id, std::int64_t at_ms, Bytes data) override;
  void remove_journal(HistoryLevel level, std::uint64_t id) override;
  std::uint64_t oldest_journal(HistoryLevel level) override;
  void visit_journals(
      HistoryLevel level,
      const std::function<void(std::uint64_t, std::int64_t, Bytes)>& visit) override;
  LevelTotals totals(HistoryLevel level) override;
  void set_totals(HistoryLevel level, const LevelTotals& totals) override;
  std::uint64_t used_bytes() override;

 private:
  struct LevelStatements {
    LevelStatements(Database& database, const std::string& level);
    Statement add_chunk;
    Statement remove_chunk;
    Statement chunks_of;
    Statement some_of;
    Statement sealed;
    Statement highest_through;
    Statement oldest;
    Statement add_journal;
    Statement remove_journal;
    Statement oldest_journal;
    Statement journals;
  };
  LevelStatements& at(HistoryLevel level) { return levels_[index_of(level)]; }

  Database& database_;
  std::array<LevelStatements, kHistoryLevels> levels_;
  Statement add_series_;
  Statement remove_series_;
  Statement series_;
  Statement totals_;
  Statement set_totals_;
  Statement pages_;
  Statement free_pages_;
  std::int64_t page_bytes_ = 0;
};

}  // namespace rollcall
