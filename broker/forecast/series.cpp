#include "broker/forecast/series.hpp"

#include <algorithm>
#include <cmath>

#include "broker/forecast/median.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr double kDayMs = 86'400'000;
// Far beyond any clock and any history, so that times can be reckoned with.
constexpr std::int64_t kLatestMs = std::int64_t{1} << 53;
constexpr std::int64_t kOldestMs = 800 * std::int64_t{86'400'000};
// What a reading can say: counts of bytes are 64 bits wide.
constexpr double kMostBytes = 0x1p64;
// A jump is this much of the capacity, made of changes that stand out by so much each.
constexpr double kJumpShare = 0.10;
constexpr double kChangeShare = 0.01;
constexpr double kStandsOut = 8;  // times the usual deviation
// The same total, but for rounding.
constexpr double kSameCapacity = 0.001;
constexpr double kMadToDeviation = 1.4826;
// So many loads of that size are how it grows, not exceptions.
constexpr std::size_t kUsualLoads = 3;
// Where it is cleaned up more than once below the first percentage that is asked for, that is how
// it lives, and belongs to the trend.
constexpr std::size_t kUsualCleanings = 2;
constexpr double kCleanedHigh = 0.80;

bool is_sound(const StoragePoint& point, std::int64_t now_ms) {
  return now_ms <= kLatestMs && point.at_ms >= 0 && point.at_ms <= now_ms &&
         now_ms - point.at_ms <= kOldestMs && std::isfinite(point.used) &&
         std::isfinite(point.total) && point.used >= 0 && point.used <= kMostBytes &&
         point.total > 0 && point.total <= kMostBytes;
}

LevelPoint level_point(const StoragePoint& point, std::int64_t now_ms) {
  LevelPoint made;
  made.day = static_cast<double>(point.at_ms - now_ms) / kDayMs;
  made.used = point.used;
  made.total = point.total;
  made.of_day = std::fmod(static_cast<double>(point.at_ms), kDayMs) / kDayMs;
  return made;
}

// Rising times, each once (the last of it counts), at most limits::kForecastPoints: of more, each
// n-th from the end. So a history that is finer where it is younger stays so.
std::vector<LevelPoint> in_order(std::span<const StoragePoint> points, std::int64_t now_ms) {
  std::vector<LevelPoint> made;
  made.reserve(points.size());
  for (const StoragePoint& point : points) {
    if (is_sound(point, now_ms)) made.push_back(level_point(point, now_ms));
  }
  const auto earlier = [](const LevelPoint& a, const LevelPoint& b) { return a.day < b.day; };
  if (!std::is_sorted(made.begin(), made.end(), earlier)) {
    std::stable_sort(made.begin(), made.end(), earlier);
  }
  const std::size_t each = (made.size() + limits::kForecastPoints - 1) / limits::kForecastPoints;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const bool is_last_of_time = i + 1 == made.size() || made[i].day < made[i + 1].day;
    if (is_last_of_time && (made.size() - 1 - i) % each == 0) made[kept++] = made[i];
  }
  made.resize(kept);
  return made;
}

// What happened between a point and the one before it.
enum class Change : std::uint8_t { kGrowth, kCapacity, kLoad, kCleaning };

// What is usual from one point to the next, robustly.
struct Usual {
  double rate = 0;       // bytes a day
  double days = 0;       // between points
  double deviation = 0;  // bytes by which a change differs from that rate
};

Usual usual_of(const std::vector<LevelPoint>& points) {
  std::vector<double> values;
  values.reserve(points.size());
  const auto gather = [&](auto&& of) {
    values.clear();
    for (std::size_t i = 1; i < points.size(); ++i) {
      values.push_back(of(points[i].used - points[i - 1].used, points[i].day - points[i - 1].day));
    }
    return median_of(values);
  };
  Usual usual;
  usual.rate = gather([](double bytes, double days) { return bytes / days; });
  usual.days = gather([](double, double days) { return days; });
  usual.deviation = kMadToDeviation * gather([&](double bytes, double days) {
                      return std::abs(bytes - usual.rate * days);
                    });
  return usual;
}

class JumpFinder {
 public:
  explicit JumpFinder(const std::vector<LevelPoint>& points)
      : points_(points), usual_(usual_of(points)), changes_(points.size(), Change::kGrowth) {}

  std::vector<Change> find() {
    for (std::size_t i = 1; i < points_.size(); ++i) look_at(i);
    end_run(points_.size());
    return std::move(changes_);
  }
  double usual_rate() const { return usual_.rate; }
  double largest_load() const { return largest_load_; }

