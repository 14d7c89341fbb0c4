#include "broker/registry/attention.hpp"

#include <algorithm>

namespace rollcall {

Attention::Attention(Now start) : steady_ms_(start.steady_ms) {}

std::int64_t Attention::advance(Now now) {
  const std::int64_t before_ms = steady_ms_;
  steady_ms_ = std::max(steady_ms_, now.steady_ms);
  const std::int64_t late_ms = promised_ms_ == kNever ? 0 : steady_ms_ - promised_ms_;
  if (late_ms <= kToleratedMs) {
    attended_ms_ += steady_ms_ - before_ms;
    return 0;
  }
  // Nobody knows when the pause began, so that nothing since the last look counts.
  hold(std::clamp(late_ms / 4, kSettleLeastMs, kSettleMostMs));
  return late_ms;
}

void Attention::hold(std::int64_t for_ms) {
  if (held_since_ms_ == kNever) {
    held_since_ms_ = attended_ms_;
    prolonged_until_ms_ = attended_ms_;
  }
  prolonged_until_ms_ = std::max(prolonged_until_ms_, attended_ms_ + for_ms);
}

std::int64_t Attention::held_until_ms() const {
  return std::min(prolonged_until_ms_, held_since_ms_ + kSettleMostMs);
}

std::int64_t Attention::judgement_at(std::int64_t attended_ms) const {
  const std::int64_t from_ms = settling() ? std::max(attended_ms, held_until_ms()) : attended_ms;
  return steady_ms_ + std::max<std::int64_t>(0, from_ms - attended_ms_);
}

}  // namespace rollcall
