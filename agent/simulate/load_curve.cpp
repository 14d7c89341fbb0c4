#include "agent/simulate/load_curve.hpp"

#include <cmath>
#include <numbers>

namespace rollcall {
namespace {

constexpr std::int64_t kBusiestMs = kDayMs / 24 * 16;

}  // namespace

double daily_load(std::int64_t time_ms, std::size_t zone) {
  const std::int64_t shift_ms =
      static_cast<std::int64_t>(zone % kSimulatedZones) * (kDayMs / std::int64_t{kSimulatedZones});
  const std::int64_t from_busiest_ms = (time_ms % kDayMs) + shift_ms - kBusiestMs;
  const double day = static_cast<double>(from_busiest_ms) / static_cast<double>(kDayMs);
  const double raised = (1.0 + std::cos(2.0 * std::numbers::pi * day)) / 2.0;
  return raised * std::sqrt(raised);
}

}  // namespace rollcall
