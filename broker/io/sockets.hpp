// The broker's three sockets: what came since the last turn, bounded, and what is to go out.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <poll.h>
#include <zmq.hpp>

#include "broker/access/access.hpp"
#include "broker/feed/hold.hpp"
#include "broker/feed/outbox.hpp"
#include "broker/feed/report.hpp"
#include "broker/ingest/inbox.hpp"
#include "broker/wiring/endpoints.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/result.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {

// What subscribers make the feed hold. libzmq bounds none of it.
struct FeedLoad {
  std::uint64_t topics = 0;  // distinct ones that are subscribed to
  std::uint64_t topic_bytes = 0;
  std::uint64_t upstream = 0;  // messages since the start that are no subscriptions
};

class BrokerSockets : public PeerNames {
 public:
  // Binds all three, or says which could not be bound and why. With the broker's secret key (Z85),
  // nobody comes in but by CURVE and the word of the Gate, which must be there already.
  static Result<std::unique_ptr<BrokerSockets>> open(zmq::context_t& context,
                                                     const BrokerEndpoints& endpoints,
                                                     const BrokerQueues& queues,
                                                     std::string secret_key = {});

  // Parts with all subscribers, and forgets what they subscribed to; what is sent meanwhile goes to
  // nobody. False where there was no descriptor for it: nothing happened.
  bool close_feed();
  // Listens again. False where the port is still taken: call it again in a moment.
  bool open_feed();
  const FeedLoad& feed_load() const { return feed_load_; }

  // What wait() found there, at most the limits of a cycle. Valid until the next call.
  Inbox receive();
  // Sends the feed, then the replies. Forwarded announcements leave the inbox without a copy. What
  // has to wait for the store is kept, and goes with a later call.
  void send(const Outbox& outbox, Now now);
  // When send() is due though nothing happens; kNever where nothing waits.
  std::int64_t send_due_ms() const { return hold_.due_ms(); }

  // Waits for input, `other_fd` or the time at which the outbox wants the next turn. True when
  // `other_fd` has something to read.
  bool wait(Now now, std::int64_t wake_at_ms, int other_fd);

  std::string_view peer_of(std::size_t index) const override;
  std::string_view token_of(std::size_t index) const override;
  Connection connection_of(std::size_t index) const override;
  ConnectionFacts facts_of(const Connection& connection) const override;
  // As bound: with the port that the system picked, where it was asked to.
  const BrokerEndpoints& endpoints() const { return bound_; }
  // Replies whose requester was gone or did not read.
  std::uint64_t replies_dropped() const { return replies_dropped_; }

 private:
  BrokerSockets(zmq::context_t& context, const BrokerQueues& queues, std::string secret_key);
  zmq::socket_t make(zmq::socket_type type, SocketOptions options, Door door);

  // A message of the feed.
  struct FeedMessage {
    zmq::message_t topic;
    zmq::message_t body;
    std::size_t size() const { return topic.size() + body.size(); }
  };

  // A socket of ours and what its descriptor does not tell. That becomes readable when libzmq's I/O
  // thread has something for us, and any call on the socket may take note of it; so before waiting
  // on the descriptor one has to know that nothing is left: a receive found nothing, and nothing
  // was sent since, or the socket was asked.
  struct Watched {
    zmq::socket_t& socket;
    bool may_have_more = true;
    bool has_input = true;
  };
  enum Item : std::size_t { kAnnounce, kQuery, kFeed, kOther, kItems };
  bool has_input(Item item) const { return watched_[item].has_input; }
  void look(Item item);
  void watch(Item item);
  bool poll_from(Item first, int timeout_ms);
  bool only_announcements() const;

  // False where more may be there.
  bool receive_announcements();
  bool receive_requests();
  bool receive_request(std::size_t index);
  bool receive_subscriptions();
  void count_topic(const FeedReport& report);
  void publish(FeedMessage& message);
  void keep(const Outbox& outbox, const Outbox::Publication& publication, Now now);
  void send_reply(const QueryReply& reply);
  void let_go();

  zmq::context_t& context_;
  BrokerQueues queues_;
  std::string secret_key_;
  zmq::socket_t announce_;
  zmq::socket_t query_;
  zmq::socket_t feed_;
  std::array<Watched, kOther> watched_;
  std::array<pollfd, kItems> descriptors_;
  BrokerEndpoints bound_;
  std::uint64_t replies_dropped_ = 0;

  std::vector<zmq::message_t> frames_;  // topic and body of each announcement
  std::vector<Announcement> announcements_;
  std::vector<zmq::message_t> bodies_;  // of requests
  std::vector<RawQuery> requests_;      // used again from turn to turn
  std::size_t request_count_ = 0;
  zmq::message_t scratch_;
  FeedHold<FeedMessage> hold_;
  FeedLoad feed_load_;
  std::size_t listeners_ = 0;  // topics that are subscribed to, without those of commands
};

}  // namespace rollcall
