// What a level writes into the caller's transaction, and what follows once that is over.
#include <algorithm>
#include <array>
#include <vector>

#include "broker/history/chunk.hpp"
#include "broker/history/history_level.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// Of a chunk beside its data: its row and its place in the index.
constexpr std::uint64_t kChunkRowBytes = 60;
// A chunk that begins later than that from now was written while the clock was ahead.
constexpr std::int64_t kFutureMs = 86'400'000;

// A large journal counts as more rows than one: it takes as long to write.
constexpr std::size_t kJournalBytesOfRow = 4096;

// How long journals are kept at least, also when all of them is in chunks. They tell after a
// restart what the level above was given: so those of samples for as long as a minute is under way,
// and those above for longer than any of the level below (its longest chunk, and its silence).
constexpr std::array<std::int64_t, kHistoryLevels> kKeepJournalMs{180'000, 3 * 3'600'000,
                                                                  6 * 3'600'000};

}  // namespace

std::size_t HistoryLevelStore::write(std::size_t rows) {
  std::size_t written = write_journals(rows);
  written += write_chunks(rows - std::min(rows, written));
  written += remove_journals(rows - std::min(rows, written));
  if (written > 0) tables_.set_totals(level_, flight_.totals);
  return written;
}

std::size_t HistoryLevelStore::write_journals(std::size_t rows) {
  std::size_t written = 0;
  is_cut_ = true;
  while (written < rows && flight_.journals < waiting_.size()) {
    const Journal& journal = waiting_[flight_.journals];
    tables_.add_journal(level_, journal.id, journal.at_ms, journal.bytes);
    ++flight_.journals;
    written += 1 + journal.bytes.size() / kJournalBytesOfRow;
  }
  return written;
}

std::size_t HistoryLevelStore::write_chunks(std::size_t rows) {
  std::size_t written = 0;
  std::vector<HistoryPoint> points;
  std::string bytes;
  while (written < rows && flight_.closed < closed_.size()) {
    const Closed& closed = closed_[flight_.closed];
    points.clear();
    closed.run.points.visit([&](const HistoryPoint& point) { points.push_back(point); });
    encode_chunk(points, bytes);
    tables_.add_chunk(level_, {.series = closed.series,
                               .begins_ms = closed.run.begins_ms,
                               .ends_ms = closed.run.ends_ms,
                               .points = points.size(),
                               .through = closed.through,
                               .bytes = bytes.size(),
                               .data = bytes});
    flight_.totals.points += points.size();
    flight_.totals.bytes += bytes.size() + kChunkRowBytes;
    ++flight_.closed;
    ++written;
  }
  return written;
}

bool HistoryLevelStore::may_remove(const Journal& journal) const {
  if (!firsts_.empty() && journal.id >= firsts_.begin()->first) return false;
  const std::int64_t age_ms = wall_ms_ - journal.at_ms;
  return age_ms < 0 || age_ms >= kKeepJournalMs[index_of(level_)];
}

std::size_t HistoryLevelStore::remove_journals(std::size_t rows) {
  std::size_t removed = 0;
  while (removed < rows && flight_.removed_journals < written_.size() &&
         may_remove(written_[flight_.removed_journals])) {
    tables_.remove_journal(level_, written_[flight_.removed_journals].id);
    ++flight_.removed_journals;
    ++removed;
  }
  return removed;
}

bool HistoryLevelStore::has_work() const {
  return !waiting_.empty() || !closed_.empty() || (!written_.empty() && may_remove(written_[0]));
}

void HistoryLevelStore::committed() {
  const auto count = [](std::size_t rows) { return static_cast<std::ptrdiff_t>(rows); };
  written_.erase(written_.begin(), written_.begin() + count(flight_.removed_journals));
  for (std::size_t i = 0; i < flight_.journals; ++i) {
    waiting_bytes_ -= waiting_[i].bytes.size();
    written_.push_back({.id = waiting_[i].id, .at_ms = waiting_[i].at_ms, .bytes = {}});
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + count(flight_.journals));
  for (std::size_t i = 0; i < flight_.closed; ++i) {
    closed_bytes_ -= closed_[i].run.points.bytes();
    let_go(closed_[i].run);
  }
  closed_.erase(closed_.begin(), closed_.begin() + count(flight_.closed));
  totals_ = flight_.totals;
  flight_ = {.totals = totals_};
}

void HistoryLevelStore::rolled_back() { flight_ = {.totals = totals_}; }

void HistoryLevelStore::remove(const ChunkRow& chunk, std::int64_t wall_ms) {
  tables_.remove_chunk(level_, chunk.id);
  LevelTotals& totals = flight_.totals;
  totals.points -= std::min(totals.points, chunk.points);
  totals.bytes -= std::min(totals.bytes, chunk.bytes + kChunkRowBytes);
  if (chunk.ends_ms <= wall_ms) totals.since_ms = std::max(totals.since_ms, chunk.ends_ms + 1);
}

std::size_t HistoryLevelStore::retain_age(std::int64_t before_ms, std::int64_t wall_ms,
                                          std::size_t rows) {
  // Chunks lie in the order in which they were sealed, which is nearly that of their times. Those
  // that a clock ahead of time left among the oldest are passed over.
  std::vector<ChunkRow> old;
  std::size_t seen = 0;
  std::size_t from_the_future = 0;
  std::int64_t last = 0;
  tables_.visit_oldest(level_, retain_after_, rows, [&](const ChunkRow& chunk) {
    ++seen;
    last = chunk.id;
    if (chunk.begins_ms > wall_ms + kFutureMs) ++from_the_future;
    if (chunk.ends_ms < before_ms) old.push_back(chunk);
  });
  for (const ChunkRow& chunk : old) remove(chunk, wall_ms);
  retain_after_ = seen > 0 && old.empty() && from_the_future == seen ? last : 0;
  if (!old.empty()) tables_.set_totals(level_, flight_.totals);
  return old.size();
}

std::size_t HistoryLevelStore::retain_size(std::int64_t wall_ms, std::size_t rows) {
  std::vector<ChunkRow> oldest;
  tables_.visit_oldest(level_, 0, rows, [&](const ChunkRow& chunk) { oldest.push_back(chunk); });
  for (const ChunkRow& chunk : oldest) remove(chunk, wall_ms);
  if (!oldest.empty()) tables_.set_totals(level_, flight_.totals);
  return oldest.size();
}

std::size_t HistoryLevelStore::remove_series(SeriesId series, std::size_t rows) {
  LevelTotals removed;
  const std::size_t chunks = tables_.remove_chunks(level_, series, rows, removed);
  LevelTotals& totals = flight_.totals;
  totals.points -= std::min(totals.points, removed.points);
  totals.bytes -= std::min(totals.bytes, removed.bytes + chunks * kChunkRowBytes);
  if (chunks > 0) tables_.set_totals(level_, totals);
  return chunks;
}

}  // namespace rollcall
