// In which order nodes are shown.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "shared/client/picture.hpp"

namespace rollcall {

enum class Order : std::uint8_t { kTrouble, kName, kStorage, kCpu, kMemory, kNetwork, kSilence };

std::string_view name_of(Order order);
Order next(Order order);

// 0 is the worst: error, critical, late, left, warning, then the rest.
int trouble_of(const Record& record);

// All nodes: those from `first` on, `count` of them, stand in order at their places; the others
// stand anywhere before or behind. Sorting stops there, so that 10 000 nodes stay cheap.
std::vector<const KnownNode*> in_order(const Picture::Nodes& nodes, Order order, Now now,
                                       std::size_t first, std::size_t count);

}  // namespace rollcall
