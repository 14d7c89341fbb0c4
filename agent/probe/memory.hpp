#pragma once

#include <optional>
#include <string_view>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

// /proc/meminfo: used is MemTotal - MemAvailable, the kernel's own estimate of what a new program
// could not get without swapping. Before Linux 3.14 there was none; there, what is neither free,
// nor buffers, cache or reclaimable slab (shared memory is in Cached, but in use). Nothing for
// other text.
std::optional<UsedTotal> parse_memory(std::string_view proc_meminfo);

}  // namespace rollcall
