// All that queries may read, at one moment.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "broker/access/access.hpp"
#include "broker/blocks/block_register.hpp"
#include "broker/events/event_log.hpp"
#include "broker/ingest/intake.hpp"
#include "broker/registry/registry.hpp"
#include "broker/strain/strain.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

// What was dropped since the start, for want of room.
struct Dropped {
  std::uint64_t replies = 0;  // the requester was gone, or did not read
  std::uint64_t events = 0;   // `refused` events of strangers
  std::uint64_t lines = 0;    // of our own log
};

struct ClusterView {
  const Registry& registry;
  const BlockRegister& blocks;
  const EventLog& events;
  const IntakeCounts& intake;
  Now now;
  std::int64_t attended_ms = 0;
  std::uint64_t broker_session = 0;
  std::int64_t uptime_s = 0;
  bool warming_up = false;
  bool settling = false;  // after a pause of our own
  double announcements_per_s = 0;
  std::uint64_t queries = 0;
  Dropped dropped;
  const Access* access = nullptr;  // null: without keys, whoever comes may ask
  bool insecure = false;           // without keys, and others than this machine can come
  Strain strain{};
};

}  // namespace rollcall
