// A node that is not there: a machine with a daily load, a disk that fills, blocks that come and
// go, incidents and restarts, all drawn from one seed. The same seed, node and times give the same
// readings and blocks. Simulated time runs from `start` by the steady clock; only the hour of the
// day is taken from the wall clock, once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/probe/health.hpp"
#include "agent/probe/source.hpp"
#include "agent/simulate/block_work.hpp"
#include "agent/simulate/disk_fill.hpp"
#include "agent/simulate/incident.hpp"
#include "agent/simulate/machine_load.hpp"
#include "agent/simulate/restart_schedule.hpp"
#include "agent/simulate/simulated_labels.hpp"
#include "agent/simulate/steady_state.hpp"
#include "agent/simulate/work_lines.hpp"

namespace rollcall {

struct SimulationOptions {
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> capacity_bytes = std::nullopt;  // nothing: around 4 TiB, by node
  // Simulated time runs so much faster than the clock; 0.001 to 100 000, others are moved there.
  double time_scale = 1.0;
  bool restarts = true;
  bool tell_work = true;
  // Whose day it keeps (simulated_zone()); nothing: by the node's name.
  std::optional<std::size_t> zone = std::nullopt;
};

class SimulatedSource : public Source {
 public:
  // After a longer pause than an hour of simulated time, what lies before is skipped: a process
  // that slept for a day must not work it all off at once.
  static constexpr std::int64_t kCatchUpSteps = 360;

  SimulatedSource(std::string node, const SimulationOptions& options, Now start);

  // An outage that begins and ends between two announcements is still told: is_down() is then true
  // for the second of them.
  void sample(Now now, bool for_announcement) override;
  // It has nothing to say between announcements.
  std::int64_t due_at_ms() const override { return kNever; }
  const Reading& reading() const override { return reading_; }
  BlockSet* blocks() override { return &work_.blocks(); }
  std::vector<Line> take_lines() override { return lines_.take(); }
  bool is_down() const override { return is_down_; }

 private:
  // By reference: the name must not be moved before it is hashed.
  SimulatedSource(std::uint64_t node_seed, std::string&& node, const SimulationOptions& options,
                  Now start);
  std::int64_t elapsed_ms(Now now) const;
  void catch_up();
  void step(std::int64_t time_ms);
  void work(double daily);
  void load(double daily, const Incident& incident);
  void judge(std::int64_t time_ms, const Incident& incident);

  double time_scale_;
  std::int64_t start_steady_ms_;
  std::int64_t start_of_day_ms_;  // what hour it was at the start
  std::int64_t time_ms_ = 0;      // simulated, since the start
  std::int64_t steps_ = 0;        // done
  std::size_t zone_;
  MachineLoad load_;
  DiskFill fill_;
  BlockWork work_;
  RestartSchedule restarts_;
  IncidentSchedule incidents_;
  HealthJudge judge_;
  SteadyState shown_;
  WorkLines lines_;
  Reading reading_;
  std::int64_t judged_boot_ms_ = 0;  // which boot the judge has seen
  std::int64_t told_boot_ms_ = 0;    // which boot was announced
  bool is_down_ = false;
};

}  // namespace rollcall
