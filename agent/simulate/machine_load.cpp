#include "agent/simulate/machine_load.hpp"

#include <algorithm>

#include "agent/simulate/model_step.hpp"

namespace rollcall {
namespace {

// A neighbour comes every three hours, for 2 to 15 minutes.
constexpr double kNeighbourChance = static_cast<double>(kModelStepMs) / (3 * 3'600'000.0);
constexpr int kNeighbourShortest = 2 * 60'000 / kModelStepMs;
constexpr int kNeighbourLongest = 15 * 60'000 / kModelStepMs;
// Noise keeps 9/10 of itself from step to step: it drifts over minutes.
constexpr double kKept = 0.9;
constexpr double kKick = 0.3;
constexpr double kMemoryMost =
    0.88;  // below the level of a warning: what goes above is an incident

}  // namespace

MachineLoad::MachineLoad(std::uint64_t seed)
    : random_(seed),
      diligence_(random_.uniform(0.5, 1.0)),
      memory_floor_(random_.uniform(0.18, 0.40)),
      reads_(random_.uniform(0.3, 0.7)) {}

const MachineLoad::Level& MachineLoad::step(double daily) {
  cpu_noise_ = drift(cpu_noise_);
  memory_noise_ = drift(memory_noise_);
  network_noise_ = drift(network_noise_);
  move_neighbour();
  const double own = daily * diligence_;
  const double cpu = 0.025 + 0.01 * cpu_noise_ + 0.60 * own * (1 + 0.4 * cpu_noise_);
  level_.cpu_share = std::clamp(cpu + neighbour_ * 0.75, 0.002, 0.999);
  const double memory = memory_floor_ + 0.35 * own * (1 + 0.2 * memory_noise_) + 0.08 * neighbour_;
  level_.memory_share = std::clamp(memory + 0.01 * memory_noise_, 0.02, kMemoryMost);
  const double traffic =
      0.003 + 0.70 * own * (1 + 0.5 * network_noise_) + 0.5 * neighbour_ + 0.001 * network_noise_;
  level_.send_share = std::clamp(traffic * reads_, 0.0001, 0.99);
  level_.receive_share = std::clamp(traffic * (1 - reads_), 0.0001, 0.99);
  return level_;
}

// Stays within -1 and 1.
double MachineLoad::drift(double value) {
  return std::clamp(kKept * value + random_.uniform(-kKick, kKick), -1.0, 1.0);
}

void MachineLoad::move_neighbour() {
  if (neighbour_steps_ > 0) {
    if (--neighbour_steps_ == 0) neighbour_ = 0;
    return;
  }
  if (!random_.chance(kNeighbourChance)) return;
  const auto lengths = static_cast<std::uint64_t>(kNeighbourLongest - kNeighbourShortest);
  neighbour_steps_ = kNeighbourShortest + static_cast<int>(random_.below(lengths));
  neighbour_ = random_.uniform(0.5, 1.0);
}

}  // namespace rollcall
