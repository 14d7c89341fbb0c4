// The broker's three sockets: what came since the last turn, bounded, and what is to go out.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "broker/feed/outbox.hpp"
#include "broker/ingest/inbox.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/result.hpp"

namespace rollcall {

struct BrokerEndpoints {
  std::string announce = "tcp://127.0.0.1:8888";
  std::string query = "tcp://127.0.0.1:8889";
  std::string feed = "tcp://127.0.0.1:8890";
};

class BrokerSockets : public PeerNames {
 public:
  // Binds all three, or says which could not be bound and why. `feed_queue` is how many messages
  // wait for a subscriber that reads slowly before it misses some.
  static Result<std::unique_ptr<BrokerSockets>> open(zmq::context_t& context,
                                                     const BrokerEndpoints& endpoints,
                                                     int feed_queue);

  // What is there now, at most the limits of a cycle. Valid until the next call.
  Inbox receive();
  // Sends the feed, then the replies. Forwarded announcements leave the inbox without a copy.
  void send(const Outbox& outbox);

  // Waits for input, `other_fd` or the time at which the outbox wants the next turn.
  void wait(Now now, std::int64_t wake_at_ms, int other_fd);

  std::string_view peer_of(std::size_t index) const override;
  // As bound: with the port that the system picked, where it was asked to.
  const BrokerEndpoints& endpoints() const { return bound_; }
  // Replies whose requester was gone or did not read.
  std::uint64_t replies_dropped() const { return replies_dropped_; }

 private:
  BrokerSockets(zmq::context_t& context, int feed_queue);

  bool receive_announcements();
  void receive_requests();
  bool receive_request(std::size_t index);
  void receive_subscriptions();
  void send_reply(const QueryReply& reply);
  void let_go();

  zmq::socket_t announce_;
  zmq::socket_t query_;
  zmq::socket_t feed_;
  BrokerEndpoints bound_;
  std::uint64_t replies_dropped_ = 0;

  std::vector<zmq::message_t> frames_;  // topic and body of each announcement
  std::vector<Announcement> announcements_;
  std::vector<zmq::message_t> bodies_;  // of requests
  std::vector<RawQuery> requests_;      // used again from turn to turn
  std::size_t request_count_ = 0;
  zmq::message_t scratch_;
};

}  // namespace rollcall
