// How nodes and groups of them went over time, at three levels: every sample for a day, a point a
// minute for a month, a point an hour for two years; compressed and bounded. Questions about it are
// answered by broker/past/history_answer.hpp and history_source.hpp.
//
// Samples gather in memory. What came since the last write goes into a journal, one row for all
// series together; a series that has some 120 points is sealed into a chunk, and journals go when
// all that they hold is in chunks. So a crash loses what was not yet written and committed, and
// restore() brings back the rest, with the minutes and hours that were under way.
//
// Groups are "zone=Z", "rack=R" and "all": each minute the sums over the latest samples of their
// nodes. A node drops out when it is gone, or silent for three of its usual gaps.
//
// Wall clocks may step. A sample before the last one of its node begins a new chunk; chunks may
// overlap, and answers merge them. Of what is heard twice within a second the first counts.
//
// For one thread. Nothing here waits; each call does a bounded amount of work.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/history/accumulator.hpp"
#include "broker/history/group_sums.hpp"
#include "broker/history/history_level.hpp"
#include "broker/history/history_tables.hpp"
#include "broker/history/policy.hpp"

namespace rollcall {

struct HistoryFigures {
  std::array<LevelTotals, kHistoryLevels> levels;  // of what is in chunks
  std::uint64_t open_bytes = 0;                    // in memory, of what is not
  std::uint64_t waiting_bytes = 0;                 // in no journal yet, besides
  std::uint64_t lost = 0;                          // points dropped while the store took nothing
  std::uint64_t refused = 0;                       // samples of nodes beyond kHistorySeries
  std::uint64_t damaged = 0;                       // chunks that made no sense, each time read
  std::uint64_t series = 0;
};

class History {
 public:
  // `tables` outlives it. Nothing is read before restore().
  History(HistoryTables& tables, const HistoryPolicy& policy);
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  // Once, before all else: reads series and journals.
  void restore(std::int64_t wall_ms);

  // Of a node, made where there is none; kNoSeries where there are too many, which all here take.
  SeriesId series_of(std::string_view node);
  // Its labels' values; empty: none. To be said again after a restart.
  void set_groups(SeriesId node, std::string_view zone, std::string_view rack);
  // False where it was dropped: within a second of the one before it, or without a series.
  bool add(SeriesId node, const Sample& sample);
  // Evicted or left: it counts in no group any more, until it is heard again.
  void gone(SeriesId node);
  // Removes all that is kept of it, over the next writes.
  void forget(std::string_view node);

  // Closes minutes and hours that are over and sums up groups. At least once a second.
  void advance(std::int64_t wall_ms);

  bool has_work() const;
  // Inside the caller's transaction: writes about so many rows at most; how many it wrote, 0 where
  // there is nothing to do. Then committed() or rolled_back(), as the transaction went, before
  // anything else here is called but retain().
  std::size_t write(std::size_t rows);
  // The same for what is too old or too much: removes so many chunks at most.
  std::size_t retain(std::int64_t wall_ms, std::size_t rows);
  void committed();
  void rolled_back();
  void set_policy(const HistoryPolicy& policy) { policy_ = policy; }

  // kNoSeries where there is none.
  SeriesId find(bool is_group, std::string_view name) const;
  // The points of a series in [since_ms, until_ms), also those not yet written and what is under
  // way. Rising but where clocks stepped; a minute or an hour may come in parts.
  void visit(HistoryLevel level, SeriesId series, std::int64_t since_ms, std::int64_t until_ms,
             const std::function<void(const HistoryPoint&)>& visit);
  // From when on the level is complete; INT64_MAX where it holds nothing.
  std::int64_t since_ms(HistoryLevel level) const;
  HistoryFigures figures() const;

 private:
  struct Series {
    bool is_group = false;
    bool is_listed = false;  // counts in its groups
    std::string name;
    SeriesId zone = kNoSeries;
    SeriesId rack = kNoSeries;
    HistoryPoint latest;
    std::int64_t gap_ms = 0;          // the usual one; 0 where it is not known yet
    std::uint64_t unsummed = 0;       // samples since its groups were summed up
    std::int64_t touched_ms = 0;      // when it last got anything
    std::int64_t minute_before = -1;  // the last that was closed
    std::int64_t hour_before = -1;
    Accumulator minute;
    Accumulator hour;
  };

  SeriesId make(bool is_group, std::string_view name);
  SeriesId group_of(std::string_view label, std::string_view value);
  Series* series_at(SeriesId id);
  void restore_series();
  void feed_minute(SeriesId id, Series& series, const HistoryPoint& sample);
  void close_minute(SeriesId id, Series& series);
  void add_minute(SeriesId id, Series& series, const HistoryPoint& minute);
  void feed_hour(SeriesId id, Series& series, const HistoryPoint& minute);
  void close_hour(SeriesId id, Series& series);
  void remember(Series& series, const HistoryPoint& sample);
  void step_back(std::int64_t wall_ms);
  void close_what_is_over();
  void sum_up();
  bool counts(const Series& series, std::int64_t at_ms) const;
  void remove(SeriesId id);
  std::size_t write_series(std::size_t rows);
  std::size_t write_removals(std::size_t rows);
  HistoryLevelStore& level(HistoryLevel which) { return levels_[index_of(which)]; }
  const HistoryLevelStore& level(HistoryLevel which) const { return levels_[index_of(which)]; }

  HistoryTables& tables_;
  HistoryPolicy policy_;
  std::array<HistoryLevelStore, kHistoryLevels> levels_;
  std::map<SeriesId, Series> series_;
  std::unordered_map<std::string, SeriesId> nodes_;
  std::unordered_map<std::string, SeriesId> groups_;
  SeriesId all_ = kNoSeries;
  SeriesId highest_ = kNoSeries;
  std::deque<SeriesId> unwritten_;  // series that the tables do not know yet
  std::deque<SeriesId> removed_;    // series whose chunks are to go
  std::size_t unwritten_in_flight_ = 0;
  std::size_t removed_in_flight_ = 0;
  GroupSums sums_;
  std::int64_t wall_ms_ = 0;
  SeriesId close_after_ = kNoSeries;  // where close_what_is_over() and sum_up() go on
  SeriesId sum_after_ = kNoSeries;
  std::int64_t sum_minute_ = 0;  // the next that groups are summed up for
  std::uint64_t refused_ = 0;
};

}  // namespace rollcall
