// Moments as programs write them.
#pragma once

#include <cstdint>
#include <string>

namespace rollcall {

// "2026-11-25T14:00:00Z": of any moment that a clock of int64 milliseconds has.
std::string moment_text(std::int64_t wall_ms);

}  // namespace rollcall
