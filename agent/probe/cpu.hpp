// How busy the processors are, from two readings of counters that only grow.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall {

// Time spent since some beginning, in any unit.
struct CpuTimes {
  std::uint64_t busy = 0;
  std::uint64_t total = 0;
};

// The first line of /proc/stat, the sum over all processors (man 5 proc_stat). Idle are `idle` and
// `iowait`: a processor that waits for a disk could work. `guest` and `guest_nice` are left out,
// since they are inside `user` and `nice`. `steal` is busy: the node could not use it. Nothing for
// other text.
std::optional<CpuTimes> parse_cpu_times(std::string_view proc_stat);

// Percent of the time since the last mark, always 0 to 100.
class CpuMeter {
 public:
  // Where no time passed, or the counters went backwards (processors were unplugged, a machine was
  // moved to another host), the last percentage stands; in the second case it measures from here.
  double measure(const CpuTimes& times);
  // The same, and measures from here on.
  double measure_and_mark(const CpuTimes& times);

 private:
  std::optional<CpuTimes> mark_;
  double percent_ = 0;
};

}  // namespace rollcall
