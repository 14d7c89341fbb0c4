// The sources of the past as lists.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "broker/past/answers.hpp"

namespace rollcall {

struct StoredEvent {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;
  EventKind kind = EventKind::kJoined;
  std::string node;
  std::string body;

  PastEvent view() const { return {seq, at_ms, kind, node, body}; }
};

class FakePast : public EventSource, public NodeSource, public SampleSource {
 public:
  std::vector<StoredEvent> events;
  std::vector<RosterNode> nodes;                           // by id
  std::map<std::string, std::vector<std::int64_t>> heard;  // rising
  std::map<std::string, std::vector<Sample>> samples;      // by node or group; rising
  std::int64_t full_since = 0;

  PastSources sources() { return {*this, *this, *this}; }

  void add(EventKind kind, std::string node, std::int64_t at_ms, std::string body) {
    const std::uint64_t seq = events.empty() ? 1 : events.back().seq + 1;
    events.push_back({seq, at_ms, kind, std::move(node), std::move(body)});
  }

  static bool matches(const EventFilter& filter, const StoredEvent& event) {
    return (filter.node.empty() || filter.node == event.node) && event.seq > filter.after_seq &&
           event.seq <= filter.until_seq && event.at_ms >= filter.since_ms &&
           event.at_ms < filter.until_ms &&
           (filter.kinds == 0 || (filter.kinds >> static_cast<unsigned>(event.kind) & 1u) != 0);
  }

  void visit(const EventFilter& filter,
             const std::function<bool(const PastEvent&)>& visit) override {
    std::vector<const StoredEvent*> found;
    for (const StoredEvent& event : events) {
      if (matches(filter, event)) found.push_back(&event);
    }
    if (filter.newest_first) std::reverse(found.begin(), found.end());
    for (const StoredEvent* event : found) {
      if (!visit(event->view())) return;
    }
  }
  std::uint64_t oldest() override { return events.empty() ? 0 : events.front().seq; }
  std::uint64_t newest() override { return events.empty() ? 0 : events.back().seq; }

  bool find(std::string_view id, RosterNode& node) override {
    for (const RosterNode& known : nodes) {
      if (known.id != id) continue;
      node = known;
      return true;
    }
    return false;
  }
  void visit(std::string_view prefix, std::string_view after,
             const std::function<bool(const RosterNode&)>& visit) override {
    for (const RosterNode& known : nodes) {
      if (!std::string_view(known.id).starts_with(prefix) || known.id <= after) continue;
      if (!visit(known)) return;
    }
  }

  bool last_before(SeriesName of, std::int64_t at_ms, std::int64_t within_ms,
                   Sample& sample) override {
    const std::vector<Sample>& series = samples[std::string(of.name)];
    for (auto it = series.rbegin(); it != series.rend(); ++it) {
      if (it->at_ms > at_ms) continue;
      sample = *it;
      return at_ms - it->at_ms <= within_ms;
    }
    return false;
  }
  void visit_heard(std::string_view node, std::int64_t since_ms, std::int64_t until_ms,
                   const std::function<bool(std::int64_t)>& visit) override {
    for (const std::int64_t at_ms : heard[std::string(node)]) {
      if (at_ms >= since_ms && at_ms < until_ms && !visit(at_ms)) return;
    }
  }
  void visit_storage(SeriesName, std::int64_t, std::int64_t, std::int64_t,
                     const std::function<bool(const StoragePoint&)>&) override {}
  std::int64_t full_since_ms() override { return full_since; }
};

}  // namespace rollcall
