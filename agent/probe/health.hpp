// The state of a node, judged by fixed thresholds so that it is the same for everyone and never
// flaps.
//
//   what     warning                     critical                    measured as
//   storage  from 85 %, clears below 82  from 95 %, clears below 92  used / (used + available)
//   memory   from 90 %, clears below 85  from 97 %, clears below 94  used / total
//   cpu      from 95 %, clears below 85                              busy, of all processors
//   network  from 90 %, clears below 80                              the busier direction
//
// Storage and memory rise on the second sample in a row or after 10 s; cpu and network after 60 s.
// All clear after 30 s below the lower level. On the first sample of all, storage and memory count
// at once.
//
// idle:  cpu below 5 % and network below 1 % of its capacity (100 kB/s where that is not known) for
//        5 minutes; over when one of them has been at twice that for 30 s.
// error: at once, when the data directory is gone, read-only, failing or silent; over after 5 s
//        without a fault.
//
// The worst holds: error, critical, warning, idle, healthy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/probe/health_alarm.hpp"
#include "shared/core/time.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

// Every number of the table, with its reason.
struct HealthLimits {
  // 85 % leaves time to add disks or move blocks; at 95 % file systems slow down and writes begin
  // to fail. 3 points of distance: more than a few blocks written and deleted in turn.
  AlarmLimits storage_warning{85, 82, 10'000, 2, 30'000};
  AlarmLimits storage_critical{95, 92, 10'000, 2, 30'000};
  // What is left of memory is the cache that makes reads fast; at 97 % the kernel starts to kill.
  AlarmLimits memory_warning{90, 85, 10'000, 2, 30'000};
  AlarmLimits memory_critical{97, 94, 10'000, 2, 30'000};
  // Full processors are good use, unless it lasts: a minute is longer than a compile job's peak or
  // a checksum run over one block.
  AlarmLimits cpu_warning{95, 85, 60'000, 0, 30'000};
  // The same for a link; above 90 % queues grow in the card and in the switch.
  AlarmLimits network_warning{90, 80, 60'000, 0, 30'000};
  // A machine that does nothing still runs its timers and its logs: below 5 % and 1 %. Five minutes
  // bridge the pauses of an ordinary day.
  double idle_cpu_percent = 5;
  double idle_network_percent = 1;
  std::uint64_t idle_network_bytes_s = 100'000;
  std::int64_t idle_after_ms = 300'000;
  std::int64_t idle_over_ms = 30'000;
  // Two to five good answers of the disk in a row: a mount that comes and goes stays in error.
  std::int64_t fault_over_ms = 5000;
};

struct HealthInput {
  double cpu_percent = 0;
  double memory_percent = 0;
  std::optional<double> storage_percent;  // nothing where it was not measured yet
  NetworkRates network;                   // capacity 0: not known, or not of every interface
  std::string_view fault;  // what is wrong with the data directory, safe to print; empty: nothing
};

class HealthJudge {
 public:
  explicit HealthJudge(const HealthLimits& limits = {}) : limits_(limits) {}

  // One sample; once a second to every 15 s.
  void judge(Now now, const HealthInput& input);

  State state() const { return state_; }
  // The worst first; empty where healthy.
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  void update_alarms(std::int64_t steady_ms, const HealthInput& input);
  void update_fault(std::int64_t steady_ms, std::string_view fault);
  State worst() const;
  void explain(const HealthInput& input);
  void explain_idle(const HealthInput& input);

  HealthLimits limits_;
  HealthAlarm storage_warning_, storage_critical_, memory_warning_, memory_critical_;
  HealthAlarm cpu_warning_, network_warning_;
  HealthAlarm busy_{true};  // the opposite of idle
  std::string fault_;
  std::int64_t faultless_ms_ = 0;
  std::int64_t last_ms_ = 0;
  State state_ = State::kHealthy;
  std::vector<std::string> reasons_;
};

}  // namespace rollcall
