// What the broker keeps of a node: the numbers that totals, filters and sorting need, and the last
// status as it came, so that a record can be answered without encoding it again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/registry/deadline_wheel.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

// A node's id and the pairs of its last status, in one block of memory that grows in steps and is
// reused, so that a steady node costs no allocation.
class NodeText {
 public:
  void set_id(std::string_view id);
  void set_pairs(Bytes pairs);
  std::string_view id() const { return {bytes_.get(), id_size_}; }
  Bytes pairs() const { return {bytes_.get() + id_size_, pairs_size_}; }

 private:
  void reserve(std::size_t size);

  std::unique_ptr<char[]> bytes_;
  std::uint32_t capacity_ = 0;
  std::uint32_t pairs_size_ = 0;
  std::uint16_t id_size_ = 0;
};

// A part of NodeText::pairs().
struct Range {
  std::uint32_t at = 0;
  std::uint32_t size = 0;
};

// A session that a newer one replaced.
struct ReplacedSession {
  std::uint64_t session = 0;
  std::int64_t heard_ms = 0;  // attention clock: when it was replaced, or last spoke since
};

// What only troubled nodes have.
struct NodeTroubles {
  std::vector<ReplacedSession> replaced;  // at most limits::kReplacedSessions, oldest first
  std::int64_t conflict_said_ms = INT64_MIN / 2;
  std::int64_t refusal_said_ms = INT64_MIN / 2;
};

struct Node {
  std::uint64_t hash = 0;  // of the id
  std::uint64_t session = 0;
  std::uint64_t seq = 0;
  std::int64_t heard_ms = 0;  // attention clock
  std::uint32_t interval_ms = 0;
  State state = State::kHealthy;
  Presence presence = Presence::kPresent;
  Duty duty = Duty::kActive;
  bool in_use = false;
  bool shadows_record = false;  // its status has keys that a record has of its own
  bool has_inventory = false;
  double cpu_percent = 0;
  UsedTotal storage;
  UsedTotal memory;
  NetworkRates network;
  InventorySummary inventory;
  std::uint64_t uptime_s = 0;
  std::uint64_t missed = 0;
  std::int64_t joined_at_ms = 0;  // wall clock
  std::uint32_t pairs = 0;        // keys in the last status
  Range labels;
  Range reasons;
  NodeText text;
  std::string peer;
  std::unique_ptr<NodeTroubles> troubles;

  std::string_view id() const { return text.id(); }
  Bytes labels_raw() const { return text.pairs().substr(labels.at, labels.size); }
  Bytes reasons_raw() const { return text.pairs().substr(reasons.at, reasons.size); }
  NodeTroubles& need_troubles() {
    if (!troubles) troubles = std::make_unique<NodeTroubles>();
    return *troubles;
  }
};

}  // namespace rollcall
