#pragma once

#include <cstdint>

namespace rollcall {

// What this machine has, or what its container (cgroup v2) may use where that is less; 0 where
// neither says.
std::uint64_t physical_memory_bytes();

}  // namespace rollcall
