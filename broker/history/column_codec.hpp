// One column of a chunk: whole numbers that mostly change little from one to the next.
//
// A column is written as its first value and, unless all are the same, residuals: against the first
// value (noise about a level), against the value before (what drifts), or against the change before
// (what runs evenly, as time does). Differences are taken modulo 2^64, so that no value is beyond
// it. Lowest bits that all residuals have at zero are left out (bytes in steps of 4 KiB). Where
// most residuals are zero, one bit says so. Of these the shortest is taken, column by column.
#pragma once

#include <cstdint>
#include <span>

#include "broker/history/bits.hpp"

namespace rollcall {

// At least one value.
void put_column(BitWriter& bits, std::span<const std::uint64_t> values);
// Fills `values`; false where it makes no sense.
bool get_column(BitReader& bits, std::span<std::uint64_t> values);

}  // namespace rollcall
