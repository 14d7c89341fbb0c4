// Several points as one: means over samples, the highest cpu, the last of what is a level, the
// worst state. Minutes are made of samples, hours of minutes, the steps of an answer of either; as
// each point says of how many samples it is, nothing depends on the way.
#pragma once

#include <cstdint>

#include "broker/history/point.hpp"

namespace rollcall {

class Accumulator {
 public:
  bool empty() const { return samples_ == 0; }
  void add(const HistoryPoint& point);
  void clear() { *this = Accumulator(); }
  // As a point that begins at `at_ms`. Where it is not empty.
  HistoryPoint point(std::int64_t at_ms) const;
  // Of the first point that was added.
  std::int64_t first_at_ms() const { return first_at_ms_; }

  std::uint64_t samples() const { return samples_; }
  const HistoryPoint& last() const { return last_; }
  State worst() const { return worst_; }
  // In the units of Sample.
  double cpu_percent() const { return cpu_ / weight() / 100; }
  double cpu_highest_percent() const { return static_cast<double>(cpu_highest_) / 100; }
  double memory_used() const { return memory_ / weight(); }
  double received() const { return received_ / weight(); }
  double sent() const { return sent_ / weight(); }

 private:
  double weight() const { return static_cast<double>(samples_); }

  std::uint64_t samples_ = 0;
  std::int64_t first_at_ms_ = 0;
  double cpu_ = 0;  // sums, weighted by samples
  double memory_ = 0;
  double received_ = 0;
  double sent_ = 0;
  std::uint64_t cpu_highest_ = 0;
  State worst_ = State::kHealthy;
  HistoryPoint last_;
};

}  // namespace rollcall
