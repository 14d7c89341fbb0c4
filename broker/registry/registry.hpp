// The live registry: who is there, judged by what they announce and by their silence. It knows no
// sockets and no clock; what happens in it is told as changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/ingest/inbox.hpp"
#include "broker/registry/deadline_wheel.hpp"
#include "broker/registry/failure_domains.hpp"
#include "broker/registry/id_order.hpp"
#include "broker/registry/node_table.hpp"
#include "broker/registry/totals.hpp"
#include "broker/roster/roster_node.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

// Something that happened to a node. Members beyond `kind` and `slot` are set where the kind has
// them; views point into the announcement that caused it.
struct NodeChange {
  EventKind kind = EventKind::kJoined;
  Slot slot = kNoSlot;
  State from = State::kHealthy;               // state
  State to = State::kHealthy;                 // state
  Presence presence = Presence::kPresent;     // what it was before, where that changed
  std::int64_t silent_for_ms = 0;             // late, recovered, evicted
  std::uint64_t previous_session = 0;         // restarted
  std::string_view reason{};                  // left
  std::optional<std::uint64_t> back_in_ms{};  // left
  std::string other_peer{};                   // conflict
  Verdict verdict = Verdict::kUnknown;        // late, evicted
  std::string_view incident{};                // late, evicted: the domain whose mass loss it is
  bool is_raised = false;                     // guard (flapping): held from now on, or no longer
  std::uint32_t returns = 0;                  // guard, recovered: that were not told of
};
using NodeChanges = std::vector<NodeChange>;

// The times at which an announcement is taken in, and where it came from.
struct Arrival {
  std::int64_t attended_ms = 0;  // see Attention
  std::int64_t wall_ms = 0;
  bool after_pause = false;  // what waited is being read: the order of connections says nothing
  const PeerNames* peers = nullptr;
  std::size_t index = 0;

  std::string_view peer() const { return peers->peer_of(index); }
};

class Registry {
 public:
  explicit Registry(std::int64_t evict_after_ms, std::size_t most_nodes = limits::kNodes)
      : evict_after_ms_(evict_after_ms),
        most_nodes_(most_nodes),
        order_(nodes_),
        flap_rules_(evict_after_ms) {}
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // Each takes in one decoded announcement of `node`: kNone where it is accepted; then `slot` is
  // the node's. Appends what it changed to `changes`, in the order in which it happened. Where
  // there is no memory for it (std::bad_alloc), nothing has changed; so it is with judge(), and
  // remove() needs none.
  Refusal on_status(const NodeKey& node, const StatusView& status, const Arrival& arrival,
                    Slot& slot, NodeChanges& changes);
  Refusal on_blocks(const NodeKey& node, const Header& header, const Arrival& arrival, Slot& slot,
                    NodeChanges& changes);
  Refusal on_leave(const NodeKey& node, const LeaveView& leave, const Arrival& arrival, Slot& slot,
                   NodeChanges& changes);

  // A node that a store remembers: late, or left, until it is heard. `status` is its last one.
  // Nothing is told of it, and its silence counts from now on. kNoSlot where there is no room.
  Slot expect(const RosterNode& known, const StatusView& status, std::int64_t attended_ms);
  // How many of these are not heard yet.
  std::uint64_t unheard() const { return unheard_; }
  void set_duty(Slot slot, Duty duty) { nodes_.at(slot).duty = duty; }

  // Judges the silences that are due at `attended_ms`, at most `budget` of them; false where more
  // wait. Evicted nodes stay until remove(), so that their events can be written.
  bool judge(std::int64_t attended_ms, std::size_t budget, NodeChanges& changes);
  void remove(Slot slot);
  // A node that is held may count as present with its next status, and is forgiven.
  void release_flapping(Slot slot);

  // No silence needs judging before this (attention clock); kNever where none does.
  std::int64_t next_due_ms() const { return wheel_.next_due_ms(); }

  Slot find(const NodeKey& node) const { return nodes_.find(node.id, node.hash); }
  const NodeTable& nodes() const { return nodes_; }
  const IdOrder& order() const { return order_; }
  const Totals& totals() const { return totals_; }
  const FailureDomains& domains() const { return domains_; }
  FailureDomains& domains() { return domains_; }
  const FlapRules& flap_rules() const { return flap_rules_; }
  // Over which connection a node was last seen to speak.
  const Connection& connection(Slot slot) const { return connections_[slot]; }
  void note_connection(Slot slot, Connection connection) { connections_[slot] = connection; }
  Node& at(Slot slot) { return nodes_.at(slot); }
  // Announcements that never came, over all nodes that ever were.
  std::uint64_t missed() const { return missed_; }
  std::int64_t evict_ms(const Node& node) const;
  static std::int64_t late_ms(const Node& node) { return 3 * std::int64_t{node.interval_ms}; }
  // Silence is judged so much after its limit: pauses of our own that are too short to be noticed
  // must not count, and the interval may be a few milliseconds only.
  static constexpr std::int64_t kGraceMs = 200;

 private:
  Slot join(const NodeKey& node, const StatusView& status, const Arrival& arrival,
            NodeChanges& changes);
  Refusal admit(Slot slot, const Header& header, AnnouncementKind kind, const Arrival& arrival,
                NodeChanges& changes);
  Refusal on_same_session(Node& node, const Header& header);
  bool is_replaced(Slot slot, std::uint64_t session, const Arrival& arrival, NodeChanges& changes);
  // What mark_heard() knows of a node's way back.
  struct Return {
    std::uint64_t previous_session = 0;  // of a restart; else 0
    std::int64_t silent_for_ms = 0;
  };
  void replace_session(Node& node, const Header& header, const Arrival& arrival);
  void mark_heard(Slot slot, AnnouncementKind kind, const Arrival& arrival,
                  std::uint64_t previous_session, NodeChanges& changes);
  bool comes_back_unheard(Slot slot, bool restarted);
  bool hold_back(Slot slot, const Return& how, const Arrival& arrival, NodeChanges& changes);
  void set_presence(Slot slot, Presence presence);
  static void make_room(Node& node, const Header& header, AnnouncementKind kind,
                        std::size_t pairs_bytes, const Arrival& arrival, NodeChanges& changes);
  void write_status(Node& node, const StatusView& status);
  void judge_node(Slot slot, std::int64_t attended_ms, NodeChanges& changes);
  void schedule(Slot slot);

  std::int64_t evict_after_ms_;
  std::size_t most_nodes_;
  NodeTable nodes_;
  IdOrder order_;
  DeadlineWheel wheel_;
  Totals totals_;
  FailureDomains domains_;
  FlapRules flap_rules_;
  std::vector<Connection> connections_;  // by slot
  std::uint64_t missed_ = 0;
  std::uint64_t unheard_ = 0;
};

}  // namespace rollcall
