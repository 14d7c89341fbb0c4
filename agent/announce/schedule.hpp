#pragma once

#include <cstdint>
#include <string_view>

namespace rollcall {

// When a node announces next: the first moment after `now_ms` that is its own phase within the
// interval. The phase comes from the node's id, so that a fleet does not beat in step, and an
// announcement out of turn does not shift the turns. At most one interval away.
std::int64_t next_turn_ms(std::string_view node, std::int64_t now_ms, std::int64_t interval_ms);

// When node `index` of `nodes` introduces itself to a broker that has just come: one by one, in
// half a second, so that ten thousand do not arrive as one burst. A single node: at once.
std::int64_t introduction_ms(std::size_t index, std::size_t nodes, std::int64_t now_ms);

}  // namespace rollcall
