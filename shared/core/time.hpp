// Two clocks, never mixed. Logic is handed a Now and never reads a clock itself.
#pragma once

#include <cstdint>

namespace rollcall {

struct Now {
  std::int64_t steady_ms = 0;  // monotonic; the only clock that decides anything
  std::int64_t wall_ms = 0;    // Unix epoch; for people and for `at` on the wire
};

inline constexpr std::int64_t kNever = INT64_MAX;

}  // namespace rollcall
