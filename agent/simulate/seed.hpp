// Seeds made of seeds: each part of a simulated node draws from its own, so that a change in one
// part does not change what the others do.
#pragma once

#include <cstdint>

#include "shared/core/random.hpp"

namespace rollcall {

inline std::uint64_t mixed(std::uint64_t seed, std::uint64_t salt) {
  return Random(Random(seed).next() + salt).next();
}

}  // namespace rollcall
