#include "broker/past/uptime.hpp"

#include <algorithm>

namespace rollcall {
namespace {

// No length of time of a question is above kMostMs, yet there may be a hundred thousand nodes.
std::int64_t plus(std::int64_t a, std::int64_t b) { return a > INT64_MAX - b ? INT64_MAX : a + b; }

}  // namespace

void Uptime::add(const Uptime& other) {
  nodes += other.nodes;
  up_ms = plus(up_ms, other.up_ms);
  down_ms = plus(down_ms, other.down_ms);
  planned_ms = plus(planned_ms, other.planned_ms);
  unknown_ms = plus(unknown_ms, other.unknown_ms);
  incidents += other.incidents;
  returns += other.returns;
  return_ms = plus(return_ms, other.return_ms);
}

std::optional<double> Uptime::share() const {
  if (up_ms == 0 && down_ms == 0) return std::nullopt;
  return static_cast<double>(up_ms) / (static_cast<double>(up_ms) + static_cast<double>(down_ms));
}

std::optional<std::int64_t> Uptime::mean_time_between_failures_ms() const {
  if (incidents == 0) return std::nullopt;
  return up_ms / static_cast<std::int64_t>(incidents);
}

std::optional<std::int64_t> Uptime::mean_time_to_return_ms() const {
  if (returns == 0) return std::nullopt;
  return return_ms / static_cast<std::int64_t>(returns);
}

void UptimeMeter::add(std::int64_t from_ms, std::int64_t to_ms, const NodeThen& then) {
  const std::int64_t ms = to_ms - from_ms;
  if (then.life == Life::kUnknown) return count(Word::kUnknown, ms, false);
  if (then.duty == Duty::kMaintenance) return count(Word::kPlanned, ms, false);
  if (!then.said_goodbye) {
    return count(then.is_silent ? Word::kDown : Word::kUp, ms, then.is_silent);
  }
  // Away until its day of return, and overdue from then on.
  const std::int64_t back_by_ms = std::clamp(then.back_by_ms, from_ms, to_ms);
  count(Word::kPlanned, back_by_ms - from_ms, false);
  count(Word::kDown, to_ms - back_by_ms, then.back_by_ms != 0);
}

void UptimeMeter::count(Word word, std::int64_t ms, bool is_incident) {
  if (ms <= 0) return;
  switch (word) {
    case Word::kUp: sum_.up_ms += ms; break;
    case Word::kDown: sum_.down_ms += ms; break;
    case Word::kPlanned: sum_.planned_ms += ms; break;
    case Word::kUnknown: sum_.unknown_ms += ms; break;
  }
  if (word != Word::kUnknown) sum_.nodes = 1;
  if (is_incident) {
    if (!in_incident_) ++sum_.incidents;
    in_incident_ = true;
    incident_ms_ += ms;
    return;
  }
  // It ended: with a return, or with an order or a goodbye, after which it is nobody's incident.
  if (in_incident_ && word == Word::kUp) {
    ++sum_.returns;
    sum_.return_ms += incident_ms_;
  }
  in_incident_ = false;
  incident_ms_ = 0;
}

Uptime UptimeMeter::finish() { return sum_; }

}  // namespace rollcall
