// All that queries may read, at one moment.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "broker/access/access.hpp"
#include "broker/blocks/block_register.hpp"
#include "broker/events/event_log.hpp"
#include "broker/guards/guards.hpp"
#include "broker/ingest/inbox.hpp"
#include "broker/ingest/intake.hpp"
#include "broker/past/question.hpp"
#include "broker/registry/registry.hpp"
#include "broker/roster/order.hpp"
#include "broker/roster/roster.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

// What was dropped since the start, for want of room.
struct Dropped {
  std::uint64_t replies = 0;  // the requester was gone, or did not read
  std::uint64_t events = 0;   // `refused` events of strangers
  std::uint64_t lines = 0;    // of our own log
};

// What an operator may order.
class Orders {
 public:
  virtual ~Orders() = default;
  // Ends a guard; what was wrong, or an empty text.
  virtual std::string release(GuardKind kind, std::string_view subject, std::string_view by) = 0;
  // Carries out an order, to be answered once it is stored; or why it does not.
  virtual std::optional<PastFailure> carry_out(const OperatorOrder& order, const Route& route,
                                               Bytes id) = 0;
  // Hands a question to the store, which answers later; or why it does not.
  virtual std::optional<PastFailure> ask_store(PastQuestion question, const Route& route,
                                               Bytes id) = 0;
};

struct ClusterView {
  const Registry& registry;
  const BlockRegister& blocks;
  const EventLog& events;
  const IntakeCounts& intake;
  const Guards& guards;
  const Roster& roster;
  const PeerNames& peers;
  Orders& orders;
  Now now;
  std::int64_t attended_ms = 0;
  std::uint64_t broker_session = 0;
  std::uint64_t story = 0;  // of the store; 0 where there is none
  std::uint64_t resumed_at = 0;
  std::uint64_t oldest_stored = 0;  // event; 0 where there is no store
  std::int64_t uptime_s = 0;
  bool settling = false;  // after a pause of our own
  double announcements_per_s = 0;
  std::uint64_t queries = 0;
  Dropped dropped;
  const Access* access = nullptr;  // null: without keys, whoever comes may ask
  bool insecure = false;           // without keys, and others than this machine can come

  // The mass loss that explains why a node is silent; empty where none does.
  std::string_view incident_of(Slot slot) const {
    const Presence presence = registry.nodes().at(slot).presence;
    const std::string* const name =
        presence == Presence::kLate ? guards.losses().incident_of(slot, registry) : nullptr;
    return name == nullptr ? std::string_view() : std::string_view(*name);
  }
};

}  // namespace rollcall
