// The clock by which silence is judged: it runs only while the broker pays attention.
//
// A broker that was stopped, suspended or starved heard nobody, so that time says nothing about the
// nodes. The duty cycle promises when it will be back; coming back much later than promised is a
// pause of our own, and the clock leaves out all since the last look. Judgement is then held back a
// little longer
// ("settling") while what waits in sockets and kernel buffers is read; the clock itself goes on, so
// that nothing is judged much too late either. No node's record is touched for that.
#pragma once

#include <cstdint>

#include "shared/core/time.hpp"

namespace rollcall {

class Attention {
 public:
  // Scheduling jitter of a loaded machine; above it, it is a pause.
  static constexpr std::int64_t kToleratedMs = 100;
  // Settling lasts a quarter of the pause, within these bounds: long enough for the I/O thread to
  // hand over what the kernel kept, short enough that evictions come less than a second late.
  static constexpr std::int64_t kSettleLeastMs = 100;
  static constexpr std::int64_t kSettleMostMs = 600;

  explicit Attention(Now start);

  // Moves on to `now`. Returns the pause that this revealed, 0 if none.
  std::int64_t advance(Now now);
  // The duty cycle's promise for the next advance(); kNever where nobody waits for anything.
  void promise(std::int64_t wake_at_ms) { promised_ms_ = wake_at_ms; }

  // Milliseconds of attention since the start. Differences of it are silences.
  std::int64_t ms() const { return attended_ms_; }
  // True while nobody may be judged. However many pauses prolong it, it ends after kSettleMostMs of
  // attention, and begins anew only after judged().
  bool settling() const { return held_since_ms_ != kNever && attended_ms_ < held_until_ms(); }
  void judged() { held_since_ms_ = kNever; }
  // The steady time at which what is due at `attended_ms` can be judged if nothing intervenes.
  std::int64_t judgement_at(std::int64_t attended_ms) const;

 private:
  void hold(std::int64_t for_ms);
  std::int64_t held_until_ms() const;

  std::int64_t steady_ms_;
  std::int64_t attended_ms_ = 0;
  std::int64_t promised_ms_ = kNever;
  std::int64_t held_since_ms_ = kNever;  // by attention, as the next
  std::int64_t prolonged_until_ms_ = 0;
};

}  // namespace rollcall
