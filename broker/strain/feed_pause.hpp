// How long the feed stays closed after it had to be closed for what subscribers made it hold.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rollcall {

// The first time it is opened again at once: the others come back and hardly notice. One who does
// it again and again is given less and less of an opportunity, until a calm minute.
class FeedPause {
 public:
  // It was closed just now; the answer is when to open it.
  std::int64_t open_at_ms(std::int64_t now_ms) {
    pause_ms_ = now_ms - opened_at_ms_ >= kCalmMs ? 0 : next();
    opened_at_ms_ = now_ms + pause_ms_;
    return opened_at_ms_;
  }

 private:
  static constexpr std::int64_t kCalmMs = 60'000;
  static constexpr std::int64_t kFirstMs = 1'000;
  static constexpr std::int64_t kMostMs = 30'000;

  std::int64_t next() const { return pause_ms_ == 0 ? kFirstMs : std::min(kMostMs, 2 * pause_ms_); }

  std::int64_t opened_at_ms_ = INT64_MIN / 2;
  std::int64_t pause_ms_ = 0;
};

}  // namespace rollcall
