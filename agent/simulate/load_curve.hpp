// How much of a day's work falls on each hour: quiet in the small hours, most in the afternoon.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rollcall {

inline constexpr std::int64_t kDayMs = 86'400'000;
inline constexpr std::size_t kSimulatedZones = 3;

// 0 (04:00 of the zone's day) to 1 (16:00): a raised cosine to the power 1.5, which is below 0.02
// for about four hours. Zones are 8 hours apart, as continents are. `time_ms` is Unix time, or any
// other that begins at a midnight.
double daily_load(std::int64_t time_ms, std::size_t zone);

}  // namespace rollcall
