#include "broker/forecast/history_read.hpp"

#include <algorithm>

#include "broker/forecast/series.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kCoarseMs = 6 * kHourMs;
constexpr std::int64_t kFarthestMs = 60 * 24 * kHourMs;
constexpr std::int64_t kFinestMs = 1000;
constexpr std::int64_t kPointsOfARead = limits::kForecastPoints / 2;
// So many behind the last jump are enough.
constexpr std::size_t kEnough = 96;
constexpr int kFinerReads = 3;

std::vector<StoragePoint> read(SampleSource& samples, SeriesName of, std::int64_t since_ms,
                               std::int64_t now_ms, std::int64_t step_ms) {
  std::vector<StoragePoint> points;
  // Until is behind the last that counts.
  samples.visit_storage(of, since_ms, now_ms + 1, step_ms, [&](const StoragePoint& point) {
    points.push_back(point);
    return points.size() < limits::kForecastPoints;
  });
  return points;
}

// Where the part that matters begins.
std::int64_t begin_of(const std::vector<StoragePoint>& points, std::int64_t now_ms) {
  return level_series(points, now_ms).last_jump_ms.value_or(points.front().at_ms);
}

}  // namespace

std::vector<StoragePoint> read_history(SampleSource& samples, SeriesName of, std::int64_t now_ms) {
  now_ms = std::clamp<std::int64_t>(now_ms, 0, std::int64_t{1} << 53);
  std::int64_t step_ms = kCoarseMs;
  std::vector<StoragePoint> points = read(samples, of, now_ms - kFarthestMs, now_ms, step_ms);
  for (int i = 0; i < kFinerReads && !points.empty(); ++i) {
    const std::int64_t begin_ms = begin_of(points, now_ms);
    const auto is_before = [&](std::int64_t ms) {
      return [ms](const StoragePoint& point) { return point.at_ms < ms; };
    };
    const auto behind = static_cast<std::size_t>(
        points.end() - std::partition_point(points.begin(), points.end(), is_before(begin_ms)));
    if (behind >= kEnough) break;
    // A point stands for the step before it, too.
    const std::int64_t since_ms = begin_ms - step_ms;
    step_ms = std::max(kFinestMs, (now_ms - since_ms) / kPointsOfARead);
    std::vector<StoragePoint> finer = read(samples, of, since_ms, now_ms, step_ms);
    // A short history lies in one step at first: then the next look begins closer to it.
    if (finer.size() <= behind) continue;
    points.erase(std::partition_point(points.begin(), points.end(), is_before(finer.front().at_ms)),
                 points.end());
    points.insert(points.end(), finer.begin(), finer.end());
  }
  return points;
}

}  // namespace rollcall
