// What one turn of the duty cycle brings to Broker::step. Views into frames that the sockets own:
// valid during the step.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "broker/ingest/connection.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {

struct StoreReport;

struct Announcement {
  std::string_view topic;
  Bytes body;
  std::uint32_t frames = 2;  // a message of one or of more than two frames is refused
};

// Where an announcement came from. Asked only where it matters: the look-ups are not free.
class PeerNames {
 public:
  virtual ~PeerNames() = default;
  // Of announcement `index` of this turn; empty where it is not known.
  virtual std::string_view peer_of(std::size_t index) const = 0;
  // The token (see Access) of the key that it came in with; empty where there was none.
  virtual std::string_view token_of(std::size_t) const { return {}; }
  // The connection that it came over, and what is known of one by now.
  virtual Connection connection_of(std::size_t) const { return {}; }
  virtual ConnectionFacts facts_of(const Connection&) const { return {}; }
};

// Where a reply goes: the requester's routing id, what it put behind it to recognise the reply by
// (a REQ that correlates does), and whether an empty frame follows.
struct Route {
  std::string id;
  std::string mark;
  bool delimited = false;
};

struct RawQuery {
  Route route;
  Bytes body;
  std::uint32_t frames = 1;     // behind the route; one is right
  std::string_view token = {};  // of the requester's key; see Access
};

struct Inbox {
  std::span<const Announcement> announcements;
  std::span<const RawQuery> requests;
  // The announcements' socket was read until nothing was left in it.
  bool drained = true;
  const StoreReport* store = nullptr;  // null where there is none
};

}  // namespace rollcall
