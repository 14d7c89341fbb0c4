#include "agent/probe/health.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/units.hpp"

namespace rollcall {
namespace {

// The busier direction; 0 where the capacity is not known.
double network_percent(const NetworkRates& network) {
  return percent_of(std::max(network.rx, network.tx), network.capacity);
}

// 1 is the level below which a node is idle: the busier of processor and network.
double business(const HealthLimits& limits, const HealthInput& input) {
  const auto rate = static_cast<double>(std::max(input.network.rx, input.network.tx));
  const double network = input.network.capacity != 0
                             ? network_percent(input.network) / limits.idle_network_percent
                             : rate / static_cast<double>(limits.idle_network_bytes_s);
  return std::max(input.cpu_percent / limits.idle_cpu_percent, network);
}

// "storage 91.2 % used (warning from 85 %)"
std::string reason(std::string_view what, double percent, std::string_view behind,
                   std::string_view level, const AlarmLimits& limits) {
  std::string text = fmt::format("{} {}{} ({} from {:.0f} %", what, format_percent(percent), behind,
                                 level, limits.from);
  if (percent < limits.from) {
    text += fmt::format(", clears below {:.0f} %", limits.clears_below);
  }
  return text + ")";
}

}  // namespace

void HealthJudge::judge(Now now, const HealthInput& input) {
  update_alarms(now.steady_ms, input);
  update_fault(now.steady_ms, input.fault);
  last_ms_ = now.steady_ms;
  state_ = worst();
  explain(input);
}

void HealthJudge::update_alarms(std::int64_t steady_ms, const HealthInput& input) {
  if (input.storage_percent.has_value()) {
    storage_warning_.update(limits_.storage_warning, *input.storage_percent, steady_ms);
    storage_critical_.update(limits_.storage_critical, *input.storage_percent, steady_ms);
  }
  memory_warning_.update(limits_.memory_warning, input.memory_percent, steady_ms);
  memory_critical_.update(limits_.memory_critical, input.memory_percent, steady_ms);
  cpu_warning_.update(limits_.cpu_warning, input.cpu_percent, steady_ms);
  network_warning_.update(limits_.network_warning, network_percent(input.network), steady_ms);
  // A node is busy at first, and is so again after 30 s at twice the level below which it is idle.
  const AlarmLimits busy{2, 1, limits_.idle_over_ms, 0, limits_.idle_after_ms};
  busy_.update(busy, business(limits_, input), steady_ms);
}

void HealthJudge::update_fault(std::int64_t steady_ms, std::string_view fault) {
  if (!fault.empty()) {
    fault_ = fault;
    faultless_ms_ = 0;
    return;
  }
  if (fault_.empty()) return;
  // As with the alarms, the agent's own pauses do not count.
  faultless_ms_ += std::clamp<std::int64_t>(steady_ms - last_ms_, 0, limits_.fault_over_ms / 2);
  if (faultless_ms_ >= limits_.fault_over_ms) fault_.clear();
}

State HealthJudge::worst() const {
  if (!fault_.empty()) return State::kError;
  if (storage_critical_.is_on() || memory_critical_.is_on()) return State::kCritical;
  if (storage_warning_.is_on() || memory_warning_.is_on() || cpu_warning_.is_on() ||
      network_warning_.is_on()) {
    return State::kWarning;
  }
  return busy_.is_on() ? State::kHealthy : State::kIdle;
}

void HealthJudge::explain(const HealthInput& input) {
  reasons_.clear();
  if (!fault_.empty()) {
    reasons_.push_back(faultless_ms_ == 0 ? fault_ : fault_ + " (until a moment ago)");
  }
  const double storage = input.storage_percent.value_or(0);
  const double network = network_percent(input.network);
  const auto add = [&](const HealthAlarm& alarm, std::string_view what, double percent,
                       std::string_view behind, std::string_view level, const AlarmLimits& limits) {
    if (alarm.is_on()) reasons_.push_back(reason(what, percent, behind, level, limits));
    return alarm.is_on();
  };
  const bool is_storage_said =
      add(storage_critical_, "storage", storage, " used", "critical", limits_.storage_critical);
  const bool is_memory_said = add(memory_critical_, "memory", input.memory_percent, " used",
                                  "critical", limits_.memory_critical);
  if (!is_storage_said) {
    add(storage_warning_, "storage", storage, " used", "warning", limits_.storage_warning);
  }
  if (!is_memory_said) {
    add(memory_warning_, "memory", input.memory_percent, " used", "warning",
        limits_.memory_warning);
  }
  add(cpu_warning_, "cpu", input.cpu_percent, " busy", "warning", limits_.cpu_warning);
  add(network_warning_, "network", network, " of its capacity", "warning", limits_.network_warning);
  if (state_ == State::kIdle) explain_idle(input);
}

void HealthJudge::explain_idle(const HealthInput& input) {
  const double network = network_percent(input.network);
  reasons_.push_back(fmt::format("cpu {} busy (idle below {:.0f} %)",
                                 format_percent(input.cpu_percent), limits_.idle_cpu_percent));
  const std::uint64_t rate = std::max(input.network.rx, input.network.tx);
  reasons_.push_back(input.network.capacity != 0
                         ? fmt::format("network {} of its capacity (idle below {:.0f} %)",
                                       format_percent(network), limits_.idle_network_percent)
                         : fmt::format("network {} (idle below {})", format_rate(rate),
                                       format_rate(limits_.idle_network_bytes_s)));
}

}  // namespace rollcall
