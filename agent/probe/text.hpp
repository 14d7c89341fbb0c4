// The grain of /proc and /sys: lines of words. All of these work on any bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall {

// Takes the next line off the front of `text`, without its end; empty at the end of the text.
std::string_view take_line(std::string_view& text);
// Takes the next word off the front of `line`; empty at its end.
std::string_view take_word(std::string_view& line);
std::string_view trimmed(std::string_view text);
// Digits only, and no more than a uint64 holds.
std::optional<std::uint64_t> parse_count(std::string_view word);
// Takes the next word if it is a count.
std::optional<std::uint64_t> take_count(std::string_view& line);

// /proc/uptime: whole seconds since the machine started.
std::optional<std::uint64_t> parse_uptime_s(std::string_view proc_uptime);

}  // namespace rollcall
