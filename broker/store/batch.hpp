// What goes to the store in one turn, and what comes back from it. Both are plain values: the store
// works in a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/events/event_log.hpp"
#include "broker/history/sample.hpp"
#include "broker/past/question.hpp"
#include "broker/registry/deadline_wheel.hpp"
#include "broker/roster/roster_node.hpp"

namespace rollcall {

// What is known of a node, anew. `slot` is the registry's, by which its samples come from now on;
// kNoSlot of one that is not listed.
struct NodeFact {
  Slot slot = kNoSlot;
  RosterNode node;
};

struct SlotSample {
  Slot slot = kNoSlot;
  Sample sample;
};

// A question, under a number by which its answer is recognised.
struct StoreAsk {
  std::uint64_t ticket = 0;
  PastQuestion question;
};

// Events with the facts that they made belong together: both are stored, or neither.
struct StoreBatch {
  std::int64_t wall_ms = 0;
  std::vector<KeptEvent> events;
  std::vector<std::pair<Slot, std::string>> listed;  // nodes that it knows, by the slots they have
  std::vector<NodeFact> facts;
  std::vector<std::string> forgotten;  // nodes to be removed, before the facts are noted
  std::vector<SlotSample> samples;
  std::vector<StoreAsk> asks;
  // Not 0: behind this batch the backup of that ticket is put in place of the store. Events that
  // come later have numbers above `skip_to`.
  std::uint64_t swap = 0;
  std::uint64_t skip_to = 0;

  bool empty() const {
    return swap == 0 && events.empty() && listed.empty() && facts.empty() && forgotten.empty() &&
           samples.empty() && asks.empty();
  }
  void clear() {
    events.clear();
    listed.clear();
    facts.clear();
    forgotten.clear();
    samples.clear();
    asks.clear();
    swap = skip_to = 0;
  }
};

struct StoreContents;

struct StoreAnswer {
  std::uint64_t ticket = 0;
  std::optional<PastFailure> failure;
  std::string result;  // msgpack, one map
};

// How the store is, as of this turn.
struct StoreReport {
  bool is_there = false;     // without one, events are told as they come
  bool is_durable = false;   // a file; else it is memory, and nothing waits for it
  std::uint64_t stored = 0;  // events up to this number are safe
  std::uint64_t oldest = 0;  // the first event that it has
  bool is_persisting = true;
  std::string why;              // it is not
  bool has_room = true;         // for another batch
  std::uint64_t reopened = 0;   // since the start: each time it must be told of everybody
  std::uint64_t set_aside = 0;  // damaged files, since the start: each begins with nothing
  std::string set_aside_name;
  std::string set_aside_why;
  std::vector<StoreAnswer> answers;
  // Not 0: a backup was checked, its newest event is `restore_newest`, and it waits for a batch
  // with this ticket as its `swap`.
  std::uint64_t restore_ticket = 0;
  std::uint64_t restore_newest = 0;
  // What the store holds since a backup was put in its place; told once. `set_aside` is the store
  // that was there before.
  std::shared_ptr<StoreContents> restored;
};

// What a store holds when it is opened.
struct StoreContents {
  std::uint64_t story = 0;   // the identity of its numbers
  std::uint64_t newest = 0;  // event
  std::uint64_t oldest = 0;
  std::vector<KeptEvent> events;  // the last ones
  std::vector<RosterNode> nodes;  // all, by id
  std::string set_aside;          // the file that was damaged, by its new name; else empty
  std::string set_aside_why;
};

}  // namespace rollcall
