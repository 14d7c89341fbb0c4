// When a simulated machine restarts: once in each four hours of its own, at a time drawn from the
// seed. A pure function of time, so it does not matter when or how often it is asked.
#pragma once

#include <cstdint>

namespace rollcall {

class RestartSchedule {
 public:
  // Nobody wants a node that goes down at once: the first ten minutes of each window are calm.
  static constexpr std::int64_t kWindowMs = 4 * 3'600'000;
  static constexpr std::int64_t kCalmMs = 600'000;
  static constexpr std::int64_t kShortestMs = 20'000;
  static constexpr std::int64_t kLongestMs = 180'000;

  // The machine was up for one hour to sixty days before time 0. Without restarts it stays up.
  RestartSchedule(std::uint64_t seed, bool restarts);

  // The boot that matters at `time_ms` (milliseconds of simulated time since the start): the last
  // one, before 0 where there was none yet; while the machine is down, the one to come.
  std::int64_t booted_at_ms(std::int64_t time_ms) const;
  bool is_down(std::int64_t time_ms) const { return time_ms < booted_at_ms(time_ms); }

 private:
  struct Outage {
    std::int64_t begin_ms;
    std::int64_t end_ms;
  };
  Outage outage_in(std::int64_t window) const;

  std::uint64_t seed_;
  bool restarts_;
};

}  // namespace rollcall
