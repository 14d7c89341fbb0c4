// What goes wrong with a simulated machine: a disk, its memory or its cooling. An incident rises
// to a warning, may go on to critical and to error, and passes by a time of recovery. A pure
// function of time, as the restarts are.
#pragma once

#include <cstdint>
#include <string>

#include "shared/protocol/words.hpp"

namespace rollcall {

enum class IncidentKind : std::uint8_t { kDisk, kMemory, kHeat };
enum class IncidentStage : std::uint8_t { kNone, kWarning, kCritical, kError, kRecovering };

struct Incident {
  IncidentKind kind = IncidentKind::kDisk;
  IncidentStage stage = IncidentStage::kNone;
  double progress = 0;       // 0 to 1, through the stage
  std::uint64_t detail = 0;  // which disk, how many errors: the same throughout one incident
};

// At most one incident in each six hours of a node's own, in three of four windows. Each stage
// lasts one to five minutes. `time_ms` is simulated time since the start.
class IncidentSchedule {
 public:
  static constexpr std::int64_t kWindowMs = 6 * 3'600'000;
  static constexpr std::int64_t kCalmMs = 120'000;  // a node begins well
  static constexpr std::int64_t kShortestStageMs = 60'000;
  static constexpr std::int64_t kLongestStageMs = 300'000;

  explicit IncidentSchedule(std::uint64_t seed) : seed_(seed) {}

  Incident at(std::int64_t time_ms) const;

 private:
  std::uint64_t seed_;
};

// What an incident says of the node by itself; kHealthy and empty where it shows in a reading only
// (memory that fills is judged by its level).
State state_of(const Incident& incident);
std::string reason_of(const Incident& incident);
// The share of memory that it takes at least; 0 for other kinds.
double memory_share_of(const Incident& incident);

}  // namespace rollcall
