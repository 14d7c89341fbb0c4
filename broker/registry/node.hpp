// What the broker keeps of a node: the numbers that totals, filters and sorting need, and the last
// status as it came, so that a record can be answered without encoding it again.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/registry/deadline_wheel.hpp"
#include "broker/registry/flapping.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

// A node's id, its address and those pairs of its last status that the Node does not hold as
// numbers, in one block of memory that grows in steps and is used again, so that a steady node
// costs no allocation.
class NodeText {
 public:
  void set_id(std::string_view id);
  void set_peer(std::string_view peer);
  // `count` pairs, which lie in `pieces` one behind the other.
  void set_pairs(std::span<const Bytes> pieces, std::uint32_t count);
  // Then setting a peer and pairs of so many bytes needs no memory. Without it each of the three
  // may find none; then nothing has changed.
  void make_room(std::size_t peer_bytes, std::size_t pairs_bytes);
  std::string_view id() const { return {bytes_.get(), id_bytes_}; }
  std::string_view peer() const { return {bytes_.get() + id_bytes_, peer_bytes_}; }
  Bytes pairs() const { return {bytes_.get() + front_bytes(), pairs_bytes_}; }
  std::uint32_t pair_count() const { return pair_count_; }
  const char* begin() const { return bytes_.get(); }
  std::size_t size() const { return front_bytes() + pairs_bytes_; }

 private:
  std::size_t front_bytes() const { return std::size_t{id_bytes_} + peer_bytes_; }
  void fit(std::size_t bytes, std::size_t kept_bytes);
  void move_to(std::size_t steps, std::size_t kept_bytes);

  std::unique_ptr<char[]> bytes_;
  std::uint16_t capacity_steps_ = 0;
  std::uint16_t pairs_bytes_ = 0;  // a body has 64 KiB, its map's header included
  std::uint16_t pair_count_ = 0;
  std::uint8_t id_bytes_ = 0;
  std::uint8_t peer_bytes_ = 0;
};

// A part of NodeText::pairs().
struct Range {
  std::uint16_t at = 0;
  std::uint16_t size = 0;
};

// A session that a newer one replaced.
struct ReplacedSession {
  std::uint64_t session = 0;
  std::int64_t heard_ms = 0;  // attention clock: when it was replaced, or last spoke since
};

// What not every node has.
struct NodeExtras {
  InventorySummary inventory;             // of those with blocks
  std::uint64_t missed = 0;               // announcements that never came
  std::vector<ReplacedSession> replaced;  // at most limits::kReplacedSessions, oldest first
  std::int64_t conflict_said_ms = INT64_MIN / 2;
  std::int64_t refusal_said_ms = INT64_MIN / 2;
  FlapMemory flap;
  Verdict verdict = Verdict::kUnknown;  // of its present silence
};

// Two cache lines: a million nodes are looked at in no order.
struct alignas(64) Node {
  std::uint64_t session = 0;
  std::uint64_t seq = 0;
  std::int64_t heard_ms = 0;      // attention clock
  std::int64_t joined_at_ms = 0;  // wall clock
  NodeText text;
  std::uint32_t interval_ms = 0;
  std::uint32_t cpu_steps = 0;  // of 1 / kCpuStepsPerPercent
  Range labels;
  State state = State::kHealthy;
  Presence presence = Presence::kPresent;
  Duty duty = Duty::kActive;
  bool in_use : 1 = false;
  bool shadows_record : 1 = false;  // its status has keys that a record has of its own
  bool has_inventory : 1 = false;
  bool is_plain : 1 = false;     // `text` lacks what StatusView::is_plain says can be written again
  bool has_network : 1 = false;  // of a plain status
  bool unheard : 1 = false;      // a store knows it; it has not spoken since the broker's start
  bool told_late : 1 = false;    // and that it is silent was told, too

  UsedTotal storage;
  UsedTotal memory;
  NetworkRates network;
  std::unique_ptr<NodeExtras> extras;

  // CPU is kept in whole steps, so that sums of it never drift.
  static constexpr std::uint32_t kCpuStepsPerPercent = 1'000'000;

  std::string_view id() const { return text.id(); }
  std::string_view peer() const { return text.peer(); }
  double cpu_percent() const { return cpu_steps / double{kCpuStepsPerPercent}; }
  std::uint64_t missed() const { return extras ? extras->missed : 0; }
  bool is_held() const { return extras && extras->flap.is_held(); }
  Verdict verdict() const { return extras ? extras->verdict : Verdict::kUnknown; }
  // Null where its status has none.
  const InventorySummary* inventory() const { return has_inventory ? &extras->inventory : nullptr; }
  Bytes labels_raw() const { return text.pairs().substr(labels.at, labels.size); }
  // The value of a key of its status that is kept as text, as msgpack; empty where there is none.
  Bytes value_of(std::string_view key) const;
  NodeExtras& need_extras() {
    if (!extras) extras = std::make_unique<NodeExtras>();
    return *extras;
  }
};
static_assert(sizeof(Node) == 128);

}  // namespace rollcall
