#include "broker/history/point.hpp"

#include <algorithm>

#include "broker/history/quantise.hpp"

namespace rollcall {

std::string_view name_of(HistoryLevel level) {
  constexpr std::array<std::string_view, kHistoryLevels> kNames{"full", "minute", "hour"};
  return kNames[index_of(level)];
}

std::int64_t resolution_ms(HistoryLevel level) {
  constexpr std::array<std::int64_t, kHistoryLevels> kResolutions{1, 60'000, 3'600'000};
  return kResolutions[index_of(level)];
}

HistoryPoint point_of(const Sample& sample) {
  HistoryPoint point;
  auto& columns = point.columns;
  columns[HistoryPoint::kAt] =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(sample.at_ms, 0, kLatestPointMs));
  columns[HistoryPoint::kStorageUsed] = kept_bytes(sample.storage.used);
  columns[HistoryPoint::kStorageTotal] = kept_bytes(sample.storage.total);
  columns[HistoryPoint::kMemoryUsed] = kept_bytes(sample.memory.used);
  columns[HistoryPoint::kMemoryTotal] = kept_bytes(sample.memory.total);
  columns[HistoryPoint::kCpu] = cpu_code(sample.cpu_percent);
  columns[HistoryPoint::kReceived] = rate_code(sample.rx);
  columns[HistoryPoint::kSent] = rate_code(sample.tx);
  columns[HistoryPoint::kState] = static_cast<std::uint64_t>(sample.state);
  columns[HistoryPoint::kSamples] = 1;
  return point;
}

Sample sample_of(const HistoryPoint& point) {
  const auto& columns = point.columns;
  Sample sample;
  sample.at_ms = point.at_ms();
  sample.storage = {columns[HistoryPoint::kStorageUsed], columns[HistoryPoint::kStorageTotal]};
  sample.memory = {columns[HistoryPoint::kMemoryUsed], columns[HistoryPoint::kMemoryTotal]};
  sample.cpu_percent = static_cast<double>(columns[HistoryPoint::kCpu]) / 100;
  sample.rx = rate_of(columns[HistoryPoint::kReceived]);
  sample.tx = rate_of(columns[HistoryPoint::kSent]);
  sample.state = point.state();
  return sample;
}

bool is_sound(const HistoryPoint& point) {
  const auto& columns = point.columns;
  const std::uint64_t most_cpu = cpu_code(1e9);
  return columns[HistoryPoint::kAt] <= static_cast<std::uint64_t>(kLatestPointMs) &&
         columns[HistoryPoint::kState] < kStateNames.size() &&
         columns[HistoryPoint::kCpu] <= most_cpu && columns[HistoryPoint::kCpuAbove] <= most_cpu &&
         columns[HistoryPoint::kReceived] <= kMostRateCode &&
         columns[HistoryPoint::kSent] <= kMostRateCode && columns[HistoryPoint::kSamples] >= 1 &&
         columns[HistoryPoint::kSamples] <= kMostSamples &&
         columns[HistoryPoint::kNodes] <= kMostSamples;
}

}  // namespace rollcall
