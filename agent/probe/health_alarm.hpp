// One threshold that does not flap: on above one level, off below a lower one, each only after it
// held for a while.
#pragma once

#include <cstdint>

namespace rollcall {

struct AlarmLimits {
  double from = 0;           // on at or above
  double clears_below = 0;   // off below
  std::int64_t rise_ms = 0;  // how long at or above `from` until it is on …
  int rise_samples = 0;  // … or this many samples in a row, whichever comes first; 0: time only
  std::int64_t clear_ms = 0;  // how long below `clears_below` until it is off
};

class HealthAlarm {
 public:
  explicit HealthAlarm(bool is_on = false) : is_on_(is_on) {}

  // One sample. Between two samples at most 15 s count, so that a pause of the agent itself (it was
  // suspended) is not taken for time in which the value held. The first sample of all decides at
  // once where `rise_samples` is set: with no past there is nothing to flap from.
  void update(const AlarmLimits& limits, double value, std::int64_t steady_ms);
  bool is_on() const { return is_on_; }

 private:
  bool is_on_;
  bool is_first_ = true;
  std::int64_t last_ms_ = 0;
  std::int64_t held_ms_ = 0;  // how long the value has spoken for the other side
  int held_samples_ = 0;
};

}  // namespace rollcall
