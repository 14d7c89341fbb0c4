// The state that a node shows: what is judged, but never changed twice within 30 seconds, with the
// reasons that belong to it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/protocol/words.hpp"

namespace rollcall {

class SteadyState {
 public:
  // Short enough to tell in time, long enough for a person to read it.
  static constexpr std::int64_t kDwellMs = 30'000;

  // What was judged at `time_ms`, which never runs backwards. A change that comes too early is
  // shown later, if it still holds then; until then the reasons stay as they were, too. The first
  // call of all is shown at once.
  void update(std::int64_t time_ms, State state, std::vector<std::string> reasons);

  State state() const { return state_; }
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  State state_ = State::kHealthy;
  bool is_first_ = true;
  std::int64_t changed_ms_ = 0;
  std::vector<std::string> reasons_;
};

}  // namespace rollcall
