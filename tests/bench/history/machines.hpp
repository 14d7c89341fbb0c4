// Samples to remember: of the agent's simulated machines, ten seconds apart by their own clocks, or
// of random walks, which are quicker to make and harder to compress.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/simulate/simulated_source.hpp"
#include "broker/history/sample.hpp"
#include "shared/core/random.hpp"

namespace rollcall::bench {

inline constexpr std::int64_t kStepMs = 10'000;
inline constexpr std::int64_t kStartMs = 1'764'000'000'000;  // a day in November 2025

inline std::string machine_name(std::size_t index) { return "node-" + std::to_string(index); }

// Where in its ten seconds a machine speaks, and how late it is heard: a millisecond or two.
class Beat {
 public:
  explicit Beat(std::uint64_t seed) : random_(seed), phase_ms_(random_.below(kStepMs)) {}
  std::int64_t at_ms(std::int64_t step) {
    return kStartMs + step * kStepMs + static_cast<std::int64_t>(phase_ms_ + random_.below(3));
  }

 private:
  Random random_;
  std::uint64_t phase_ms_;
};

class SimulatedMachine {
 public:
  SimulatedMachine(std::size_t index)
      : beat_(index), source_(machine_name(index), {.tell_work = false}, {0, kStartMs}) {}

  // False while it is down.
  bool step(std::int64_t step, Sample& sample) {
    source_.sample({step * kStepMs, kStartMs + step * kStepMs}, true);
    const Reading& reading = source_.reading();
    sample = {.at_ms = beat_.at_ms(step),
              .storage = reading.storage,
              .memory = reading.memory,
              .cpu_percent = reading.cpu_percent,
              .rx = reading.network.rx,
              .tx = reading.network.tx,
              .state = reading.state};
    return !source_.is_down();
  }

 private:
  Beat beat_;
  SimulatedSource source_;
};

class WalkingMachine {
 public:
  WalkingMachine(std::size_t index) : beat_(index), random_(index + 1'000'000) {
    sample_.storage = {random_.below(std::uint64_t{1} << 42), std::uint64_t{1} << 42};
    sample_.memory = {random_.below(std::uint64_t{1} << 36), std::uint64_t{1} << 36};
    sample_.cpu_percent = random_.uniform(0, 100);
    sample_.rx = random_.below(100'000'000);
    sample_.tx = random_.below(100'000'000);
  }

  bool step(std::int64_t step, Sample& sample) {
    walk(sample_.storage.used, sample_.storage.total, 1e-5);
    walk(sample_.memory.used, sample_.memory.total, 2e-3);
    walk(sample_.rx, 1'250'000'000, 5e-3);
    walk(sample_.tx, 1'250'000'000, 5e-3);
    sample_.cpu_percent += random_.uniform(-3, 3);
    sample_.cpu_percent = sample_.cpu_percent < 0 ? 0 : sample_.cpu_percent;
    sample_.cpu_percent = sample_.cpu_percent > 100 ? 100 : sample_.cpu_percent;
    sample_.at_ms = beat_.at_ms(step);
    sample = sample_;
    return true;
  }

 private:
  // By up to that share of the whole, either way, in steps of 4 KiB.
  void walk(std::uint64_t& value, std::uint64_t most, double share) {
    const double range = static_cast<double>(most) * share;
    double next = static_cast<double>(value) + random_.uniform(-range, range);
    if (next < 0) next = -next;
    if (next > static_cast<double>(most)) next = static_cast<double>(most);
    value = static_cast<std::uint64_t>(next) & ~std::uint64_t{4095};
  }

  Beat beat_;
  Random random_;
  Sample sample_;
};

}  // namespace rollcall::bench
