// The clock by which silence is judged: it runs only while the broker pays attention.
//
// A broker that was stopped, suspended or starved heard nobody, so that time says nothing about the
// nodes. The duty cycle promises when it will be back; coming back much later than promised is a
// pause of our own. The clock leaves the pause out, and stands still a little longer ("settling")
// while what waits in sockets and kernel buffers is read and lost connections come back. No node's
// record is touched for that.
#pragma once

#include <cstdint>

#include "shared/core/time.hpp"

namespace rollcall {

class Attention {
 public:
  // Scheduling jitter of a loaded machine; above it, it is a pause.
  static constexpr std::int64_t kToleratedMs = 200;
  // Settling lasts a quarter of the pause, within these bounds: long enough to read what waits,
  // and after long pauses for reconnecting (agents try at least every 3.5 s, twice).
  static constexpr std::int64_t kSettleLeastMs = 100;
  static constexpr std::int64_t kSettleMostMs = 10'000;

  explicit Attention(Now start);

  // Moves on to `now`. Returns the pause that this revealed, 0 if none.
  std::int64_t advance(Now now);
  // The duty cycle's promise for the next advance(); kNever where nobody waits for anything.
  void promise(std::int64_t wake_at_ms) { promised_ms_ = wake_at_ms; }

  // Milliseconds of attention since the start. Differences of it are silences.
  std::int64_t ms() const { return attended_ms_; }
  // True while the clock stands still after a pause.
  bool settling() const { return steady_ms_ < settle_until_ms_; }
  // The steady time at which `attended_ms` will be reached if nothing intervenes.
  std::int64_t steady_at(std::int64_t attended_ms) const;

 private:
  std::int64_t steady_ms_;
  std::int64_t attended_ms_ = 0;
  std::int64_t promised_ms_ = kNever;
  std::int64_t settle_until_ms_ = INT64_MIN;
};

}  // namespace rollcall
