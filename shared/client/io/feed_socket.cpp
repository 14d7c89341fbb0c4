#include "shared/client/io/feed_socket.hpp"

#include "shared/core/limits.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

SocketOptions feed_options() {
  SocketOptions options;
  options.receive_queue_messages = limits::kFeedQueueMessages;
  options.frame_bytes = limits::kFeedFrameBytes;
  options.reconnect_ms = 100;
  options.reconnect_most_ms = 1000;
  return options;
}

}  // namespace

FeedSocket::FeedSocket(zmq::context_t& context, std::string endpoint,
                       std::vector<std::string> prefixes, const CurveClient* keys)
    : context_(context),
      endpoint_(std::move(endpoint)),
      prefixes_(std::move(prefixes)),
      keys_(keys) {
  reconnect();
}

void FeedSocket::reconnect() {
  SocketOptions options = feed_options();
  options.client = keys_;
  socket_ = make_socket(context_, zmq::socket_type::sub, options);
  for (const std::string& prefix : prefixes_) socket_.set(zmq::sockopt::subscribe, prefix);
  const auto connected = connect_socket(socket_, endpoint_);
  error_ = connected ? std::string() : connected.error();
}

void FeedSocket::receive(std::vector<FeedFrames>& messages) {
  for (std::size_t i = 0; i < limits::kFeedPerCycle; ++i) {
    FeedFrames message;
    if (!rollcall::receive(socket_, message.topic)) return;
    if (message.topic.more() && rollcall::receive(socket_, message.body) && !message.body.more()) {
      messages.push_back(std::move(message));
      continue;
    }
    zmq::message_t rest;
    while (socket_.get(zmq::sockopt::rcvmore) != 0 && rollcall::receive(socket_, rest)) continue;
  }
}

}  // namespace rollcall
