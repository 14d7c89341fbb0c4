#include "broker/registry/attention.hpp"

#include <algorithm>

namespace rollcall {

Attention::Attention(Now start) : steady_ms_(start.steady_ms) {}

std::int64_t Attention::advance(Now now) {
  const std::int64_t before_ms = steady_ms_;
  steady_ms_ = std::max(steady_ms_, now.steady_ms);
  const bool overslept = promised_ms_ != kNever && steady_ms_ > promised_ms_ + kToleratedMs;
  const std::int64_t attended_until_ms = overslept ? std::max(before_ms, promised_ms_) : steady_ms_;
  const std::int64_t pause_ms = overslept ? steady_ms_ - promised_ms_ : 0;
  // What lies before the end of an earlier settling does not count.
  const std::int64_t counted_from_ms = std::max(before_ms, settle_until_ms_);
  attended_ms_ += std::max<std::int64_t>(0, attended_until_ms - counted_from_ms);
  if (overslept) {
    const std::int64_t settle_ms = std::clamp(pause_ms / 4, kSettleLeastMs, kSettleMostMs);
    settle_until_ms_ = std::max(settle_until_ms_, steady_ms_ + settle_ms);
  }
  return pause_ms;
}

std::int64_t Attention::steady_at(std::int64_t attended_ms) const {
  return std::max(steady_ms_, settle_until_ms_) +
         std::max<std::int64_t>(0, attended_ms - attended_ms_);
}

}  // namespace rollcall
