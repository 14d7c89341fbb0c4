// A node as the broker knows it: a record of the queries `nodes` and `node`, kept up to date from
// the feed's status frames.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

// What an operator decided of a node whose duty is not `active`.
struct DutyOrder {
  std::string by;  // the operator's key; "-" where the broker did it
  std::string reason;
  std::int64_t since_ms = 0;             // wall clock
  std::optional<std::int64_t> until_ms;  // wall clock
};

struct Record {
  std::string node;
  Presence presence = Presence::kPresent;
  Duty duty = Duty::kActive;
  std::int64_t silent_for_ms = 0;  // as of the answer
  std::int64_t joined_at_ms = 0;
  std::string peer;
  std::uint64_t missed = 0;
  std::string verdict;   // why it is silent, as the broker judged; empty where it is not
  std::string incident;  // the domain whose mass loss it is part of
  bool heard = true;     // false: not yet since the broker's start, it is known from the store
  bool held = false;     // flapping: late, however it beats
  std::optional<DutyOrder> order;
  std::optional<std::int64_t> back_by_ms;  // wall clock: when it means to come back
  Status status;
  bool has_network = false;
  bool has_uptime = false;
};

// False where it is not a record, or lacks a key that every record has.
bool decode_record(Bytes raw, Record& record);

// Replaces what the node says of itself.
void apply_status(const StatusView& view, Record& record);

// The pages of `nodes`.
struct NodesPage {
  std::vector<Record> nodes;
  std::string next;              // empty at the end
  std::uint64_t unreadable = 0;  // records that could not be decoded
};
bool decode_nodes_page(Bytes result, NodesPage& page);

}  // namespace rollcall
