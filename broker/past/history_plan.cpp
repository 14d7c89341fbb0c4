#include "broker/past/history_plan.hpp"

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

constexpr std::array kSteps{
    10 * kSecondMs, 15 * kSecondMs, 30 * kSecondMs, kMinuteMs,  2 * kMinuteMs, 5 * kMinuteMs,
    10 * kMinuteMs, 15 * kMinuteMs, 30 * kMinuteMs, kHourMs,    2 * kHourMs,   3 * kHourMs,
    6 * kHourMs,    12 * kHourMs,   kDayMs,         2 * kDayMs, 7 * kDayMs,    14 * kDayMs,
    30 * kDayMs,    90 * kDayMs,    365 * kDayMs};

bool is_empty(const History& history, HistoryLevel level) {
  return history.since_ms(level) == INT64_MAX;
}

// Levels that began together reach back to the same moment but for the hour in which they did.
bool reaches(const History& history, HistoryLevel level, std::int64_t since_ms) {
  std::int64_t oldest = INT64_MAX - kHourMs;
  for (const HistoryLevel each : kAllHistoryLevels) {
    oldest = std::min(oldest, history.since_ms(each));
  }
  return history.since_ms(level) <= std::max(since_ms, oldest + kHourMs);
}

HistoryLevel coarser(HistoryLevel level) {
  return level == HistoryLevel::kFull ? HistoryLevel::kMinute : HistoryLevel::kHour;
}

std::int64_t rounded_up(std::int64_t at_ms, std::int64_t unit_ms) {
  const std::int64_t rest = at_ms % unit_ms;
  return rest == 0 ? at_ms : at_ms - rest + unit_ms;
}

}  // namespace

std::vector<HistoryStretch> stretches(const History& history, std::int64_t since_ms,
                                      std::int64_t until_ms, std::int64_t step_ms) {
  HistoryLevel level = HistoryLevel::kFull;
  for (const HistoryLevel each : kAllHistoryLevels) {
    if (step_ms % resolution_ms(each) == 0 && !is_empty(history, each)) level = each;
  }
  std::vector<HistoryStretch> found;
  std::int64_t end_ms = until_ms;
  while (level != HistoryLevel::kHour && !reaches(history, level, since_ms)) {
    const HistoryLevel next = coarser(level);
    const std::int64_t from_ms = history.since_ms(level);
    if (!is_empty(history, next) && history.since_ms(next) < from_ms && from_ms < end_ms) {
      // Whole points of the coarser one, so that nothing counts twice.
      const std::int64_t begins = rounded_up(from_ms, resolution_ms(next));
      if (begins < end_ms) found.push_back({level, begins, end_ms});
      end_ms = std::min(begins, end_ms);
    } else if (from_ms >= end_ms && !is_empty(history, next)) {
      // Nothing of this stretch is left at this level.
    } else {
      break;
    }
    level = next;
  }
  found.push_back({level, since_ms, end_ms});
  std::ranges::reverse(found);
  return found;
}

std::int64_t usual_step_ms(const History& history, std::int64_t since_ms, std::int64_t until_ms,
                           std::int64_t points, std::int64_t least_ms) {
  HistoryLevel level = HistoryLevel::kHour;
  for (const HistoryLevel each : {HistoryLevel::kMinute, HistoryLevel::kFull}) {
    if (reaches(history, each, since_ms)) level = each;
  }
  const std::int64_t wanted_ms =
      std::max({(until_ms - since_ms + points - 1) / points, resolution_ms(level), least_ms});
  for (const std::int64_t step_ms : kSteps) {
    if (step_ms >= wanted_ms) return step_ms;
  }
  return rounded_up(wanted_ms, kDayMs);
}

}  // namespace rollcall
