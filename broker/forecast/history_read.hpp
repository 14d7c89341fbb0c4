// Reads as much history as a forecast can use, in few visits.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/past/sources.hpp"

namespace rollcall {

// Sixty days in steps of six hours; where that is little, because the history is short or there was
// a jump lately, finer from there on. Three visits at most, limits::kForecastPoints and few more.
std::vector<StoragePoint> read_history(SampleSource& samples, SeriesName of, std::int64_t now_ms);

}  // namespace rollcall
