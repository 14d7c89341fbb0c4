// The space of a file system, from what statvfs says.
#pragma once

#include <cstdint>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

// The fields of struct statvfs that matter, in units of `unit_bytes` (f_frsize).
struct SpaceCounts {
  std::uint64_t unit_bytes = 0;
  std::uint64_t units = 0;      // f_blocks
  std::uint64_t free = 0;       // f_bfree: with what is reserved for the superuser
  std::uint64_t available = 0;  // f_bavail: without it
};

// What is announced: total is the size of the file system and used what lies on it, as `df` has in
// its columns Size and Used. What is reserved for the superuser is in neither used nor lost: it is
// free, and used <= total always.
UsedTotal space_of(const SpaceCounts& counts);

// What is judged: used / (used + available), the column Use% of `df`. It is 100 when an ordinary
// program cannot write one more byte, which with a reserve of 5 % is at 95 % of the size.
double full_percent(const SpaceCounts& counts);

}  // namespace rollcall
