#include "broker/history/group_sums.hpp"

#include <algorithm>

#include "broker/history/quantise.hpp"

namespace rollcall {
namespace {

void add_to(std::uint64_t& sum, std::uint64_t value) {
  sum = value > UINT64_MAX - sum ? UINT64_MAX : sum + value;
}

}  // namespace

void GroupSums::add(SeriesId group, const HistoryPoint& latest, std::uint64_t samples) {
  Sum& sum = sums_[group];
  const auto& from = latest.columns;
  auto& to = sum.point.columns;
  for (const auto column : {HistoryPoint::kStorageUsed, HistoryPoint::kStorageTotal,
                            HistoryPoint::kMemoryUsed, HistoryPoint::kMemoryTotal}) {
    add_to(to[column], from[column]);
  }
  add_to(sum.received, rate_of(from[HistoryPoint::kReceived]));
  add_to(sum.sent, rate_of(from[HistoryPoint::kSent]));
  sum.cpu += from[HistoryPoint::kCpu];
  sum.cpu_highest = std::max(sum.cpu_highest, from[HistoryPoint::kCpu]);
  to[HistoryPoint::kState] = std::max(to[HistoryPoint::kState], from[HistoryPoint::kState]);
  to[HistoryPoint::kSamples] += samples;
  ++to[HistoryPoint::kNodes];
}

void GroupSums::take(std::int64_t at_ms,
                     const std::function<void(SeriesId, const HistoryPoint&)>& take) {
  for (auto& [group, sum] : sums_) {
    auto& columns = sum.point.columns;
    const std::uint64_t nodes = columns[HistoryPoint::kNodes];
    columns[HistoryPoint::kAt] = static_cast<std::uint64_t>(std::max<std::int64_t>(at_ms, 0));
    columns[HistoryPoint::kCpu] = (sum.cpu + nodes / 2) / nodes;
    columns[HistoryPoint::kCpuAbove] =
        sum.cpu_highest - std::min(sum.cpu_highest, columns[HistoryPoint::kCpu]);
    columns[HistoryPoint::kReceived] = rate_code(sum.received);
    columns[HistoryPoint::kSent] = rate_code(sum.sent);
    // A minute in which nobody spoke, though all are there, is a point nevertheless.
    columns[HistoryPoint::kSamples] =
        std::clamp<std::uint64_t>(columns[HistoryPoint::kSamples], 1, kMostSamples);
    take(group, sum.point);
  }
  sums_.clear();
}

}  // namespace rollcall
