// Counts what the benchmarks allocate: the hot path must not.
#pragma once

#include <cstdint>

namespace rollcall {

// Calls of operator new by this thread since it began.
std::uint64_t allocations();

}  // namespace rollcall
