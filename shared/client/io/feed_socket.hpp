// Hears a broker's feed.
#pragma once

#include <string>
#include <vector>

#include <zmq.hpp>

#include "shared/io/socket.hpp"

namespace rollcall {

// One message of the feed.
struct FeedFrames {
  zmq::message_t topic;
  zmq::message_t body;
};

class FeedSocket {
 public:
  // Subscribes to topics that begin with one of `prefixes`. `context` must outlive it.
  // So must `keys`, where there are any.
  FeedSocket(zmq::context_t& context, std::string endpoint, std::vector<std::string> prefixes,
             const CurveClient* keys = nullptr);

  // What is wrong with the endpoint after all, or an empty text.
  const std::string& error() const { return error_; }
  // Appends what arrived, at most limits::kFeedPerCycle.
  void receive(std::vector<FeedFrames>& messages);
  // Begins with a new connection.
  void reconnect();
  void* handle() { return socket_.handle(); }

 private:
  zmq::context_t& context_;
  std::string endpoint_;
  std::vector<std::string> prefixes_;
  const CurveClient* keys_;
  zmq::socket_t socket_;
  std::string error_;
};

}  // namespace rollcall
