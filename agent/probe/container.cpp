#include "agent/probe/container.hpp"

#include <algorithm>

#include "agent/probe/text.hpp"

namespace rollcall {

std::optional<std::uint64_t> parse_memory_limit(std::string_view memory_max) {
  return parse_count(trimmed(memory_max));
}

std::uint64_t parse_reclaimable(std::string_view memory_stat) {
  std::uint64_t bytes = 0;
  while (!memory_stat.empty()) {
    std::string_view line = take_line(memory_stat);
    const std::string_view name = take_word(line);
    if (name != "active_file" && name != "inactive_file" && name != "slab_reclaimable") continue;
    const std::uint64_t more = take_count(line).value_or(0);
    bytes += std::min(more, UINT64_MAX - bytes);
  }
  return bytes;
}

std::optional<double> parse_cpu_limit(std::string_view cpu_max) {
  const auto quota_us = take_count(cpu_max);
  const auto period_us = take_count(cpu_max);
  if (!quota_us.has_value() || !period_us.has_value()) return std::nullopt;
  if (*quota_us == 0 || *period_us == 0) return std::nullopt;
  return static_cast<double>(*quota_us) / static_cast<double>(*period_us);
}

std::optional<std::uint64_t> parse_cpu_usage_us(std::string_view cpu_stat) {
  while (!cpu_stat.empty()) {
    std::string_view line = take_line(cpu_stat);
    if (take_word(line) == "usage_usec") return take_count(line);
  }
  return std::nullopt;
}

UsedTotal within(const UsedTotal& machine, const std::optional<ContainerMemory>& container) {
  if (!container.has_value() || container->limit == 0 || container->limit >= machine.total) {
    return machine;
  }
  const std::uint64_t used = container->current - std::min(container->current, container->cache);
  return {std::min(used, container->limit), container->limit};
}

CpuTimes container_times(std::uint64_t usage_us, std::int64_t steady_ms, double processors) {
  const double total_us = static_cast<double>(std::max<std::int64_t>(steady_ms, 0)) * 1000.0 *
                          std::clamp(processors, 0.001, 1e5);
  return {usage_us, static_cast<std::uint64_t>(std::min(total_us, 0x1p62))};
}

}  // namespace rollcall
