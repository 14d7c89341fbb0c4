#include "agent/probe/memory.hpp"

#include <algorithm>

#include "agent/probe/text.hpp"

namespace rollcall {
namespace {

// As /proc/meminfo has them, in kB; what the text lacks stays empty.
struct MemoryLines {
  std::optional<std::uint64_t> total, available, free, buffers, cached, shared, reclaimable;
};

std::optional<std::uint64_t>* slot_for(MemoryLines& lines, std::string_view name) {
  if (name == "MemTotal:") return &lines.total;
  if (name == "MemAvailable:") return &lines.available;
  if (name == "MemFree:") return &lines.free;
  if (name == "Buffers:") return &lines.buffers;
  if (name == "Cached:") return &lines.cached;
  if (name == "Shmem:") return &lines.shared;
  if (name == "SReclaimable:") return &lines.reclaimable;
  return nullptr;
}

// In kB.
std::optional<std::uint64_t> available_in(const MemoryLines& lines) {
  if (lines.available.has_value()) return lines.available;
  if (!lines.free.has_value()) return std::nullopt;
  const std::uint64_t cache =
      lines.buffers.value_or(0) + lines.cached.value_or(0) + lines.reclaimable.value_or(0);
  return *lines.free + cache - std::min(cache, lines.shared.value_or(0));
}

}  // namespace

std::optional<UsedTotal> parse_memory(std::string_view proc_meminfo) {
  MemoryLines lines;
  while (!proc_meminfo.empty()) {
    std::string_view line = take_line(proc_meminfo);
    std::optional<std::uint64_t>* const slot = slot_for(lines, take_word(line));
    if (slot == nullptr) continue;
    *slot = take_count(line);
    // 2^50 kB is a million times the largest machine: sums and bytes cannot overflow below it.
    if (!slot->has_value() || **slot >= (std::uint64_t{1} << 50)) return std::nullopt;
  }
  const auto available = available_in(lines);
  if (!lines.total.has_value() || *lines.total == 0 || !available.has_value()) return std::nullopt;
  const std::uint64_t used = *lines.total - std::min(*lines.total, *available);
  return UsedTotal{used * 1024, *lines.total * 1024};
}

}  // namespace rollcall
