// The limits of a container that the agent runs in, from cgroup v2 (the kernel's
// Documentation/admin-guide/cgroup-v2.rst).
//
// Read are the files at the top of the mount, /sys/fs/cgroup. The real root of a machine has no
// memory.max and no cpu.max; they are there only where a container has a cgroup namespace of its
// own. So a limit that merely its service manager put on the agent is not taken for the node's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/probe/cpu.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

struct ContainerMemory {
  std::uint64_t limit = 0;    // bytes
  std::uint64_t current = 0;  // bytes charged to it, its file cache included
  std::uint64_t cache = 0;    // bytes that the kernel gives back under pressure
};

// memory.max: bytes, or nothing for "max" (no limit) and for other text.
std::optional<std::uint64_t> parse_memory_limit(std::string_view memory_max);
// memory.stat: active_file + inactive_file + slab_reclaimable, as MemAvailable counts them.
std::uint64_t parse_reclaimable(std::string_view memory_stat);
// cpu.max, "quota period" in µs: how many processors' worth of time; nothing for no limit.
std::optional<double> parse_cpu_limit(std::string_view cpu_max);
// cpu.stat: usage_usec.
std::optional<std::uint64_t> parse_cpu_usage_us(std::string_view cpu_stat);

// The container's memory where its limit is below the machine's, or the machine's.
UsedTotal within(const UsedTotal& machine, const std::optional<ContainerMemory>& container);

// A container's use as counters: 100 % is all the time that it may use.
CpuTimes container_times(std::uint64_t usage_us, std::int64_t steady_ms, double processors);

}  // namespace rollcall
