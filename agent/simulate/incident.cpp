#include "agent/simulate/incident.hpp"

#include <array>

#include <fmt/format.h>

#include "agent/simulate/seed.hpp"

namespace rollcall {
namespace {

constexpr double kChance = 0.75;
// How far an incident goes: 45 % end at a warning, 30 % at critical, the rest at error.
constexpr double kEndsAtWarning = 0.45;
constexpr double kEndsAtCritical = 0.75;
constexpr int kMostStages = 4;

std::int64_t drawn_ms(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low)));
}

// The stages of an incident of which the worst is warning (1), critical (2) or error (3).
IncidentStage stage_at(int index, int worst) {
  return index < worst ? static_cast<IncidentStage>(index + 1) : IncidentStage::kRecovering;
}

int worst_stage(double drawn) {
  if (drawn < kEndsAtWarning) return 1;
  return drawn < kEndsAtCritical ? 2 : 3;
}

std::string disk_reason(const Incident& incident) {
  const char letter = static_cast<char>('b' + incident.detail % 11);
  const auto errors = [&](double low, double high) {
    return static_cast<int>(low + (high - low) * incident.progress) +
           static_cast<int>(incident.detail / 16 % 3);
  };
  switch (incident.stage) {
    case IncidentStage::kNone: return {};
    case IncidentStage::kWarning:
      return fmt::format("disk sd{}: {} I/O errors in the last minute (warning from 2)", letter,
                         errors(2, 8));
    case IncidentStage::kCritical:
      return fmt::format("disk sd{}: {} I/O errors in the last minute (critical from 12)", letter,
                         errors(12, 60));
    case IncidentStage::kError:
      return fmt::format("disk sd{}: failed, {} I/O errors in the last minute (error from 100)",
                         letter, errors(110, 400));
    case IncidentStage::kRecovering:
      return fmt::format("disk sd{}: replaced, rebuilt to {:.0f} %", letter,
                         99.0 * incident.progress);
  }
  return {};
}

std::string heat_reason(const Incident& incident) {
  const auto degrees = [&](double low, double high) {
    return low + (high - low) * incident.progress;
  };
  switch (incident.stage) {
    case IncidentStage::kNone: return {};
    case IncidentStage::kWarning:
      return fmt::format("processor at {:.0f} °C (warning from 80 °C)", degrees(80, 89));
    case IncidentStage::kCritical:
      return fmt::format("processor at {:.0f} °C (critical from 90 °C)", degrees(90, 99));
    case IncidentStage::kError:
      return fmt::format("processor at {:.0f} °C: it stops itself (error from 100 °C)",
                         degrees(100, 104));
    case IncidentStage::kRecovering:
      return fmt::format("processor at {:.0f} °C, cooling down (warning clears below 70 °C)",
                         degrees(79, 70));
  }
  return {};
}

std::string memory_reason(const Incident& incident) {
  if (incident.stage != IncidentStage::kError) return {};
  return fmt::format("out of memory: {} processes killed in the last minute",
                     2 + incident.detail % 5);
}

}  // namespace

Incident IncidentSchedule::at(std::int64_t time_ms) const {
  if (time_ms < 0) return {};
  const std::int64_t window = time_ms / kWindowMs;
  Random random(mixed(seed_, static_cast<std::uint64_t>(window)));
  if (!random.chance(kChance)) return {};
  Incident incident;
  incident.kind = static_cast<IncidentKind>(random.below(3));
  incident.detail = random.below(1 << 16);
  const int worst = worst_stage(random.uniform());
  // Early enough that the window holds it whole.
  std::int64_t begin_ms =
      window * kWindowMs + drawn_ms(random, kCalmMs, kWindowMs - kMostStages * kLongestStageMs);
  for (int i = 0; i <= worst && time_ms >= begin_ms; ++i) {
    const std::int64_t length_ms = drawn_ms(random, kShortestStageMs, kLongestStageMs);
    if (time_ms < begin_ms + length_ms) {
      incident.stage = stage_at(i, worst);
      incident.progress = static_cast<double>(time_ms - begin_ms) / static_cast<double>(length_ms);
      return incident;
    }
    begin_ms += length_ms;
  }
  return {};
}

State state_of(const Incident& incident) {
  const bool shows_in_reading_only =
      incident.kind == IncidentKind::kMemory && incident.stage != IncidentStage::kError;
  if (shows_in_reading_only) return State::kHealthy;
  switch (incident.stage) {
    case IncidentStage::kNone: return State::kHealthy;
    case IncidentStage::kWarning:
    case IncidentStage::kRecovering: return State::kWarning;
    case IncidentStage::kCritical: return State::kCritical;
    case IncidentStage::kError: return State::kError;
  }
  return State::kHealthy;
}

std::string reason_of(const Incident& incident) {
  switch (incident.kind) {
    case IncidentKind::kDisk: return disk_reason(incident);
    case IncidentKind::kMemory: return memory_reason(incident);
    case IncidentKind::kHeat: return heat_reason(incident);
  }
  return {};
}

double memory_share_of(const Incident& incident) {
  if (incident.kind != IncidentKind::kMemory) return 0;
  switch (incident.stage) {
    case IncidentStage::kNone: return 0;
    case IncidentStage::kWarning: return 0.905 + 0.06 * incident.progress;
    case IncidentStage::kCritical: return 0.971 + 0.02 * incident.progress;
    case IncidentStage::kError: return 0.992;
    case IncidentStage::kRecovering: return 0.93 - 0.09 * incident.progress;
  }
  return 0;
}

}  // namespace rollcall
