// How many per second, over the last ten seconds.
#pragma once

#include <array>
#include <cstdint>

namespace rollcall {

class Rate {
 public:
  explicit Rate(std::int64_t start_ms) : second_(start_ms / 1000), first_second_(second_) {}

  void add(std::int64_t now_ms, std::uint64_t count) {
    advance(now_ms);
    counts_[index(second_)] += count;
  }
  // Over whole seconds, without the one that has begun.
  double per_s(std::int64_t now_ms) const {
    const std::int64_t current = now_ms / 1000;
    std::uint64_t sum = 0;
    std::int64_t seconds = 0;
    for (std::int64_t s = current - kSeconds; s < current; ++s) {
      if (s < first_second_) continue;
      ++seconds;
      if (s > second_ - kBuckets && s <= second_) sum += counts_[index(s)];
    }
    return seconds == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(seconds);
  }

 private:
  static constexpr std::int64_t kSeconds = 10;
  static constexpr std::int64_t kBuckets = kSeconds + 1;

  static std::size_t index(std::int64_t second) {
    return static_cast<std::size_t>(second % kBuckets);
  }
  void advance(std::int64_t now_ms) {
    const std::int64_t second = now_ms / 1000;
    if (second - second_ > kBuckets) second_ = second - kBuckets;
    while (second_ < second) counts_[index(++second_)] = 0;
  }

  std::int64_t second_;
  std::int64_t first_second_;
  std::array<std::uint64_t, kBuckets> counts_{};
};

}  // namespace rollcall
