#include "broker/history/history_level.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "broker/history/chunk.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;

// Of each level: how much time a chunk covers at most, so that those around a moment are found by
// where they begin; how long a series is silent until its chunk is closed.
struct Timing {
  std::int64_t span_ms;
  std::int64_t silent_ms;
};
constexpr std::array<Timing, kHistoryLevels> kTimings{Timing{2 * kHourMs, 30 * kMinuteMs},
                                                      Timing{4 * kHourMs, 30 * kMinuteMs},
                                                      Timing{240 * kHourMs, 12 * kHourMs}};

const Timing& timing(HistoryLevel level) { return kTimings[index_of(level)]; }

// The first chunks of series that begin together are of different lengths, so that the later ones
// are not all full at once.
std::uint64_t first_target(SeriesId series) {
  constexpr std::uint64_t kShortest = 20;
  const std::uint64_t mixed = series * std::uint64_t{0x9E3779B97F4A7C15u} >> 32;
  return kShortest + mixed % (limits::kUsualChunkPoints - kShortest + 1);
}

// What journals hold differs from this.
HistoryPoint journal_base(std::int64_t at_ms) {
  HistoryPoint base;
  base.columns[HistoryPoint::kAt] = static_cast<std::uint64_t>(std::max<std::int64_t>(at_ms, 0));
  base.columns[HistoryPoint::kSamples] = 1;
  return base;
}

}  // namespace

HistoryLevelStore::HistoryLevelStore(HistoryTables& tables, HistoryLevel level,
                                     std::uint64_t waiting_bytes)
    : tables_(tables), level_(level), most_waiting_(waiting_bytes) {}

HistoryLevelStore::Open& HistoryLevelStore::open_of(SeriesId series) {
  const auto [found, is_new] = open_.try_emplace(series);
  if (is_new) {
    found->second.target = first_target(series);
    found->second.touched_ms = wall_ms_;
    open_bytes_ += sizeof(Open) + found->second.run.points.bytes();
  }
  return found->second;
}

void HistoryLevelStore::begin_journal(std::int64_t wall_ms) {
  waiting_.push_back({.id = next_journal_++, .at_ms = wall_ms, .bytes = {}});
  is_cut_ = false;
}

bool HistoryLevelStore::is_due(const Run& run, const HistoryPoint& next) const {
  return !run.points.empty() &&
         (next.at_ms() <= run.ends_ms || next.at_ms() - run.begins_ms > timing(level_).span_ms);
}

void HistoryLevelStore::append(SeriesId series, const HistoryPoint& point, std::int64_t wall_ms) {
  wall_ms_ = wall_ms;
  Open& open = open_of(series);
  if (is_due(open.run, point)) close(series, open, last_journal());
  // What a chunk says of journals is true of whole ones: none holds points of two chunks.
  if (is_cut_ || waiting_.empty() || open.closed_in == last_journal() ||
      waiting_.back().bytes.size() >= limits::kJournalBytes) {
    begin_journal(wall_ms);
    bound_waiting();
  }
  Journal& journal = waiting_.back();
  const std::size_t before = journal.bytes.size();
  append_varint(journal.bytes, series);
  append_point(journal.bytes, journal_base(journal.at_ms), point);
  waiting_bytes_ += journal.bytes.size() - before;
  put(open, point, journal.id);
  if (open.run.points.count() >= open.target) close(series, open, last_journal());
}

void HistoryLevelStore::put(Open& open, const HistoryPoint& point, std::uint64_t journal) {
  Run& run = open.run;
  if (run.points.empty()) {
    run.begins_ms = point.at_ms();
    run.first_journal = journal;
    ++firsts_[journal];
  }
  open_bytes_ -= run.points.bytes();
  run.points.append(point);
  open_bytes_ += run.points.bytes();
  run.ends_ms = point.at_ms();
  open.last_journal = journal;
  open.touched_ms = wall_ms_;
  if (totals_.since_ms == 0) totals_.since_ms = flight_.totals.since_ms = point.at_ms();
}

void HistoryLevelStore::close(SeriesId series, Open& open, std::uint64_t through) {
  closed_bytes_ += open.run.points.bytes();
  closed_.push_back({series, std::exchange(open.run, Run()), through});
  open_bytes_ += open.run.points.bytes();  // even an empty one has some
  open.closed_in = through;
  open.target = limits::kUsualChunkPoints;
  bound_waiting();
}

// No call comes here while a transaction is under way, so that the first ones are not in it.
void HistoryLevelStore::bound_waiting() {
  while (waiting_bytes_ > most_waiting_ && waiting_.size() > 1) {
    waiting_bytes_ -= waiting_.front().bytes.size();
    waiting_.pop_front();
  }
  while (closed_bytes_ > most_waiting_ && closed_.size() > 1) {
    lost_ += closed_.front().run.points.count();
    closed_bytes_ -= closed_.front().run.points.bytes();
    let_go(closed_.front().run);
    closed_.pop_front();
  }
}

// A run that goes: its journals are no longer kept for it.
void HistoryLevelStore::let_go(const Run& run) {
  open_bytes_ -= run.points.bytes();
  if (run.points.empty()) return;
  const auto first = firsts_.find(run.first_journal);
  if (--first->second == 0) firsts_.erase(first);
}

