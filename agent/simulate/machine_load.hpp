// Processor, memory and network of a simulated machine: they follow the load of the day, with noise
// that drifts, and now and then a noisy neighbour takes its share for some minutes.
#pragma once

#include <cstdint>

#include "shared/core/random.hpp"

namespace rollcall {

class MachineLoad {
 public:
  // Shares are 0 to 1.
  struct Level {
    double cpu_share = 0;
    double memory_share = 0;
    double receive_share = 0;  // of the link's capacity
    double send_share = 0;
  };

  explicit MachineLoad(std::uint64_t seed);

  // One model step. `daily` is the load of the hour, 0 to 1.
  const Level& step(double daily);

 private:
  double drift(double value);
  void move_neighbour();

  Random random_;
  double diligence_ = 0;  // how much of the day's work comes to this machine
  double memory_floor_ = 0;
  double reads_ = 0;  // of its traffic, so much is sent: a node that is read from
  double cpu_noise_ = 0;
  double memory_noise_ = 0;
  double network_noise_ = 0;
  int neighbour_steps_ = 0;  // how long it stays
  double neighbour_ = 0;     // its strength, 0 to 1
  Level level_;
};

}  // namespace rollcall
