// Moments as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/core/time.hpp"

namespace rollcall {

// Milliseconds since the Unix epoch: "now", a duration ago ("10m", "1h30m"), such milliseconds
// ("1790000000123"), or a date and time in UTC ("2026-11-25T14:00:00Z", "2026-11-25T14:00Z").
// Nothing where it is none of these, or before 1970.
std::optional<std::int64_t> parse_moment(std::string_view text, Now now);

// "2026-11-25T14:00:00Z": of any moment that a clock of int64 milliseconds has.
std::string moment_text(std::int64_t wall_ms);

}  // namespace rollcall
