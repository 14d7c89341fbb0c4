// Moments as people write them, and the labels of an axis of time. Both read the time zone (TZ, or
// the system's), as render/words.cpp does, and never a clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/result.hpp"

namespace rollcall {

// A moment in ms of the wall clock, 0 or more:
//   now                                     `now_ms`
//   10m, 2h, 7d, 1h30m                      so long ago
//   14:00, 14:00:05                         the last time that clocks here showed it
//   2026-11-25                              midnight here, at its beginning
//   2026-11-25 14:00, 2026-11-25T14:00:05   here; with Z or +02:00 behind it: there
//   1795010400000                           ms since 1970
// Where clocks are put forward, a time that they skip is one of those beside it; where they are put
// back, one that they show twice is either, as the C library says: with Z it is exact.
Result<std::int64_t> parse_moment(std::string_view text, std::int64_t now_ms);

struct Tick {
  std::int64_t at_ms = 0;
  std::string label;
};

// At most `most` ticks of a round local step between the two moments; labels "14:05:10", "14:05",
// "11-25" or "2026-11", as the step wants it, and the date at a midnight.
std::vector<Tick> time_ticks(std::int64_t begins_ms, std::int64_t ends_ms, std::size_t most);

// "2026-11-25 14:00 … 15:00": both ends, the date once where it is the same, to the second where
// the whole is short.
std::string between_text(std::int64_t begins_ms, std::int64_t ends_ms);

}  // namespace rollcall
