// What a benchmark says: how long one operation took and what it allocated. Operations are timed by
// hand, in batches, so that preparing them is not counted.
#pragma once

#include <chrono>
#include <cstdint>

#include <benchmark/benchmark.h>

#include "tests/bench/allocations.hpp"

namespace rollcall {

class Report {
 public:
  explicit Report(benchmark::State& state) : state_(state) {}

  // `operations` of them are what `work` does.
  template <typename Work>
  void time(std::size_t operations, Work&& work) {
    const std::uint64_t before = rollcall::allocations();
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    allocations_ += rollcall::allocations() - before;
    state_.SetIterationTime(took.count());
    seconds_ += took.count();
    operations_ += operations;
  }

  ~Report() {
    const auto operations = static_cast<double>(operations_);
    state_.SetItemsProcessed(static_cast<std::int64_t>(operations_));
    state_.counters["allocations/op"] = static_cast<double>(allocations_) / operations;
    state_.counters["ns/op"] = 1e9 * seconds_ / operations;
  }

 private:
  benchmark::State& state_;
  std::uint64_t allocations_ = 0;
  std::size_t operations_ = 0;
  double seconds_ = 0;
};

}  // namespace rollcall
