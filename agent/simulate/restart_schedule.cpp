#include "agent/simulate/restart_schedule.hpp"

#include "agent/simulate/seed.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kLongestUptimeHours = 60 * 24;
constexpr std::uint64_t kFirstBootSalt = UINT64_MAX;  // no window has this number

std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low)));
}

}  // namespace

RestartSchedule::RestartSchedule(std::uint64_t seed, bool restarts)
    : seed_(seed), restarts_(restarts) {}

std::int64_t RestartSchedule::booted_at_ms(std::int64_t time_ms) const {
  const std::int64_t window = time_ms / kWindowMs;
  if (restarts_ && time_ms >= 0) {
    if (const Outage outage = outage_in(window); time_ms >= outage.begin_ms) return outage.end_ms;
    if (window > 0) return outage_in(window - 1).end_ms;
  }
  Random random(mixed(seed_, kFirstBootSalt));
  return -between(random, kHourMs, kLongestUptimeHours * kHourMs);
}

RestartSchedule::Outage RestartSchedule::outage_in(std::int64_t window) const {
  Random random(mixed(seed_, static_cast<std::uint64_t>(window)));
  const std::int64_t length_ms = between(random, kShortestMs, kLongestMs + 1);
  const std::int64_t begin_ms =
      window * kWindowMs + between(random, kCalmMs, kWindowMs - kLongestMs);
  return {begin_ms, begin_ms + length_ms};
}

}  // namespace rollcall
