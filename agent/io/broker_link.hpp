// The agent's two sockets for one broker: announcements go out on an XPUB, commands come in on a
// SUB.
//
// XPUB rather than PUB, because it hears the broker's subscription arrive, and go: so nothing is
// sent before someone listens, and nothing waits for a broker that is away. It says when its queue
// is full instead of dropping; what does not fit waits here, bounded. It does not say when there is
// room again (zmq_poll always takes an XPUB for writable), so that is tried by time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "agent/announce/announcer.hpp"
#include "agent/announce/command.hpp"
#include "agent/io/link_queue.hpp"
#include "shared/core/random.hpp"
#include "shared/core/time.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {

struct BrokerAddress {
  std::string announce;
  std::string feed;  // empty: nothing that it commands is heard
};

struct LinkConfig {
  std::string command_topic;  // the prefix of the topics on which commands for us come
  std::size_t nodes = 1;      // how many announce through this link
  std::uint64_t seed = 0;     // of the jitter
  std::optional<CurveClient> keys{};
};

class BrokerLink {
 public:
  BrokerLink(zmq::context_t& context, BrokerAddress address, LinkConfig config, Now now);
  // Why its sockets cannot connect whatever the broker does; empty where they can.
  const std::string& problem() const { return problem_; }

  // Reads what the broker subscribed to. Appends an event where it came or went.
  void read_subscriptions(Now now, std::vector<AgentInbox::LinkEvent>& events);
  // Reads commands, at most limits::kCommandsPerCycle.
  void read_commands(std::vector<Command>& commands);

  // Queues one announcement, if the broker is there. A body is shared by all links, not copied.
  void queue(std::string_view topic, zmq::message_t& body);
  // Sends what fits; where nothing did, not before retry_due_ms().
  void flush(Now now);
  std::int64_t retry_due_ms() const { return has_waiting() ? retry_at_ms_ : kNever; }

  // Where no broker came for long, the sockets may be at a dead end (a protocol error ends a
  // connection for good): they are made anew. Appends a line to be told. The feed does not say
  // whether it is there; so after the broker came back, if no command comes, it is made anew once.
  void watch(Now now, std::vector<Line>& lines);
  std::int64_t watch_due_ms() const { return connected() ? feed_renew_at_ms_ : renew_at_ms_; }

  void add_poll_items(std::vector<zmq::pollitem_t>& items);
  bool connected() const { return subscriptions_ > 0; }
  const std::string& broker() const { return address_.announce; }
  bool has_waiting() const { return !waiting_.empty(); }
  // Announcements that could not be sent in time, since the start.
  std::uint64_t dropped() const { return waiting_.dropped(); }

 private:
  void open(Now now);
  void open_feed();
  const CurveClient* keys() const { return config_.keys ? &*config_.keys : nullptr; }
  void on_came(Now now);
  void on_lost(Now now);
  bool send_one(LinkQueue::Waiting& message);
  void forget_waiting();

  zmq::context_t& context_;
  BrokerAddress address_;
  LinkConfig config_;
  std::string problem_;
  zmq::socket_t announce_;
  zmq::socket_t feed_;
  std::size_t subscriptions_ = 0;
  LinkQueue waiting_;
  bool is_full_ = false;  // the socket's queue was, when last tried
  std::int64_t retry_after_ms_ = 0;
  std::int64_t retry_at_ms_ = 0;
  Random random_;
  std::int64_t renew_after_ms_;
  std::int64_t renew_at_ms_;
  std::int64_t feed_renew_at_ms_ = kNever;
  std::int64_t opened_ms_ = 0;
};

}  // namespace rollcall
