#include "agent/simulate/steady_state.hpp"

#include <utility>

namespace rollcall {

void SteadyState::update(std::int64_t time_ms, State state, std::vector<std::string> reasons) {
  if (is_first_ || state != state_) {
    if (!is_first_ && time_ms - changed_ms_ < kDwellMs) return;
    is_first_ = false;
    state_ = state;
    changed_ms_ = time_ms;
  }
  reasons_ = std::move(reasons);
}

}  // namespace rollcall
