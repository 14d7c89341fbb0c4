// Decides what goes to the store, and when: every event with the facts that it made, at once; what
// nodes said, once in an interval of theirs, once a second at most, and only the newest; what is
// known of each, anew every ten minutes. While the store takes nothing, marks stay and nothing
// grows.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "broker/events/event_log.hpp"
#include "broker/registry/registry.hpp"
#include "broker/roster/roster.hpp"
#include "broker/store/batch.hpp"
#include "broker/store/slot_bits.hpp"
#include "shared/core/time.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

class Scribe {
 public:
  static constexpr std::int64_t kSampleEveryMs = 1000;
  static constexpr std::int64_t kRefreshEveryMs = 600'000;

  // A status was taken in. Needs no memory.
  void note_heard(Slot slot) { heard_.mark(slot); }
  // Something happened to the node that must be known after a restart, too.
  void note_fact(Slot slot, const NodeTable& nodes);
  // A node that is not listed, or soon will not be: what is known of it for good.
  void note_away(RosterNode node);
  void note_forgotten(std::string_view id);
  void ask(StoreAsk ask) { asks_.push_back(std::move(ask)); }

  // Everything that is known of a node that is listed.
  RosterNode known(Slot slot, const Registry& registry, const Roster& roster, Now now,
                   std::int64_t attended_ms) const;

  // Fills `batch` with what is due. Where there is no memory for it (std::bad_alloc), it is due
  // again. Questions go even where nothing else may.
  struct View {
    const Registry& registry;
    const Roster& roster;
    const EventLog& events;
    const StoreReport& report;
    Now now;
    std::int64_t attended_ms;
  };
  void collect(const View& view, StoreBatch& batch);
  // At the end: what is known of everybody.
  void collect_all(const View& view, StoreBatch& batch);
  // A store that begins anew must be told of everybody.
  void begin_again(const Registry& registry);

  // The last event that was handed to the store.
  std::uint64_t handed() const { return handed_; }
  void resume(std::uint64_t newest) { handed_ = newest; }
  // A node that the store knows, and under which slot its samples will come.
  void note_listed(Slot slot, const NodeTable& nodes);
  // Events that were pushed out of memory before the store took them.
  std::uint64_t lost() const { return lost_; }
  // When collect() is due though nothing happens; steady clock.
  std::int64_t due_ms() const { return sample_due_ms_; }
  // More is due at once than fitted.
  bool has_more() const { return has_more_; }

 private:
  void make_room(const NodeTable& nodes);
  bool collect_facts(const View& view, StoreBatch& batch);
  void collect_events(const View& view, StoreBatch& batch);
  void collect_samples(const View& view, StoreBatch& batch);
  void refresh(const View& view, StoreBatch& batch);
  bool is_sample_due(Slot slot, const View& view);
  Sample sample_of(Slot slot, const View& view) const;

  SlotBits heard_;
  std::vector<std::uint32_t> sampled_s_;  // by slot: when, by the steady clock; 0: not yet
  SlotBits facts_;
  std::size_t heard_cursor_ = 0;
  std::size_t facts_cursor_ = 0;
  std::size_t refresh_cursor_ = 0;
  std::deque<RosterNode> away_;
  std::vector<std::string> forgotten_;
  std::vector<StoreAsk> asks_;
  std::uint64_t handed_ = 0;
  std::uint64_t lost_ = 0;
  std::int64_t sample_due_ms_ = 0;
  std::int64_t refreshed_ms_ = 0;
  bool has_more_ = false;
  bool has_facts_ = false;  // some are marked
  std::vector<std::pair<Slot, std::string>> listed_;
};

}  // namespace rollcall
