// Durations, sizes and shares, as people write and read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/core/result.hpp"

namespace rollcall {

// "500ms", "10s", "2m", "24h", "7d", and sums such as "1h30m"; a bare number is refused (of what?).
Result<std::int64_t> parse_duration_ms(std::string_view text);
// "10GiB" (2^30), "10GB" (10^9), "4096" and "4096B" (bytes), fractions such as "1.5TB".
Result<std::uint64_t> parse_size_bytes(std::string_view text);

// Exact, and read back by parse_duration_ms: "2m", "1h30m", "500ms".
std::string format_duration_exact(std::int64_t duration_ms);
// The two largest units: "2m 5s", "3d 4h", "0.4s".
std::string format_duration(std::int64_t duration_ms);
// Binary units, three significant digits: "1.46 TiB", "512 B".
std::string format_bytes(std::uint64_t bytes);
// Decimal units, as link speeds are named: "118 MB/s".
std::string format_rate(std::uint64_t bytes_per_second);
// "93.1 %"; "0 %" and "100 %" only where it is so.
std::string format_percent(double percent);
// "12,345,678".
std::string format_count(std::uint64_t count);

// 100 × used / total; 0 where total is 0.
double percent_of(std::uint64_t used, std::uint64_t total);

}  // namespace rollcall
