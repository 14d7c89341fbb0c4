// Made-up histories of storage, from a seed: what forecasts are tested and measured on.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <vector>

#include "broker/past/sources.hpp"
#include "shared/core/random.hpp"

namespace rollcall::fleets {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;
inline constexpr std::int64_t kBeginMs = 1'700'006'400'000;  // a midnight
inline constexpr double kTotal = 4e12;

enum class Shape : std::uint8_t {
  kLine,          // with a little noise
  kWalk,          // a random walk with drift
  kDay,           // a line with a swing of the day larger than a day's growth
  kWorkingHours,  // grows by day, rests at night
  kSawTooth,      // cleaned up at 85 to 92 %
  kLoads,         // a line, and now and then a bulk load of an eighth
  kNewRate,       // grows three times as fast from a moment on
  kAccelerating,  // the rate rises all the time
  kShrinking,
  kNoise,  // about a level
};

inline double normal(Random& random) {
  const double u = 1 - random.uniform();
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * random.uniform());
}

// Shares of the capacity; days.
struct Node {
  explicit Node(std::uint64_t seed) : random(seed) {
    level = random.uniform(0.3, 0.7);
    rate = random.uniform(0.004, 0.03);
    noise = random.uniform(0.0005, 0.004);
    clean_at = random.uniform(0.85, 0.92);
    change_day = random.uniform(4, 13);
  }
  Random random;
  double level;
  double rate;
  double noise;
  double clean_at;
  double change_day;
};

inline double grown(Shape shape, Node& node, double day, double days) {
  const double steady = node.rate * days;
  switch (shape) {
    case Shape::kWalk: return steady + 0.01 * std::sqrt(days) * normal(node.random);
    case Shape::kWorkingHours: {
      const double hour = 24 * (day - std::floor(day));
      return hour < 8 || hour >= 18 ? 0 : steady * 2.4;
    }
    case Shape::kSawTooth: return 4 * steady * node.random.uniform(0.5, 1.5);
    case Shape::kLoads: return steady + (node.random.chance(days / 20) ? 0.125 : 0);
    case Shape::kNewRate: return day < node.change_day ? steady : 3 * steady;
    case Shape::kAccelerating: return steady * (0.3 + day / 10);
    case Shape::kShrinking: return -steady / 2;
    case Shape::kNoise: return 0;
    default: return steady;
  }
}

// What a node tells each `step_ms` for `days`; unlike a real one it goes on beyond its capacity, so
// that there is a truth to compare with.
inline std::vector<StoragePoint> history(Shape shape, std::uint64_t seed, double days,
                                         std::int64_t step_ms) {
  Node node(seed);
  if (shape == Shape::kNoise) node.noise *= 3;
  std::vector<StoragePoint> points;
  const double step = static_cast<double>(step_ms) / static_cast<double>(kDayMs);
  for (double day = 0; day < days; day += step) {
    node.level = std::max(0.02, node.level + grown(shape, node, day, step));
    if (shape == Shape::kSawTooth && node.level > node.clean_at) {
      node.level = node.random.uniform(0.4, 0.6);
      node.clean_at = node.random.uniform(0.85, 0.92);
    }
    const double swing =
        shape == Shape::kDay ? 0.03 * std::sin(2 * std::numbers::pi * (day - 0.4)) : 0;
    const double noise = shape == Shape::kWalk || shape == Shape::kWorkingHours ? 0 : node.noise;
    const double share = std::max(0.001, node.level + swing + noise * normal(node.random));
    points.push_back({kBeginMs + static_cast<std::int64_t>(day * static_cast<double>(kDayMs)),
                      share * kTotal, kTotal});
  }
  return points;
}

}  // namespace rollcall::fleets
