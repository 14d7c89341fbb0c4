#include "broker/history/accumulator.hpp"

#include <algorithm>

#include "broker/history/quantise.hpp"

namespace rollcall {

void Accumulator::add(const HistoryPoint& point) {
  const auto& columns = point.columns;
  if (samples_ == 0) first_at_ms_ = point.at_ms();
  const std::uint64_t samples = columns[HistoryPoint::kSamples];
  const auto weight = static_cast<double>(samples);
  samples_ = std::min(samples_ + samples, kMostSamples);
  cpu_ += static_cast<double>(columns[HistoryPoint::kCpu]) * weight;
  memory_ += static_cast<double>(columns[HistoryPoint::kMemoryUsed]) * weight;
  received_ += static_cast<double>(rate_of(columns[HistoryPoint::kReceived])) * weight;
  sent_ += static_cast<double>(rate_of(columns[HistoryPoint::kSent])) * weight;
  cpu_highest_ =
      std::max(cpu_highest_, columns[HistoryPoint::kCpu] + columns[HistoryPoint::kCpuAbove]);
  worst_ = std::max(worst_, point.state());
  if (samples_ == samples || point.at_ms() >= last_.at_ms()) last_ = point;
}

HistoryPoint Accumulator::point(std::int64_t at_ms) const {
  HistoryPoint point = last_;  // what is a level: storage, totals, nodes
  auto& columns = point.columns;
  columns[HistoryPoint::kAt] =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(at_ms, 0, kLatestPointMs));
  columns[HistoryPoint::kMemoryUsed] = kept_bytes(saturated(memory_used() + 0.5));
  columns[HistoryPoint::kCpu] = std::min(cpu_code(cpu_percent()), cpu_highest_);
  columns[HistoryPoint::kCpuAbove] = cpu_highest_ - columns[HistoryPoint::kCpu];
  columns[HistoryPoint::kReceived] = rate_code(saturated(received() + 0.5));
  columns[HistoryPoint::kSent] = rate_code(saturated(sent() + 0.5));
  columns[HistoryPoint::kState] = static_cast<std::uint64_t>(worst_);
  columns[HistoryPoint::kSamples] = samples_;
  return point;
}

}  // namespace rollcall
