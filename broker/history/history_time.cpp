// What becomes due in a history as time goes by, and what it writes.
#include <algorithm>
#include <utility>

#include "broker/history/history.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
// What is heard may be handed over a moment later.
constexpr std::int64_t kGraceMs = 5'000;
// A wall clock that goes back by less is set right slowly, or not worth a word.
constexpr std::int64_t kStepMs = kMinuteMs;
// Three usual gaps; of a node that was heard once, three of 40 s. Within a quarter of a minute
// everybody counts.
constexpr std::int64_t kUnknownGapMs = 40'000;
constexpr std::int64_t kShortestSilenceMs = 15'000;
constexpr std::int64_t kGapsOfSilence = 3;
// Rows that name a series are small.
constexpr std::size_t kSeriesForARow = 8;

constexpr std::int64_t minute_of(std::int64_t at_ms) { return at_ms - at_ms % kMinuteMs; }

// Of what began at `first_ms`; also where that is ahead of a clock that stepped back.
bool is_over(std::int64_t first_ms, std::int64_t length_ms, std::int64_t wall_ms) {
  const std::int64_t begins = first_ms - first_ms % length_ms;
  return wall_ms >= begins + length_ms + kGraceMs || begins > wall_ms + kStepMs;
}

}  // namespace

void History::advance(std::int64_t wall_ms) {
  if (wall_ms < wall_ms_ - kStepMs) step_back(wall_ms);
  wall_ms_ = wall_ms;
  close_what_is_over();
  sum_up();
  for (HistoryLevelStore& each : levels_) {
    each.advance(wall_ms, policy_.open_bytes / kHistoryLevels);
  }
}

void History::step_back(std::int64_t wall_ms) {
  for (auto& [id, series] : series_) {
    series.touched_ms = std::min(series.touched_ms, wall_ms);
    auto& latest_at = series.latest.columns[HistoryPoint::kAt];
    latest_at = std::min(latest_at, static_cast<std::uint64_t>(std::max<std::int64_t>(wall_ms, 0)));
  }
  sum_minute_ = minute_of(wall_ms);
}

void History::close_what_is_over() {
  auto next = series_.upper_bound(close_after_);
  SeriesId outlived = kNoSeries;
  for (std::size_t i = 0; i < limits::kSeriesPerCall && next != series_.end(); ++i, ++next) {
    auto& [id, series] = *next;
    close_after_ = id;
    if (!series.minute.empty() && is_over(series.minute.first_at_ms(), kMinuteMs, wall_ms_)) {
      close_minute(id, series);
    }
    // An hour may still get the last of its minutes, which closes at the same time.
    if (!series.hour.empty() && is_over(series.hour.first_at_ms(), kHourMs, wall_ms_ - kMinuteMs)) {
      close_hour(id, series);
    }
    if (wall_ms_ - series.touched_ms > policy_.keep_ms[index_of(HistoryLevel::kHour)]) {
      outlived = id;
    }
  }
  if (next == series_.end()) close_after_ = kNoSeries;
  if (outlived != kNoSeries) remove(outlived);
}

bool History::counts(const Series& series, std::int64_t at_ms) const {
  if (series.is_group || !series.is_listed) return false;
  const std::int64_t gap_ms = series.gap_ms == 0 ? kUnknownGapMs : series.gap_ms;
  return series.latest.at_ms() >= at_ms - std::max(kGapsOfSilence * gap_ms, kShortestSilenceMs);
}

void History::sum_up() {
  const std::int64_t ends = sum_minute_ + kMinuteMs;
  if (wall_ms_ < ends + kGraceMs) return;
  auto next = series_.upper_bound(sum_after_);
  for (std::size_t i = 0; i < limits::kSeriesPerCall && next != series_.end(); ++i, ++next) {
    auto& [id, series] = *next;
    sum_after_ = id;
    if (!counts(series, ends)) continue;
    const std::uint64_t samples = std::exchange(series.unsummed, 0);
    for (const SeriesId group : {all_, series.zone, series.rack}) {
      if (group != kNoSeries) sums_.add(group, series.latest, samples);
    }
  }
  if (next != series_.end()) return;
  sum_after_ = kNoSeries;
  sums_.take(sum_minute_, [&](SeriesId group, const HistoryPoint& point) {
    if (Series* const series = series_at(group)) add_minute(group, *series, point);
  });
  // Minutes that passed meanwhile, while the program slept, are nobody's.
  sum_minute_ = std::max(ends, minute_of(wall_ms_ - kGraceMs));
}

bool History::has_work() const {
  return !unwritten_.empty() || !removed_.empty() ||
         std::ranges::any_of(levels_, [](const auto& each) { return each.has_work(); });
}

std::size_t History::write(std::size_t rows) {
  std::size_t written = write_series(rows);
  // A journal must not name what a restart would give to another.
  if (unwritten_in_flight_ < unwritten_.size()) return written;
  written += write_removals(rows - std::min(rows, written));
  for (const HistoryLevel which :
       {HistoryLevel::kHour, HistoryLevel::kMinute, HistoryLevel::kFull}) {
    written += level(which).write(rows - std::min(rows, written));
  }
  return written;
}

std::size_t History::write_series(std::size_t rows) {
  std::size_t written = 0;
  while (written < rows * kSeriesForARow && unwritten_in_flight_ < unwritten_.size()) {
    const SeriesId id = unwritten_[unwritten_in_flight_];
    const Series& series = series_[id];
    tables_.add_series(id, series.is_group, series.name);
    ++unwritten_in_flight_;
    ++written;
  }
  return (written + kSeriesForARow - 1) / kSeriesForARow;
}

std::size_t History::write_removals(std::size_t rows) {
  std::size_t written = 0;
  while (written < rows && removed_in_flight_ < removed_.size()) {
    const SeriesId id = removed_[removed_in_flight_];
    // First of all its name: should a crash come between, what is left goes by its age.
    tables_.remove_series(id);
    for (HistoryLevelStore& each : levels_) {
      written += each.remove_series(id, rows - std::min(rows, written));
    }
    if (written >= rows) break;  // there may be more of it
    ++removed_in_flight_;
    ++written;
  }
  return written;
}

std::size_t History::retain(std::int64_t wall_ms, std::size_t rows) {
  std::size_t removed = 0;
  for (const HistoryLevel which : kAllHistoryLevels) {
    const std::int64_t before = wall_ms - policy_.keep_ms[index_of(which)];
    removed += level(which).retain_age(before, wall_ms, rows - std::min(rows, removed));
  }
  if (removed > 0 || policy_.bytes == 0 || tables_.used_bytes() <= policy_.bytes) return removed;
  for (const HistoryLevel which : kAllHistoryLevels) {
    removed = level(which).retain_size(wall_ms, rows);
    if (removed > 0) break;
  }
  return removed;
}

void History::committed() {
  for (HistoryLevelStore& each : levels_) each.committed();
  for (auto& [queue, count] :
       {std::pair{&unwritten_, &unwritten_in_flight_}, {&removed_, &removed_in_flight_}}) {
    queue->erase(queue->begin(), queue->begin() + static_cast<std::ptrdiff_t>(*count));
    *count = 0;
  }
}

void History::rolled_back() {
  for (HistoryLevelStore& each : levels_) each.rolled_back();
  unwritten_in_flight_ = removed_in_flight_ = 0;
}

}  // namespace rollcall
