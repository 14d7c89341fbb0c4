// Where a simulated node stands: three zones, and about eight nodes to a rack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

// 0 to 2; node `index` of a fleet, from 0.
std::size_t simulated_zone(std::size_t index);

// zone (z1 to z3), rack (z1-r2) and host (the node itself) of node `index` of `nodes`. Zones take
// turns; the rack within its zone is drawn from the seed and the node.
Labels simulated_labels(std::string_view node, std::uint64_t seed, std::size_t index,
                        std::size_t nodes);

}  // namespace rollcall
