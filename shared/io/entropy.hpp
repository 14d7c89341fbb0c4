#pragma once

#include <cstdint>

namespace rollcall {

// A random number from the kernel, never 0: for sessions and seeds.
std::uint64_t draw_session();

}  // namespace rollcall
