#include "broker/past/history_source.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "broker/past/history_plan.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
// Mostly the last sample is seconds old: so near windows are looked through first.
constexpr std::int64_t kFirstWindowMs = 600'000;
constexpr std::int64_t kWindowGrowth = 8;

std::int64_t within_time(std::int64_t at_ms) {
  return std::clamp<std::int64_t>(at_ms, 0, kLatestPointMs);
}

std::optional<HistoryPoint> last_in(History& history, HistoryLevel level, SeriesId series,
                                    std::int64_t since_ms, std::int64_t at_ms) {
  std::optional<HistoryPoint> last;
  history.visit(level, series, since_ms, at_ms + 1, [&](const HistoryPoint& point) {
    if (!last || point.at_ms() >= last->at_ms()) last = point;
  });
  return last;
}

}  // namespace

bool HistorySource::last_before(SeriesName of, std::int64_t at_ms, std::int64_t within_ms,
                                Sample& sample) {
  const SeriesId series = history_.find(of.is_group, of.name);
  if (series == kNoSeries) return false;
  at_ms = within_time(at_ms);
  const std::int64_t since_ms = at_ms - std::clamp<std::int64_t>(within_ms, 0, at_ms);
  for (const HistoryLevel level : kAllHistoryLevels) {
    if (history_.since_ms(level) > at_ms) continue;
    for (std::int64_t window_ms = kFirstWindowMs;; window_ms *= kWindowGrowth) {
      const std::int64_t from_ms = std::max(since_ms, at_ms - window_ms);
      if (const auto last = last_in(history_, level, series, from_ms, at_ms)) {
        sample = sample_of(*last);
        return true;
      }
      if (from_ms == since_ms) break;
    }
  }
  return false;
}

void HistorySource::visit_heard(std::string_view node, std::int64_t since_ms, std::int64_t until_ms,
                                const std::function<bool(std::int64_t at_ms)>& visit) {
  const SeriesId series = history_.find(false, node);
  if (series == kNoSeries) return;
  // An hour at a time: whoever has seen enough is not made to wait for a day.
  bool goes_on = true;
  std::int64_t before_ms = -1;
  const std::int64_t end_ms = within_time(until_ms);
  std::int64_t from_ms = std::max(within_time(since_ms), full_since_ms());
  for (; goes_on && from_ms < end_ms; from_ms += kHourMs) {
    history_.visit(HistoryLevel::kFull, series, from_ms, std::min(from_ms + kHourMs, end_ms),
                   [&](const HistoryPoint& point) {
                     if (!goes_on || point.at_ms() <= before_ms) return;
                     before_ms = point.at_ms();
                     goes_on = visit(before_ms);
                   });
  }
}

void HistorySource::visit_storage(SeriesName of, std::int64_t since_ms, std::int64_t until_ms,
                                  std::int64_t step_ms,
                                  const std::function<bool(const StoragePoint&)>& visit) {
  const SeriesId series = history_.find(of.is_group, of.name);
  since_ms = within_time(since_ms);
  until_ms = within_time(until_ms);
  if (series == kNoSeries || since_ms >= until_ms) return;
  step_ms = std::max<std::int64_t>(step_ms, 1);
  bool goes_on = true;
  std::int64_t step = -1;  // of `last`
  StoragePoint last;
  const auto take = [&](const HistoryPoint& point) {
    const std::int64_t now = (point.at_ms() - since_ms) / step_ms;
    if (!goes_on || now < step) return;  // the clock had stepped back
    if (step >= 0 && now > step) goes_on = visit(last);
    step = now;
    last = {.at_ms = point.at_ms(),
            .used = static_cast<double>(point.columns[HistoryPoint::kStorageUsed]),
            .total = static_cast<double>(point.columns[HistoryPoint::kStorageTotal])};
  };
  for (HistoryStretch stretch : stretches(history_, since_ms, until_ms, step_ms)) {
    if (of.is_group) stretch.level = std::max(stretch.level, HistoryLevel::kMinute);
    history_.visit(stretch.level, series, stretch.since_ms, stretch.until_ms, take);
  }
  if (goes_on && step >= 0) visit(last);
}

std::int64_t HistorySource::full_since_ms() { return history_.since_ms(HistoryLevel::kFull); }

}  // namespace rollcall
