// What a run of the load program measures: counts over time and delays.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rollcall {

std::int64_t monotonic_ns();
void sleep_until_ns(std::int64_t at_ns);
// Processor time of this process so far.
double cpu_seconds();

// A histogram of delays whose buckets are 1/16 of a power of two wide: 6 % of error at most.
class Delays {
 public:
  void add(std::int64_t delay_ns);
  std::uint64_t count() const { return count_; }
  double quantile_us(double share) const;
  double most_us() const { return static_cast<double>(most_ns_) / 1000; }

 private:
  static constexpr std::size_t kPerPower = 16;
  std::array<std::uint64_t, 64 * kPerPower> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t most_ns_ = 0;
};

}  // namespace rollcall
