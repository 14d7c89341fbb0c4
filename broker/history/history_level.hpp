// One level of a history: the points of all series from when they are added until they lie in
// chunks, and the reading of both.
//
// A point is added to its series' open chunk and to the journal that is next to be written. A chunk
// that is full, old or long enough waits to be sealed. A chunk says up to which journal its series
// is in chunks (`through`); so a journal that is read again after a crash doubles nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "broker/history/history_tables.hpp"
#include "broker/history/packed_points.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

class HistoryLevelStore {
 public:
  // `tables` outlives it.
  HistoryLevelStore(HistoryTables& tables, HistoryLevel level,
                    std::uint64_t waiting_bytes = limits::kHistoryWaitingBytes);

  // Called for each point in the journals, in order. Those that are in no chunk yet are open again.
  using Restored = std::function<void(SeriesId series, const HistoryPoint& point)>;
  void restore(std::int64_t wall_ms, const std::function<bool(SeriesId)>& is_known,
               const Restored& restored);

  void append(SeriesId series, const HistoryPoint& point, std::int64_t wall_ms);
  // Closes chunks of series that are silent; above `open_bytes` the larger ones early. Looks at
  // limits::kSeriesPerCall of them.
  void advance(std::int64_t wall_ms, std::uint64_t open_bytes);
  // Lets go of what is open, as the series goes.
  void drop(SeriesId series);

  std::size_t write(std::size_t rows);
  std::size_t remove_series(SeriesId series, std::size_t rows);
  std::size_t retain_age(std::int64_t before_ms, std::int64_t wall_ms, std::size_t rows);
  // The oldest, whatever their age.
  std::size_t retain_size(std::int64_t wall_ms, std::size_t rows);
  void committed();
  void rolled_back();
  bool has_work() const;

  void visit(SeriesId series, std::int64_t since_ms, std::int64_t until_ms,
             const std::function<void(const HistoryPoint&)>& visit);

  const LevelTotals& totals() const { return totals_; }
  // In memory, of what is in no chunk yet.
  std::uint64_t open_bytes() const { return open_bytes_; }
  std::uint64_t waiting_bytes() const { return waiting_bytes_; }
  std::uint64_t lost() const { return lost_; }
  std::uint64_t damaged() const { return damaged_; }

 private:
  // Points packed, each after the one before it.
  struct Run {
    PackedPoints points;
    std::int64_t begins_ms = 0;
    std::int64_t ends_ms = 0;
    std::uint64_t first_journal = 0;  // its first point is in this one
  };
  struct Open {
    Run run;
    std::uint64_t target = 0;        // points to be sealed at
    std::uint64_t closed_in = 0;     // the journal under way when its last chunk was closed
    std::uint64_t last_journal = 0;  // its last point is in this one
    std::int64_t touched_ms = 0;
  };
  struct Closed {
    SeriesId series = kNoSeries;
    Run run;
    std::uint64_t through = 0;
  };
  struct Journal {
    std::uint64_t id = 0;
    std::int64_t at_ms = 0;
    std::string bytes;  // until it is written
  };
  struct Restoring {
    const std::function<bool(SeriesId)>& is_known;
    const Restored& restored;
    std::unordered_map<SeriesId, std::uint64_t> through;  // of the newest chunks
  };
  // What the open transaction has done, not yet to be relied on.
  struct Flight {
    std::size_t journals = 0;
    std::size_t closed = 0;
    std::size_t removed_journals = 0;
    LevelTotals totals;
  };

  Open& open_of(SeriesId series);
  std::uint64_t last_journal() const { return next_journal_ - 1; }
  void begin_journal(std::int64_t wall_ms);
  void put(Open& open, const HistoryPoint& point, std::uint64_t journal);
  void close(SeriesId series, Open& open, std::uint64_t through);
  void replay(std::uint64_t id, std::int64_t at_ms, Bytes data, const Restoring& restoring);
  void replay_point(SeriesId series, const HistoryPoint& point, std::uint64_t id);
  void bound_waiting();
  void let_go(const Run& run);
  bool is_due(const Run& run, const HistoryPoint& next) const;
  bool may_remove(const Journal& journal) const;
  std::size_t write_journals(std::size_t rows);
  std::size_t write_chunks(std::size_t rows);
  std::size_t remove_journals(std::size_t rows);
  void remove(const ChunkRow& chunk, std::int64_t wall_ms);
  void visit_stored(SeriesId series, std::int64_t since_ms, std::int64_t until_ms,
                    const std::function<void(const HistoryPoint&)>& visit);

  HistoryTables& tables_;
  HistoryLevel level_;
  std::uint64_t most_waiting_;
  std::map<SeriesId, Open> open_;
  std::deque<Closed> closed_;
  std::deque<Journal> waiting_;                    // the last one is under way
  bool is_cut_ = true;                             // the next point begins a new journal
  std::deque<Journal> written_;                    // without their bytes
  std::map<std::uint64_t, std::uint64_t> firsts_;  // of open and closed chunks, by first journal
  std::uint64_t next_journal_ = 1;
  Flight flight_;
  LevelTotals totals_;
  std::int64_t wall_ms_ = 0;
  SeriesId advance_after_ = kNoSeries;
  std::int64_t retain_after_ = 0;
  std::uint64_t open_bytes_ = 0;    // of open and closed chunks
  std::uint64_t closed_bytes_ = 0;  // of the closed ones
  std::uint64_t waiting_bytes_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t damaged_ = 0;
};

}  // namespace rollcall
