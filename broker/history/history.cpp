#include "broker/history/history.hpp"

#include <algorithm>
#include <string>

#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
// Samples that overtook each other within it are one too many; beyond it, the clock stepped.
constexpr std::int64_t kDisorderMs = 2 * kSecondMs;

constexpr std::int64_t minute_of(std::int64_t at_ms) { return at_ms - at_ms % kMinuteMs; }
constexpr std::int64_t hour_of(std::int64_t at_ms) { return at_ms - at_ms % kHourMs; }

}  // namespace

History::History(HistoryTables& tables, const HistoryPolicy& policy)
    : tables_(tables),
      policy_(policy),
      levels_{HistoryLevelStore(tables, HistoryLevel::kFull, policy.waiting_bytes),
              HistoryLevelStore(tables, HistoryLevel::kMinute, policy.waiting_bytes),
              HistoryLevelStore(tables, HistoryLevel::kHour, policy.waiting_bytes)} {}

void History::restore_series() {
  tables_.visit_series([&](SeriesId id, bool is_group, std::string_view name) {
    Series& series = series_[id];
    series.is_group = is_group;
    series.name = name;
    series.touched_ms = wall_ms_;
    (is_group ? groups_ : nodes_).emplace(name, id);
  });
  highest_ = tables_.highest_series();
  if (!series_.empty()) highest_ = std::max(highest_, series_.rbegin()->first);
}

// From above: each level says what it was given already, so that the one below gives it no more.
void History::restore(std::int64_t wall_ms) {
  wall_ms_ = wall_ms;
  sum_minute_ = minute_of(wall_ms) + kMinuteMs;
  restore_series();
  all_ = group_of("", "all");
  const auto is_known = [&](SeriesId id) { return series_.contains(id); };
  level(HistoryLevel::kHour)
      .restore(wall_ms, is_known, [&](SeriesId id, const HistoryPoint& point) {
        series_[id].hour_before = point.at_ms();
      });
  level(HistoryLevel::kMinute)
      .restore(wall_ms, is_known, [&](SeriesId id, const HistoryPoint& point) {
        Series& series = series_[id];
        series.minute_before = point.at_ms();
        if (hour_of(point.at_ms()) > series.hour_before) feed_hour(id, series, point);
      });
  level(HistoryLevel::kFull)
      .restore(wall_ms, is_known, [&](SeriesId id, const HistoryPoint& point) {
        Series& series = series_[id];
        if (minute_of(point.at_ms()) > series.minute_before) feed_minute(id, series, point);
        remember(series, point);
      });
}

SeriesId History::make(bool is_group, std::string_view name) {
  const std::size_t most = is_group ? 2 * limits::kFailureDomains + 1 : limits::kHistorySeries;
  auto& names = is_group ? groups_ : nodes_;
  if (names.size() >= most || highest_ == UINT32_MAX) return kNoSeries;
  const SeriesId id = ++highest_;
  Series& series = series_[id];
  series.is_group = is_group;
  series.name = name;
  series.touched_ms = wall_ms_;
  names.emplace(name, id);
  unwritten_.push_back(id);
  return id;
}

SeriesId History::series_of(std::string_view node) {
  const SeriesId found = find(false, node);
  return found != kNoSeries ? found : make(false, node);
}

SeriesId History::group_of(std::string_view label, std::string_view value) {
  if (value.empty()) return kNoSeries;
  std::string name(label);
  name += value;
  const SeriesId found = find(true, name);
  return found != kNoSeries ? found : make(true, name);
}

SeriesId History::find(bool is_group, std::string_view name) const {
  const auto& names = is_group ? groups_ : nodes_;
  const auto found = names.find(std::string(name));
  return found == names.end() ? kNoSeries : found->second;
}

History::Series* History::series_at(SeriesId id) {
  const auto found = series_.find(id);
  return found == series_.end() ? nullptr : &found->second;
}

void History::set_groups(SeriesId node, std::string_view zone, std::string_view rack) {
  if (series_at(node) == nullptr) return;
  const SeriesId zone_id = group_of("zone=", zone);
  const SeriesId rack_id = group_of("rack=", rack);
  Series& series = series_[node];
  series.zone = zone_id;
  series.rack = rack_id;
}

