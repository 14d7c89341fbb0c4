// The broker without its sockets: step() takes what arrived and says what to send. It is the map of
// the program; each stage has a folder.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/access/access.hpp"
#include "broker/blocks/block_register.hpp"
#include "broker/console/story.hpp"
#include "broker/events/event_log.hpp"
#include "broker/events/refusal_gate.hpp"
#include "broker/feed/outbox.hpp"
#include "broker/guards/guards.hpp"
#include "broker/ingest/intake.hpp"
#include "broker/queries/query_desk.hpp"
#include "broker/rate.hpp"
#include "broker/registry/attention.hpp"
#include "broker/registry/foresight.hpp"
#include "broker/registry/registry.hpp"
#include "broker/roster/roster.hpp"
#include "broker/store/scribe.hpp"
#include "broker/store/store_watch.hpp"
#include "broker/strain/strain.hpp"

namespace rollcall {

struct BrokerConfig {
  std::int64_t evict_after_ms = 120'000;
  std::int64_t summary_every_ms = limits::kIntervalDefaultMs;
  std::uint64_t session = 0;  // of this run; never 0
  std::uint64_t most_nodes = limits::kNodes;
  std::uint64_t most_blocks = limits::kBlocksHeld;
  const Access* access = nullptr;  // who may speak as whom; null: without keys. Outlives the broker
  bool insecure = false;           // without keys, although others than this machine can come
  bool safe_mode = false;          // begin without blocks, see SafeMode
  bool verbose = false;
};

class Broker : private Orders {
 public:
  Broker(const BrokerConfig& config, Now start);

  // One turn. `outbox` is replaced; what it forwards are announcements of `inbox`. Where memory
  // runs out in it, what was to be done then is dropped whole, counted, or done in the next turn.
  void step(Now now, const Inbox& inbox, const PeerNames& peers, Outbox& outbox);

  // Counted by the sockets, shown by queries.
  void count_dropped(std::uint64_t replies, std::uint64_t lines);
  // Measured outside, now and then; what changes is told in the next turn.
  void count_descriptors(const DescriptorUse& use) { descriptors_.count(use); }

  // Before the first step: what a store remembers. Its nodes are expected, and numbers go on.
  void restore(StoreContents contents);
  // At the end: what is known of everybody.
  void close(StoreBatch& batch);

  const Registry& registry() const { return registry_; }
  const BlockRegister& blocks() const { return blocks_; }
  const EventLog& events() const { return events_; }
  const IntakeCounts& intake() const { return intake_; }
  const Attention& attention() const { return attention_; }
  const Guards& guards() const { return guards_; }
  const Roster& roster() const { return roster_; }
  const QueryDesk& queries() const { return queries_; }

 private:
  void take_announcement(const Announcement& announcement, const Arrival& arrival, Outbox& outbox);
  bool speaks_for_itself(const Arrival& arrival);
  Refusal take_or_leave(const NodeKey& node, const Arrival& arrival, Slot& slot, Outbox& outbox);
  Refusal apply(const NodeKey& node, const Arrival& arrival, Slot& slot);
  void after_status(Slot slot, Outbox& outbox);
  void refuse(Refusal why, Outbox& outbox);
  void tell_refusal(Refusal why, Outbox& outbox);
  void judge(const Inbox& inbox, Outbox& outbox);
  void tell_changes(Outbox& outbox);
  void tell(NodeChange& change, Outbox& outbox);
  void judge_silence_of(NodeChange& change);
  void tell_guards(Outbox& outbox);
  std::string release(GuardKind kind, std::string_view subject, std::string_view by) override;
  std::optional<PastFailure> carry_out(const OperatorOrder& order, const Route& route,
                                       Bytes id) override;
  std::optional<PastFailure> ask_store(PastQuestion question, const Route& route,
                                       Bytes id) override;
  // In broker_store.cpp: what outlives a turn.
  void hear_store(const Inbox& inbox, Outbox& outbox);
  void judge_store();
  void reply_for_store(const Inbox& inbox, Outbox& outbox);
  void reply_to_orders(Outbox& outbox);
  void hand_to_store(Outbox& outbox);
  Scribe::View scribe_view() const;
  void take_duty(Slot slot);
  // In broker_restore.cpp: what a store knows, at the start and from a backup.
  bool list_again(const RosterNode& known);
  void begin_swap(StoreBatch& batch);
  void adopt_restored(Outbox& outbox);
  Roster roster_of(const StoreContents& contents);
  void remember(const NodeChange& change);
  void keep_duties(Outbox& outbox);
  void remember_absent(const std::string& node);
  bool is_ordered(std::string_view node, StandingOrder order);
  std::optional<PastFailure> choose(const OperatorOrder& order,
                                    std::vector<std::string>& nodes) const;
  std::optional<PastFailure> forget(std::string_view node, std::string_view by);
  void judge_drained(Slot slot);
  void publish_event(EventKind kind, std::string_view node, Outbox& outbox);
  void ask_for_inventory(const Node& node, Outbox& outbox);
  void answer(const Inbox& inbox, Outbox& outbox);
  void summarise(Outbox& outbox);
  void watch_strain(Outbox& outbox);
  void plan_wake(Outbox& outbox);
  ClusterView view();

  BrokerConfig config_;
  Now start_;
  Now now_;
  Attention attention_;
  Registry registry_;
  Foresight foresight_;
  BlockRegister blocks_;
  Guards guards_;
  EventLog events_;
  RefusalGate refusals_;
  Roster roster_;
  Scribe scribe_;
  StoreWatch store_;
  bool is_persisting_ = true;
  std::uint64_t lost_before_ = 0;  // events, when it last caught up
  std::string set_aside_;          // a damaged store, not yet told of
  std::string set_aside_why_;
  IntakeCounts intake_;
  Rate rate_;
  QueryDesk queries_;
  Story story_;
  Dropped dropped_;
  DescriptorAlarm descriptors_;
  SafeMode safe_mode_;
  std::int64_t summary_due_ms_;
  std::int64_t undrained_since_ms_ = kNever;
  std::int64_t judged_at_ms_ = INT64_MIN / 2;  // steady
  bool more_to_judge_ = false;
  bool after_long_pause_ = false;  // and what was said meanwhile still comes in, in no order
  std::uint64_t commands_ = 0;
  const PeerNames* peers_ = nullptr;   // of this step
  Outbox* outbox_ = nullptr;           // of this step
  bool looks_at_connections_ = false;  // of this step: there is time for it

  // Used again from turn to turn.
  Decoded decoded_;
  NodeChanges changes_;  // not empty between turns where there was no memory to tell of them
  Buffer body_;
  std::string topic_;
};

}  // namespace rollcall