void HistoryLevelStore::advance(std::int64_t wall_ms, std::uint64_t open_bytes) {
  wall_ms_ = wall_ms;
  auto next = open_.upper_bound(advance_after_);
  for (std::size_t i = 0; i < limits::kSeriesPerCall && next != open_.end(); ++i) {
    auto& [series, open] = *next;
    advance_after_ = series;
    open.touched_ms = std::min(open.touched_ms, wall_ms);
    const bool is_silent = wall_ms - open.touched_ms >= timing(level_).silent_ms;
    const std::uint64_t unclosed = open_bytes_ - closed_bytes_;
    const bool is_large =
        unclosed > open_bytes && open.run.points.bytes() + sizeof(Open) >= unclosed / open_.size();
    if (!open.run.points.empty() && (is_silent || is_large)) {
      close(series, open, last_journal());
      is_cut_ = true;  // for that it was closed in this journal may be forgotten below
    }
    if (is_silent && open.run.points.empty()) {
      open_bytes_ -= sizeof(Open) + open.run.points.bytes();
      next = open_.erase(next);
    } else {
      ++next;
    }
  }
  if (next == open_.end()) advance_after_ = kNoSeries;
}

void HistoryLevelStore::drop(SeriesId series) {
  const auto found = open_.find(series);
  if (found != open_.end()) {
    open_bytes_ -= sizeof(Open);
    let_go(found->second.run);
    open_.erase(found);
  }
  std::erase_if(closed_, [&](const Closed& closed) {
    if (closed.series != series) return false;
    closed_bytes_ -= closed.run.points.bytes();
    let_go(closed.run);
    return true;
  });
}

void HistoryLevelStore::visit(SeriesId series, std::int64_t since_ms, std::int64_t until_ms,
                              const std::function<void(const HistoryPoint&)>& visit) {
  visit_stored(series, since_ms, until_ms, visit);
  const auto within = [&](const HistoryPoint& point) {
    if (point.at_ms() >= since_ms && point.at_ms() < until_ms) visit(point);
  };
  for (const Closed& closed : closed_) {
    if (closed.series == series) closed.run.points.visit(within);
  }
  const auto open = open_.find(series);
  if (open != open_.end() && open->second.run.ends_ms >= since_ms) {
    open->second.run.points.visit(within);
  }
}

void HistoryLevelStore::visit_stored(SeriesId series, std::int64_t since_ms, std::int64_t until_ms,
                                     const std::function<void(const HistoryPoint&)>& visit) {
  const std::int64_t first = std::max<std::int64_t>(since_ms, 0) - timing(level_).span_ms;
  std::vector<HistoryPoint> points;
  tables_.visit_chunks(level_, series, first, until_ms, [&](const ChunkRow& chunk) {
    if (chunk.ends_ms < since_ms) return;
    if (!decode_chunk(chunk.data, points)) {
      ++damaged_;
      return;
    }
    for (const HistoryPoint& point : points) {
      if (point.at_ms() >= since_ms && point.at_ms() < until_ms) visit(point);
    }
  });
}

void HistoryLevelStore::restore(std::int64_t wall_ms, const std::function<bool(SeriesId)>& is_known,
                                const Restored& restored) {
  wall_ms_ = wall_ms;
  totals_ = flight_.totals = tables_.totals(level_);
  const std::uint64_t oldest = tables_.oldest_journal(level_);
  Restoring restoring{is_known, restored, {}};
  next_journal_ = tables_.highest_through(level_) + 1;
  if (oldest > 0) {
    tables_.visit_sealed(level_, oldest, [&](SeriesId series, std::uint64_t through) {
      auto& highest = restoring.through[series];
      highest = std::max(highest, through);
    });
  }
  tables_.visit_journals(level_, [&](std::uint64_t id, std::int64_t at_ms, Bytes data) {
    next_journal_ = std::max(next_journal_, id + 1);
    written_.push_back({.id = id, .at_ms = at_ms, .bytes = {}});
    replay(id, at_ms, data, restoring);
  });
}

void HistoryLevelStore::replay(std::uint64_t id, std::int64_t at_ms, Bytes data,
                               const Restoring& restoring) {
  const HistoryPoint base = journal_base(at_ms);
  HistoryPoint point;
  while (!data.empty()) {
    std::uint64_t series = 0;
    if (!take_varint(data, series) || !take_point(data, base, point) || series > UINT32_MAX ||
        !is_sound(point)) {
      ++damaged_;
      return;  // what follows cannot be told apart
    }
    const auto known = static_cast<SeriesId>(series);
    if (!restoring.is_known(known)) continue;
    const auto through = restoring.through.find(known);
    if (through == restoring.through.end() || id > through->second) replay_point(known, point, id);
    restoring.restored(known, point);
  }
}

// As append(), but chunks end only where journals do, see there.
void HistoryLevelStore::replay_point(SeriesId series, const HistoryPoint& point, std::uint64_t id) {
  Open& open = open_of(series);
  const bool is_full = open.run.points.count() >= open.target;
  const bool is_due_now = is_due(open.run, point);
  if ((is_full || is_due_now) && open.last_journal != id) {
    close(series, open, open.last_journal);
  } else if (is_due_now || open.run.points.count() >= limits::kChunkPoints) {
    ++damaged_;
    return;
  }
  put(open, point, id);
}

}  // namespace rollcall
