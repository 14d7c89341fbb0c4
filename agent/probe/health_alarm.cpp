#include "agent/probe/health_alarm.hpp"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::int64_t kMostBetweenSamplesMs = 15'000;

}  // namespace

void HealthAlarm::update(const AlarmLimits& limits, double value, std::int64_t steady_ms) {
  const std::int64_t passed_ms =
      std::clamp<std::int64_t>(steady_ms - last_ms_, 0, kMostBetweenSamplesMs);
  last_ms_ = steady_ms;
  const bool is_first = is_first_;
  is_first_ = false;
  if (is_on_ ? !(value < limits.clears_below) : !(value >= limits.from)) {
    held_ms_ = 0;
    held_samples_ = 0;
    return;
  }
  if (held_samples_ > 0) held_ms_ += passed_ms;
  ++held_samples_;
  const bool by_samples =
      !is_on_ && limits.rise_samples > 0 && (is_first || held_samples_ >= limits.rise_samples);
  if (!by_samples && held_ms_ < (is_on_ ? limits.clear_ms : limits.rise_ms)) return;
  is_on_ = !is_on_;
  held_ms_ = 0;
  held_samples_ = 0;
}

}  // namespace rollcall
