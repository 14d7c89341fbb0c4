// The middle of numbers; reorders them.
#pragma once

#include <algorithm>
#include <span>

namespace rollcall {

// 0 where there is none; of an even count the upper of the two.
inline double median_of(std::span<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace rollcall
