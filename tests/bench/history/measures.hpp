#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <vector>

namespace rollcall::bench {

inline double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

inline double at_rank(std::vector<double>& values, double rank) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(rank * static_cast<double>(values.size() - 1))];
}

}  // namespace rollcall::bench
