#include "agent/simulate/simulated_source.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "agent/simulate/load_curve.hpp"
#include "agent/simulate/model_step.hpp"
#include "agent/simulate/seed.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

// What each part of a node mixes into the node's seed.
enum Salt : std::uint64_t { kHardware, kLoad, kFill, kBlocks, kRestarts, kIncidents };

constexpr std::array<std::uint64_t, 7> kMemoriesGib{16, 32, 64, 96, 128, 192, 256};
// 1, 10 and 25 Gbit/s, in bytes per second.
constexpr std::array<std::uint64_t, 3> kLinks{125'000'000, 1'250'000'000, 3'125'000'000};
constexpr double kSlowest = 0.001;
constexpr double kFastest = 100'000;
// Blocks are not written into the last of a disk.
constexpr double kWrittenUpTo = 0.97;

std::uint64_t part_of(double share, std::uint64_t total) {
  return std::min(static_cast<std::uint64_t>(std::max(share, 0.0) * static_cast<double>(total)),
                  total);
}

// A disk has half to one and a half of it, unless its size is given.
constexpr std::uint64_t kCapacityBytes = std::uint64_t{4} << 40;

Reading hardware_of(std::uint64_t node_seed, std::optional<std::uint64_t> capacity_bytes) {
  Random random(mixed(node_seed, kHardware));
  Reading reading;
  reading.memory.total = kMemoriesGib[random.below(kMemoriesGib.size())] << 30;
  reading.network.capacity = kLinks[random.below(kLinks.size())];
  reading.storage.total =
      capacity_bytes.value_or(kCapacityBytes / 2 + part_of(random.uniform(), kCapacityBytes));
  return reading;
}

}  // namespace

SimulatedSource::SimulatedSource(std::string node, const SimulationOptions& options, Now start)
    : SimulatedSource(mixed(options.seed, hash_of(node)), std::move(node), options, start) {}

SimulatedSource::SimulatedSource(std::uint64_t node_seed, std::string&& node,
                                 const SimulationOptions& options, Now start)
    // The test is written so that NaN is moved as well.
    : time_scale_(options.time_scale >= kSlowest ? std::min(options.time_scale, kFastest)
                                                 : kSlowest),
      start_steady_ms_(start.steady_ms),
      start_of_day_ms_(start.wall_ms % kDayMs),
      zone_(options.zone.value_or(node_seed % kSimulatedZones)),
      load_(mixed(node_seed, kLoad)),
      fill_(mixed(node_seed, kFill)),
      work_(mixed(node_seed, kBlocks),
            hardware_of(node_seed, options.capacity_bytes).storage.total),
      restarts_(mixed(node_seed, kRestarts), options.restarts),
      incidents_(mixed(node_seed, kIncidents)),
      lines_(std::move(node), options.tell_work),
      reading_(hardware_of(node_seed, options.capacity_bytes)),
      judged_boot_ms_(restarts_.booted_at_ms(0)),
      told_boot_ms_(judged_boot_ms_) {
  sample(start, true);
}

void SimulatedSource::sample(Now now, bool for_announcement) {
  time_ms_ = std::max(time_ms_, elapsed_ms(now));
  catch_up();
  const std::int64_t booted_ms = restarts_.booted_at_ms(time_ms_);
  reading_.uptime_s =
      static_cast<std::uint64_t>(std::max<std::int64_t>(time_ms_ - booted_ms, 0) / 1000);
  is_down_ = time_ms_ < booted_ms || booted_ms != told_boot_ms_;
  if (for_announcement) told_boot_ms_ = booted_ms;
}

std::int64_t SimulatedSource::elapsed_ms(Now now) const {
  const auto real_ms =
      static_cast<double>(std::max<std::int64_t>(now.steady_ms - start_steady_ms_, 0));
  return static_cast<std::int64_t>(real_ms * time_scale_);
}

void SimulatedSource::catch_up() {
  const std::int64_t target = time_ms_ / kModelStepMs + 1;
  steps_ = std::max(steps_, target - kCatchUpSteps);
  for (; steps_ < target; ++steps_) step(steps_ * kModelStepMs);
}

void SimulatedSource::step(std::int64_t time_ms) {
  const std::int64_t booted_ms = restarts_.booted_at_ms(time_ms);
  if (time_ms < booted_ms) return;  // down: nothing happens
  if (booted_ms != judged_boot_ms_) {
    judged_boot_ms_ = booted_ms;
    judge_ = HealthJudge();
  }
  const double daily = daily_load(start_of_day_ms_ + time_ms, zone_);
  const Incident incident = incidents_.at(time_ms);
  work(daily);
  load(daily, incident);
  judge(time_ms, incident);
}

void SimulatedSource::work(double daily) {
  const std::uint64_t total = reading_.storage.total;
  const bool was_cleaning = fill_.is_cleaning();
  fill_.step(percent_of(work_.bytes(), total) / 100);
  const std::uint64_t other_bytes = part_of(fill_.share(), total);
  if (fill_.is_cleaning() && !was_cleaning) {
    lines_.tell_cleaning(percent_of(std::min(other_bytes + work_.bytes(), total), total));
  }
  const std::uint64_t full_bytes = part_of(kWrittenUpTo, total);
  const std::uint64_t used_bytes = other_bytes + work_.bytes();
  work_.step(daily, full_bytes - std::min(used_bytes, full_bytes), fill_.is_cleaning(), lines_);
  reading_.storage.used = std::min(other_bytes + work_.bytes(), total);
}

void SimulatedSource::load(double daily, const Incident& incident) {
  const MachineLoad::Level& level = load_.step(daily);
  reading_.cpu_percent = 100 * level.cpu_share;
  reading_.memory.used =
      part_of(std::max(level.memory_share, memory_share_of(incident)), reading_.memory.total);
  reading_.network.rx = part_of(level.receive_share, reading_.network.capacity);
  reading_.network.tx = part_of(level.send_share, reading_.network.capacity);
}

// The worse of what the readings say, judged as for a real machine, and what the incident says.
void SimulatedSource::judge(std::int64_t time_ms, const Incident& incident) {
  HealthInput input;
  input.cpu_percent = reading_.cpu_percent;
  input.memory_percent = percent_of(reading_.memory.used, reading_.memory.total);
  input.storage_percent = percent_of(reading_.storage.used, reading_.storage.total);
  input.network = reading_.network;
  judge_.judge({time_ms, 0}, input);
  const State from_incident = state_of(incident);
  const bool hides_idle = judge_.state() == State::kIdle && from_incident != State::kHealthy;
  std::vector<std::string> reasons;
  if (!hides_idle) reasons = judge_.reasons();
  if (std::string reason = reason_of(incident); !reason.empty()) {
    // The worst first.
    reasons.insert(from_incident >= judge_.state() ? reasons.begin() : reasons.end(),
                   std::move(reason));
  }
  shown_.update(time_ms, std::max(judge_.state(), from_incident), std::move(reasons));
  reading_.state = shown_.state();
  reading_.reasons = shown_.reasons();
}

}  // namespace rollcall
