#pragma once

#include <cstdint>

namespace rollcall {

// What this machine has, or what the cgroup (v2) that we are in, or one that it is in, may use
// where that is less; 0 where neither says.
std::uint64_t physical_memory_bytes();

}  // namespace rollcall
