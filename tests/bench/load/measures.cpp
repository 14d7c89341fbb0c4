#include "tests/bench/load/measures.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <sys/resource.h>
#include <time.h>

namespace rollcall {

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

void sleep_until_ns(std::int64_t at_ns) {
  const timespec at{at_ns / 1'000'000'000, at_ns % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) != 0) {
  }
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void Delays::add(std::int64_t delay_ns) {
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(delay_ns, kPerPower));
  const auto power = static_cast<std::size_t>(std::bit_width(value)) - 1;
  const std::size_t within = (value >> (power - 4)) % kPerPower;
  ++buckets_[power * kPerPower + within];
  ++count_;
  most_ns_ = std::max(most_ns_, delay_ns);
}

double Delays::quantile_us(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen < wanted || seen == 0) continue;
    const double lower = std::ldexp(1.0 + static_cast<double>(i % kPerPower) / kPerPower,
                                    static_cast<int>(i / kPerPower));
    return lower / 1000;
  }
  return 0;
}

}  // namespace rollcall
