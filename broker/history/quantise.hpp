// In which steps a history keeps numbers: fine enough that nobody sees them, coarse enough that
// noise below them is not stored.
//   cpu      0.01 %
//   bytes    4 KiB from 16 MiB on (0.012 % of what they are at most), exact below
//   rates    eight significant bits: within 0.4 %, exact below 256 bytes a second
#pragma once

#include <cstdint>

namespace rollcall {

inline constexpr std::uint64_t kMostRateCode = 256 + 56 * 128 - 1;

std::uint64_t kept_bytes(std::uint64_t bytes);
// NaN and what is negative: 0. At most 10 000 %.
std::uint64_t cpu_code(double percent);
// A rate as a small number that rises with it: its binary exponent and seven bits behind the first.
std::uint64_t rate_code(std::uint64_t bytes_per_second);
// Codes above kMostRateCode: as that.
std::uint64_t rate_of(std::uint64_t code);
// A sum or mean that may be beyond 64 bits.
std::uint64_t saturated(double value);

}  // namespace rollcall