 private:
  void look_at(std::size_t i) {
    const LevelPoint& point = points_[i];
    if (std::abs(point.total - points_[i - 1].total) > kSameCapacity * point.total) {
      changes_[i] = Change::kCapacity;
      end_run(i);
      return;
    }
    const double days = point.day - points_[i - 1].day;
    const double beyond = point.used - points_[i - 1].used - usual_.rate * days;
    // Over a gap it may have wandered farther.
    const double usual = usual_.deviation * std::sqrt(std::max(1.0, days / usual_.days));
    const bool stands_out =
        std::abs(beyond) > std::max(kStandsOut * usual, kChangeShare * point.total);
    if (!stands_out || (sum_ != 0 && (sum_ > 0) != (beyond > 0))) end_run(i);
    if (!stands_out) return;
    if (sum_ == 0) run_ = i;
    sum_ += beyond;
  }

  // Changes from `run_` on, that all stand out on the same side, end before `end`.
  void end_run(std::size_t end) {
    if (std::abs(sum_) > kJumpShare * points_[end - 1].total) {
      for (std::size_t i = run_; i < end; ++i) {
        changes_[i] = sum_ > 0 ? Change::kLoad : Change::kCleaning;
      }
      largest_load_ = std::max(largest_load_, sum_);
    }
    sum_ = 0;
  }

  const std::vector<LevelPoint>& points_;
  Usual usual_;
  std::vector<Change> changes_;
  std::size_t run_ = 0;
  double sum_ = 0;
  double largest_load_ = 0;
};

// How often each happened; a jump over several points counts once.
std::size_t count(const std::vector<Change>& changes, Change which) {
  std::size_t found = 0;
  for (std::size_t i = 1; i < changes.size(); ++i) {
    if (changes[i] == which && (which == Change::kCapacity || changes[i - 1] != which)) ++found;
  }
  return found;
}

std::optional<double> cleaned_at(const std::vector<LevelPoint>& points,
                                 const std::vector<Change>& changes) {
  std::vector<double> heights;
  for (std::size_t i = 1; i < changes.size(); ++i) {
    if (changes[i] == Change::kCleaning && changes[i - 1] != Change::kCleaning) {
      heights.push_back(points[i - 1].used / points[i - 1].total);
    }
  }
  if (heights.size() < kUsualCleanings) return std::nullopt;
  return median_of(heights);
}

void forget(std::vector<Change>& changes, Change which) {
  std::replace(changes.begin(), changes.end(), which, Change::kGrowth);
}

// From the end backwards; where there was a jump, as if it had grown on as usual.
void set_levels(std::vector<LevelPoint>& points, const std::vector<Change>& changes,
                double usual_rate) {
  points.back().level = points.back().used;
  for (std::size_t i = points.size() - 1; i > 0; --i) {
    const double grown = changes[i] == Change::kGrowth
                             ? points[i].used - points[i - 1].used
                             : usual_rate * (points[i].day - points[i - 1].day);
    points[i - 1].level = points[i].level - grown;
  }
}

bool is_long_enough(const LevelPoint& first, const LevelPoint& last, std::size_t points) {
  return points >= kLeastPoints && (last.day - first.day) * kDayMs >= kLeastSpanMs;
}

}  // namespace

LevelSeries level_series(std::span<const StoragePoint> points, std::int64_t now_ms) {
  LevelSeries series;
  series.points = in_order(points, now_ms);
  std::vector<LevelPoint>& levels = series.points;
  if (levels.size() < 2) {
    for (LevelPoint& point : levels) point.level = point.used;
    return series;
  }
  JumpFinder finder(levels);
  std::vector<Change> changes = finder.find();
  const std::optional<double> usually_at = cleaned_at(levels, changes);
  const bool is_usual = count(changes, Change::kLoad) >= kUsualLoads;
  if (is_usual) forget(changes, Change::kLoad);
  if (is_usual || (usually_at && *usually_at < kCleanedHigh)) forget(changes, Change::kCleaning);
  series.cleanings = count(changes, Change::kCleaning);
  series.loads = count(changes, Change::kLoad);
  series.largest_load = series.loads == 0 ? 0 : finder.largest_load();
  series.capacity_changes = count(changes, Change::kCapacity);
  if (series.cleanings > 0) series.cleaned_at = usually_at;
  set_levels(levels, changes, finder.usual_rate());
  for (std::size_t i = levels.size() - 1; i > 0; --i) {
    if (changes[i] != Change::kLoad && changes[i] != Change::kCleaning) continue;
    series.last_jump_ms = now_ms + static_cast<std::int64_t>(levels[i].day * kDayMs);
    if (is_long_enough(levels[i], levels.back(), levels.size() - i)) series.begin = i;
    break;
  }
  return series;
}

}  // namespace rollcall
