// The agent's two sockets for one broker: announcements go out on an XPUB, commands come in on a
// SUB.
//
// XPUB rather than PUB, because it hears the broker's subscription arrive, and go: so nothing is
// sent before someone listens, and nothing waits for a broker that is away. It says when its queue
// is full instead of dropping; what does not fit waits here, bounded.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "agent/announce/announcer.hpp"
#include "agent/announce/command.hpp"
#include "shared/core/random.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

struct BrokerAddress {
  std::string announce;
  std::string feed;
};

class BrokerLink {
 public:
  // `command_topic` is the prefix of the topics on which commands for us come.
  BrokerLink(zmq::context_t& context, BrokerAddress address, std::string command_topic,
             std::uint64_t seed, Now now);

  // Reads what the broker subscribed to. Appends an event where it came or went.
  void read_subscriptions(Now now, std::vector<AgentInbox::LinkEvent>& events);
  // Reads commands, at most limits::kCommandsPerCycle.
  void read_commands(std::vector<Command>& commands);

  // Queues one announcement, if the broker is there. A body is shared by all links, not copied.
  void queue(std::string_view topic, zmq::message_t& body);
  // Sends what fits.
  void flush();

  // Where no broker came for long, the socket may be at a dead end (a protocol error ends a
  // connection for good): it is made anew. Appends a line to be told.
  void watch(Now now, std::vector<Line>& lines);
  std::int64_t watch_due_ms() const { return connected() ? kNever : renew_at_ms_; }

  void add_poll_items(std::vector<zmq::pollitem_t>& items);
  bool connected() const { return subscriptions_ > 0; }
  const std::string& broker() const { return address_.announce; }
  bool has_waiting() const { return !waiting_.empty(); }
  // Announcements that found no room, since the start.
  std::uint64_t dropped() const { return dropped_; }

 private:
  struct Waiting {
    zmq::message_t topic;
    zmq::message_t body;
  };

  void open();
  bool send_one(Waiting& message);
  void forget_waiting();

  zmq::context_t& context_;
  BrokerAddress address_;
  std::string command_topic_;
  zmq::socket_t announce_;
  zmq::socket_t feed_;
  std::size_t subscriptions_ = 0;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  Random random_;
  std::int64_t renew_after_ms_;
  std::int64_t renew_at_ms_;
};

}  // namespace rollcall
