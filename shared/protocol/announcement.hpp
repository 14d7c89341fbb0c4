// What a node announces: status, blocks, leave. Each has
//   - a view: decoded in place, everything in it points into the frame;
//   - decode_…: structure only, returns why the frame was refused, or Refusal::kNone;
//   - why_invalid: the judgement on what was decoded;
//   - encode: from plain values into a reusable buffer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/protocol/reader.hpp"
#include "shared/protocol/words.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

inline constexpr std::uint64_t kProtocolVersion = 1;

struct Header {
  std::uint64_t version = 0;
  std::uint64_t session = 0;
  std::uint64_t seq = 0;
  std::uint64_t at_ms = 0;
};

struct UsedTotal {
  std::uint64_t used = 0;
  std::uint64_t total = 0;
  bool operator==(const UsedTotal&) const = default;
};

// Bytes per second over the last interval; capacity 0 where it is not known.
struct NetworkRates {
  std::uint64_t rx = 0;
  std::uint64_t tx = 0;
  std::uint64_t capacity = 0;
  bool operator==(const NetworkRates&) const = default;
};

// A set of blocks, in brief. `digest` is the sum modulo 2^64 of hash_of(id) over the set.
struct InventorySummary {
  std::uint64_t version = 0;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint64_t digest = 0;
  bool operator==(const InventorySummary&) const = default;
};

// ---- status -------------------------------------------------------------------------------------

struct StatusView {
  Header header;
  std::uint64_t interval_ms = 0;
  State state = State::kHealthy;
  UsedTotal storage;
  UsedTotal memory;
  double cpu_percent = 0;
  NetworkRates network;
  InventorySummary inventory;
  std::uint64_t uptime_s = 0;
  std::string_view address;
  std::string_view software;
  Bytes reasons;  // msgpack array of strings, checked; empty where absent
  Bytes labels;   // msgpack map of strings, checked; empty where absent
  bool has_network = false;
  bool has_inventory = false;
  bool has_uptime = false;
  // Holds a key that a record has of its own (`node`, `presence`, …).
  bool shadows_record = false;
  std::uint32_t pairs = 0;  // keys of the body's map
  Bytes body_pairs;         // the body behind its map header

  // In a plain status (most are) `v`, `session`, `interval`, `state`, `storage`, `memory` and,
  // where it is there, `network` say no more than the members above, so that they can be written
  // again from those. The other pairs lie in `rest`.
  bool is_plain = false;
  static constexpr std::uint32_t kPlainPairs = 6;  // and `network`
  std::array<Bytes, 4> rest;
  std::uint32_t rest_pairs() const { return pairs - kPlainPairs - (has_network ? 1 : 0); }
};

Refusal decode_status(Bytes body, StatusView& status);
Refusal why_invalid(const StatusView& status);

// Calls visit(key, value) for each label of a checked `labels`.
template <typename Visit>
void for_each_label(Bytes labels, Visit&& visit) {
  if (labels.empty()) return;
  Reader reader(labels);
  std::uint32_t pairs = 0;
  reader.read_map(pairs);
  std::string_view key;
  std::string_view value;
  for (std::uint32_t i = 0; i < pairs && reader.read_string(key) && reader.read_string(value);
       ++i) {
    visit(key, value);
  }
}

template <typename Visit>
void for_each_reason(Bytes reasons, Visit&& visit) {
  if (reasons.empty()) return;
  Reader reader(reasons);
  std::uint32_t items = 0;
  reader.read_array(items);
  std::string_view reason;
  for (std::uint32_t i = 0; i < items && reader.read_string(reason); ++i) visit(reason);
}

using Labels = std::vector<std::pair<std::string, std::string>>;

struct Status {
  Header header{.version = kProtocolVersion};
  std::uint64_t interval_ms = 0;
  State state = State::kHealthy;
  std::vector<std::string> reasons;
  UsedTotal storage;
  double cpu_percent = 0;
  UsedTotal memory;
  NetworkRates network;
  std::optional<InventorySummary> inventory;
  Labels labels;
  std::string address;
  std::uint64_t uptime_s = 0;
  std::string software;
};

void encode(const Status& status, Buffer& out);

// ---- blocks -------------------------------------------------------------------------------------

struct BlocksView {
  Header header;
  std::optional<std::uint64_t> from;  // nothing: the whole set
  std::uint64_t to = 0;
  std::uint64_t part = 1;
  std::uint64_t parts = 1;
  std::uint32_t add_count = 0;
  std::uint32_t remove_count = 0;
  Bytes add;     // the items behind the array's header, checked
  Bytes remove;  // likewise
};

Refusal decode_blocks(Bytes body, BlocksView& blocks);
Refusal why_invalid(const BlocksView& blocks);

struct Block {
  std::string_view id;
  std::uint64_t bytes = 0;
};

template <typename Visit>
void for_each_added(const BlocksView& blocks, Visit&& visit) {
  Reader reader(blocks.add);
  Block block;
  std::uint32_t two = 0;
  for (std::uint32_t i = 0; i < blocks.add_count && reader.read_array(two) &&
                            reader.read_string(block.id) && reader.read_uint(block.bytes);
       ++i) {
    visit(block);
  }
}

template <typename Visit>
void for_each_removed(const BlocksView& blocks, Visit&& visit) {
  Reader reader(blocks.remove);
  std::string_view id;
  for (std::uint32_t i = 0; i < blocks.remove_count && reader.read_string(id); ++i) visit(id);
}

struct Blocks {
  Header header{.version = kProtocolVersion};
  std::optional<std::uint64_t> from;
  std::uint64_t to = 0;
  std::uint64_t part = 1;
  std::uint64_t parts = 1;
  std::span<const Block> add;
  std::span<const std::string_view> remove;
};

void encode(const Blocks& blocks, Buffer& out);

// ---- leave --------------------------------------------------------------------------------------

struct LeaveView {
  Header header;
  std::string_view reason;
  std::optional<std::uint64_t> back_in_ms;
};

Refusal decode_leave(Bytes body, LeaveView& leave);
Refusal why_invalid(const LeaveView& leave);

struct Leave {
  Header header{.version = kProtocolVersion};
  std::string reason;
  std::optional<std::uint64_t> back_in_ms;
};

void encode(const Leave& leave, Buffer& out);

}  // namespace rollcall
