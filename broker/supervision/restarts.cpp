#include "broker/supervision/restarts.hpp"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::size_t kCrashesToSafeMode = 3;
constexpr std::int64_t kWithinMs = 60'000;
// A run that ends before this did nothing: to start another at once would only burn the processor.
constexpr std::int64_t kShortRunMs = 1'000;
constexpr std::int64_t kFirstPauseMs = 250;
constexpr std::int64_t kMostPauseMs = 15'000;

}  // namespace

Restarts::Next Restarts::after(Ending ending, std::int64_t began_ms, std::int64_t now_ms) {
  ++count_;
  const std::int64_t ran_ms = now_ms - began_ms;
  if (ran_ms >= kShortRunMs) {
    pause_ms_ = 0;
  } else {
    pause_ms_ = pause_ms_ == 0 ? kFirstPauseMs : std::min(kMostPauseMs, 2 * pause_ms_);
  }
  while (!crashes_ms_.empty() && now_ms - crashes_ms_.front() >= kWithinMs) {
    crashes_ms_.pop_front();
  }
  if (ending == Ending::kCrash) {
    crashes_ms_.push_back(now_ms);
    // What crashes in safe mode, too, does not get out of it by crashing less often.
    const bool was_safe = in_safe_mode_ && ran_ms < SafeMode::kLastsMs;
    in_safe_mode_ = was_safe || crashes_ms_.size() >= kCrashesToSafeMode;
  }
  if (crashes_ms_.size() > kCrashesToSafeMode) crashes_ms_.pop_front();
  return {pause_ms_, in_safe_mode_};
}

}  // namespace rollcall
