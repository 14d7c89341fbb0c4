// The registry's rules once more, in the plainest way: maps, no wheel, no increments, and times by
// the world's own clock. What the broker does is held against it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "broker/ingest/intake.hpp"

namespace rollcall {

class ReferenceModel {
 public:
  struct Node {
    std::uint64_t session = 0;
    std::uint64_t seq = 0;
    std::uint64_t missed = 0;
    std::int64_t interval_ms = 0;
    std::int64_t heard_ms = 0;
    std::int64_t heard_pauses = 0;  // how many pauses of the broker there had been by then
    State state = State::kHealthy;
    bool left = false;
    UsedTotal storage;
    std::map<std::uint64_t, std::int64_t> replaced;  // session → when last heard
  };

  explicit ReferenceModel(std::int64_t evict_after_ms) : evict_after_ms_(evict_after_ms) {}

  // Whether a well-formed announcement must be accepted at `now_ms`, which leaves out the time in
  // which the broker did not run.
  bool on_announcement(const Decoded& decoded, std::int64_t now_ms) {
    const std::string id(decoded.node);
    const Header& header = decoded.header();
    const auto known = nodes.find(id);
    if (known == nodes.end()) {
      if (decoded.kind != AnnouncementKind::kStatus) return false;
      Node& node = nodes[id];
      node.session = header.session;
      node.seq = header.seq;
      take_status(node, decoded.status, now_ms);
      return true;
    }
    Node& node = known->second;
    if (!take_header(node, header, decoded.kind, now_ms)) return false;
    mark_heard(node, now_ms);
    if (decoded.kind == AnnouncementKind::kLeave) node.left = true;
    if (decoded.kind == AnnouncementKind::kStatus) take_status(node, decoded.status, now_ms);
    return true;
  }

  std::int64_t evict_ms(const Node& node) const {
    return std::max(evict_after_ms_, 4 * node.interval_ms);
  }

  std::map<std::string, Node> nodes;
  // Of the broker. Each takes up to a look's distance off its clock.
  std::int64_t pauses = 0;

 private:
  bool take_header(Node& node, const Header& header, AnnouncementKind kind, std::int64_t now_ms) {
    if (header.session == node.session) {
      if (header.seq <= node.seq) return false;
      node.missed += header.seq - node.seq - 1;
      node.seq = header.seq;
      return true;
    }
    const auto old = node.replaced.find(header.session);
    if (old != node.replaced.end() && now_ms - old->second <= evict_ms(node)) {
      old->second = now_ms;
      return false;
    }
    if (kind != AnnouncementKind::kStatus) return false;
    node.replaced[node.session] = now_ms;
    node.session = header.session;
    node.seq = header.seq;
    return true;
  }

  void mark_heard(Node& node, std::int64_t now_ms) const {
    node.heard_ms = now_ms;
    node.heard_pauses = pauses;
  }

  void take_status(Node& node, const StatusView& status, std::int64_t now_ms) const {
    node.interval_ms = static_cast<std::int64_t>(status.interval_ms);
    node.state = status.state;
    node.storage = status.storage;
    mark_heard(node, now_ms);
    node.left = false;
  }

  std::int64_t evict_after_ms_;
};

}  // namespace rollcall
