// The history of a store of bytes, made fit for a trend: in order, thinned out, without the jumps
// that are no growth (a cleaning, a bulk load, other capacity).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "broker/past/sources.hpp"

namespace rollcall {

// Times are in days from the moment of the forecast, so 0 or less.
struct LevelPoint {
  double day = 0;
  double used = 0;    // bytes, as they were
  double total = 0;   // bytes
  double level = 0;   // bytes, moved so that it ends at `used` and has none of the jumps in it
  double of_day = 0;  // 0 to 1: the hour of the day (UTC)
};

struct LevelSeries {
  std::vector<LevelPoint> points;  // rising
  std::size_t begin = 0;           // where the trend begins: behind the last jump, if that will do
  std::size_t cleanings = 0;       // large falls
  std::size_t loads = 0;           // large rises
  double largest_load = 0;         // bytes
  std::size_t capacity_changes = 0;
  // The share of the capacity (0 to 1) at which it is usually cleaned up; only where it was cleaned
  // more than once.
  std::optional<double> cleaned_at;
  std::optional<std::int64_t> last_jump_ms;

  std::span<const LevelPoint> current() const { return std::span(points).subspan(begin); }
};

// Fewer points than these, or a shorter time, are no history.
inline constexpr std::size_t kLeastPoints = 12;
inline constexpr std::int64_t kLeastSpanMs = 30'000;

LevelSeries level_series(std::span<const StoragePoint> points, std::int64_t now_ms);

}  // namespace rollcall
