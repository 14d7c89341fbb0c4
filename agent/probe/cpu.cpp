#include "agent/probe/cpu.hpp"

#include <algorithm>
#include <array>

#include "agent/probe/text.hpp"

namespace rollcall {

std::optional<CpuTimes> parse_cpu_times(std::string_view proc_stat) {
  std::string_view line = take_line(proc_stat);
  if (take_word(line) != "cpu") return std::nullopt;
  // user nice system idle iowait irq softirq steal; Linux 2.4 had the first four only.
  std::array<std::uint64_t, 8> ticks{};
  std::size_t fields = 0;
  while (fields < ticks.size()) {
    const std::string_view word = take_word(line);
    if (word.empty()) break;
    const auto value = parse_count(word);
    // A tick count of 2^60 is 365 million years of one processor: the sum below cannot overflow.
    if (!value.has_value() || *value >= (std::uint64_t{1} << 60)) return std::nullopt;
    ticks[fields++] = *value;
  }
  if (fields < 4) return std::nullopt;
  CpuTimes times;
  for (const std::uint64_t value : ticks) times.total += value;
  times.busy = times.total - ticks[3] - ticks[4];
  return times;
}

double CpuMeter::measure(const CpuTimes& times) {
  if (!mark_.has_value() || times.total < mark_->total) {
    mark_ = times;
    return percent_;
  }
  const std::uint64_t total = times.total - mark_->total;
  if (total == 0) return percent_;
  const std::uint64_t busy = times.busy > mark_->busy ? times.busy - mark_->busy : 0;
  percent_ = std::min(100.0, 100.0 * static_cast<double>(busy) / static_cast<double>(total));
  return percent_;
}

double CpuMeter::measure_and_mark(const CpuTimes& times) {
  const double percent = measure(times);
  mark_ = times;
  return percent;
}

}  // namespace rollcall
