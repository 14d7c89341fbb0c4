#pragma once

#include <cstdint>

namespace rollcall {

// Raises the soft limit on open descriptors to the hard one, and returns what it is now. Each
// connection takes one; at the usual soft limit of 1024 libzmq stops accepting and spins.
std::uint64_t raise_descriptor_limit();

// Sets the soft limit, which the kernel keeps; the hard one stays. False where it cannot be had.
bool limit_descriptors(std::uint64_t most);

}  // namespace rollcall
