// What the nodes of each group come to together, gathered node by node.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>

#include "broker/history/history_tables.hpp"

namespace rollcall {

class GroupSums {
 public:
  // The latest sample of a node, and how many it gave since the last time.
  void add(SeriesId group, const HistoryPoint& latest, std::uint64_t samples);
  // One point for each group that has a node, and begins anew. Sums stop at 2^64 - 1.
  void take(std::int64_t at_ms, const std::function<void(SeriesId, const HistoryPoint&)>& take);

 private:
  struct Sum {
    HistoryPoint point;  // bytes are sums already; of rates and cpu, see below
    std::uint64_t cpu = 0;
    std::uint64_t cpu_highest = 0;
    std::uint64_t received = 0;  // bytes per second
    std::uint64_t sent = 0;
  };

  std::unordered_map<SeriesId, Sum> sums_;
};

}  // namespace rollcall
