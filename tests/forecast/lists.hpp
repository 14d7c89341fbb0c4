// The seams of the past, on lists.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "broker/past/sources.hpp"

namespace rollcall {

class ListedNodes : public NodeSource {
 public:
  std::map<std::string, RosterNode, std::less<>> nodes;

  bool find(std::string_view id, RosterNode& node) override {
    const auto found = nodes.find(id);
    if (found == nodes.end()) return false;
    node = found->second;
    return true;
  }
  void visit(std::string_view prefix, std::string_view after,
             const std::function<bool(const RosterNode&)>& visit) override {
    for (auto at = nodes.upper_bound(after); at != nodes.end(); ++at) {
      if (at->first.starts_with(prefix) && !visit(at->second)) return;
    }
  }
};

class ListedSamples : public SampleSource {
 public:
  std::map<std::string, std::vector<StoragePoint>, std::less<>> storage;  // rising
  std::size_t visits = 0;
  std::size_t looks = 0;

  bool last_before(SeriesName of, std::int64_t at_ms, std::int64_t within_ms,
                   Sample& sample) override {
    ++looks;
    const auto series = storage.find(of.name);
    if (series == storage.end()) return false;
    for (auto point = series->second.rbegin(); point != series->second.rend(); ++point) {
      if (point->at_ms > at_ms) continue;
      if (point->at_ms < at_ms - within_ms) return false;
      sample.at_ms = point->at_ms;
      sample.storage = {static_cast<std::uint64_t>(point->used),
                        static_cast<std::uint64_t>(point->total)};
      return true;
    }
    return false;
  }
  void visit_heard(std::string_view, std::int64_t, std::int64_t,
                   const std::function<bool(std::int64_t)>&) override {}
  void visit_storage(SeriesName of, std::int64_t since_ms, std::int64_t until_ms,
                     std::int64_t step_ms,
                     const std::function<bool(const StoragePoint&)>& visit) override {
    ++visits;
    const auto series = storage.find(of.name);
    if (series == storage.end()) return;
    const std::vector<StoragePoint>& points = series->second;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (points[i].at_ms < since_ms || points[i].at_ms >= until_ms) continue;
      const bool is_last = i + 1 == points.size() || points[i + 1].at_ms >= until_ms ||
                           points[i + 1].at_ms / step_ms != points[i].at_ms / step_ms;
      if (is_last && !visit(points[i])) return;
    }
  }
  std::int64_t full_since_ms() override { return 0; }
};

}  // namespace rollcall
