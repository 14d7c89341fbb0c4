// Where a history lies: in a file (broker/io/store/history_tables.hpp). All that is written belongs
// to the caller's open transaction, and errors pass through as exceptions (StoreError).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "broker/history/point.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {

// Of a node or a group, for good: never given to another one.
using SeriesId = std::uint32_t;
inline constexpr SeriesId kNoSeries = 0;

// Some points of one series, as encode_chunk() made them.
struct ChunkRow {
  std::int64_t id = 0;  // rising in the order of writing
  SeriesId series = kNoSeries;
  std::int64_t begins_ms = 0;  // its first point
  std::int64_t ends_ms = 0;    // its last one
  std::uint64_t points = 0;
  std::uint64_t through = 0;  // the points of this series in journals up to here are in chunks
  std::uint64_t bytes = 0;    // of `data`
  Bytes data;                 // lives during the visit
};

// Kept beside the chunks, so that nobody must count them.
struct LevelTotals {
  std::uint64_t points = 0;
  std::uint64_t bytes = 0;    // of chunks
  std::int64_t since_ms = 0;  // from when on it is complete; 0 where there was nothing yet
  bool operator==(const LevelTotals&) const = default;
};

class HistoryTables {
 public:
  HistoryTables() = default;
  virtual ~HistoryTables() = default;
  HistoryTables(const HistoryTables&) = delete;
  HistoryTables& operator=(const HistoryTables&) = delete;

  virtual void add_series(SeriesId id, bool is_group, std::string_view name) = 0;
  virtual void remove_series(SeriesId id) = 0;
  virtual void visit_series(
      const std::function<void(SeriesId id, bool is_group, std::string_view name)>& visit) = 0;
  // The highest that was ever given, also to a series that was removed.
  virtual SeriesId highest_series() = 0;

  virtual void add_chunk(HistoryLevel level, const ChunkRow& chunk) = 0;
  virtual void remove_chunk(HistoryLevel level, std::int64_t id) = 0;
  // Removes so many of a series at most; how many it removed, their points and bytes.
  virtual std::size_t remove_chunks(HistoryLevel level, SeriesId series, std::size_t most,
                                    LevelTotals& removed) = 0;
  // Those of a series that begin in [since_ms, until_ms), rising.
  virtual void visit_chunks(HistoryLevel level, SeriesId series, std::int64_t since_ms,
                            std::int64_t until_ms,
                            const std::function<void(const ChunkRow&)>& visit) = 0;
  // Those that are of journals from `through` on; and the highest such number, 0 where there is
  // none.
  virtual void visit_sealed(
      HistoryLevel level, std::uint64_t through,
      const std::function<void(SeriesId series, std::uint64_t through)>& visit) = 0;
  virtual std::uint64_t highest_through(HistoryLevel level) = 0;
  // The oldest behind `after`, without `data`.
  virtual void visit_oldest(HistoryLevel level, std::int64_t after, std::size_t most,
                            const std::function<void(const ChunkRow&)>& visit) = 0;

  virtual void add_journal(HistoryLevel level, std::uint64_t id, std::int64_t at_ms,
                           Bytes data) = 0;
  virtual void remove_journal(HistoryLevel level, std::uint64_t id) = 0;
  // 0 where there is none.
  virtual std::uint64_t oldest_journal(HistoryLevel level) = 0;
  // In the order of their numbers.
  virtual void visit_journals(
      HistoryLevel level,
      const std::function<void(std::uint64_t id, std::int64_t at_ms, Bytes data)>& visit) = 0;

  virtual LevelTotals totals(HistoryLevel level) = 0;
  virtual void set_totals(HistoryLevel level, const LevelTotals& totals) = 0;
  // What the whole store uses, without pages that are free.
  virtual std::uint64_t used_bytes() = 0;
};

}  // namespace rollcall