bool History::add(SeriesId node, const Sample& sample) {
  Series* const series = series_at(node);
  if (series == nullptr || series->is_group) {
    ++refused_;
    return false;
  }
  const HistoryPoint point = point_of(sample);
  if (series->latest.at_ms() != 0) {
    const std::int64_t since_latest = point.at_ms() - series->latest.at_ms();
    const bool is_same_second = point.at_ms() / kSecondMs == series->latest.at_ms() / kSecondMs;
    if (is_same_second || (since_latest < 0 && since_latest > -kDisorderMs)) return false;
  }
  level(HistoryLevel::kFull).append(node, point, wall_ms_);
  feed_minute(node, *series, point);
  remember(*series, point);
  ++series->unsummed;
  series->touched_ms = wall_ms_;
  return true;
}

// The usual gap follows the gaps slowly, and a long silence no further than four times what it was.
void History::remember(Series& series, const HistoryPoint& sample) {
  const std::int64_t gap_ms = sample.at_ms() - series.latest.at_ms();
  if (series.latest.at_ms() != 0 && gap_ms > 0) {
    series.gap_ms = series.gap_ms == 0
                        ? std::min(gap_ms, limits::kIntervalMaxMs)
                        : (3 * series.gap_ms + std::min(gap_ms, 4 * series.gap_ms)) / 4;
  }
  series.latest = sample;
  series.is_listed = true;
}

void History::gone(SeriesId node) {
  if (Series* const series = series_at(node)) series->is_listed = false;
}

void History::forget(std::string_view node) { remove(find(false, node)); }

void History::remove(SeriesId id) {
  const auto found = series_.find(id);
  if (found == series_.end() || id == all_) return;
  for (HistoryLevelStore& each : levels_) each.drop(id);
  auto& names = found->second.is_group ? groups_ : nodes_;
  names.erase(found->second.name);
  series_.erase(found);
  if (std::erase(unwritten_, id) == 0) removed_.push_back(id);
}

void History::feed_minute(SeriesId id, Series& series, const HistoryPoint& sample) {
  Accumulator& minute = series.minute;
  if (!minute.empty() && minute_of(minute.first_at_ms()) != minute_of(sample.at_ms())) {
    close_minute(id, series);
  }
  minute.add(sample);
}

void History::close_minute(SeriesId id, Series& series) {
  const HistoryPoint point = series.minute.point(minute_of(series.minute.first_at_ms()));
  series.minute.clear();
  add_minute(id, series, point);
}

void History::add_minute(SeriesId id, Series& series, const HistoryPoint& minute) {
  level(HistoryLevel::kMinute).append(id, minute, wall_ms_);
  series.minute_before = minute.at_ms();
  series.touched_ms = wall_ms_;
  feed_hour(id, series, minute);
}

void History::feed_hour(SeriesId id, Series& series, const HistoryPoint& minute) {
  Accumulator& hour = series.hour;
  if (!hour.empty() && hour_of(hour.first_at_ms()) != hour_of(minute.at_ms())) {
    close_hour(id, series);
  }
  hour.add(minute);
}

void History::close_hour(SeriesId id, Series& series) {
  const HistoryPoint point = series.hour.point(hour_of(series.hour.first_at_ms()));
  series.hour.clear();
  level(HistoryLevel::kHour).append(id, point, wall_ms_);
  series.hour_before = point.at_ms();
}

void History::visit(HistoryLevel which, SeriesId id, std::int64_t since_ms, std::int64_t until_ms,
                    const std::function<void(const HistoryPoint&)>& visit) {
  const Series* const series = series_at(id);
  if (series == nullptr) return;
  level(which).visit(id, since_ms, until_ms, visit);
  const auto under_way = [&](const Accumulator& part, std::int64_t at_ms) {
    if (!part.empty() && at_ms >= since_ms && at_ms < until_ms) visit(part.point(at_ms));
  };
  if (which == HistoryLevel::kFull) return;
  if (which == HistoryLevel::kHour) {
    under_way(series->hour, hour_of(series->hour.first_at_ms()));
    under_way(series->minute, hour_of(series->minute.first_at_ms()));
  } else {
    under_way(series->minute, minute_of(series->minute.first_at_ms()));
  }
}

std::int64_t History::since_ms(HistoryLevel which) const {
  const std::int64_t since = level(which).totals().since_ms;
  return since == 0 ? INT64_MAX : since;
}

HistoryFigures History::figures() const {
  HistoryFigures figures;
  for (const HistoryLevel which : kAllHistoryLevels) {
    const HistoryLevelStore& store = level(which);
    figures.levels[index_of(which)] = store.totals();
    figures.open_bytes += store.open_bytes();
    figures.waiting_bytes += store.waiting_bytes();
    figures.lost += store.lost();
    figures.damaged += store.damaged();
  }
  figures.refused = refused_;
  figures.series = series_.size();
  return figures;
}

}  // namespace rollcall
