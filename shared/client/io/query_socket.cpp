#include "shared/client/io/query_socket.hpp"

#include <algorithm>

#include "shared/core/limits.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

SocketOptions query_options() {
  SocketOptions options;
  options.send_queue_messages = 64;
  options.receive_queue_messages = 64;
  options.frame_bytes = limits::kReplyFrameBytes;
  options.reconnect_ms = 100;  // a monitor is few: it may knock often
  options.reconnect_most_ms = 1000;
  return options;
}

// Throws away what is left of a message; returns how many frames that were.
int drain(zmq::socket_t& socket) {
  int frames = 0;
  zmq::message_t frame;
  while (socket.get(zmq::sockopt::rcvmore) != 0 && receive(socket, frame)) ++frames;
  return frames;
}

}  // namespace

QuerySocket::QuerySocket(zmq::context_t& context, std::string endpoint, std::int64_t timeout_ms,
                         const CurveClient* keys)
    : context_(context), endpoint_(std::move(endpoint)), timeout_ms_(timeout_ms), keys_(keys) {
  connect();
}

void QuerySocket::connect() {
  SocketOptions options = query_options();
  options.client = keys_;
  socket_ = make_socket(context_, zmq::socket_type::dealer, options);
  const auto connected = connect_socket(socket_, endpoint_);
  error_ = connected ? std::string() : connected.error();
}

void QuerySocket::send(Now now, std::uint64_t id, std::string_view body) {
  // What does not fit the queue times out like what is not answered.
  rollcall::send(socket_, body, false);
  due_ms_[id] = now.steady_ms + timeout_ms_;
}

void QuerySocket::receive(std::vector<zmq::message_t>& replies) {
  for (std::size_t i = 0; i < limits::kRepliesPerCycle; ++i) {
    zmq::message_t frame;
    if (!rollcall::receive(socket_, frame)) return;
    // Answered as asked, without a delimiter; one is accepted all the same.
    if (frame.size() == 0 && frame.more() && !rollcall::receive(socket_, frame)) return;
    if (drain(socket_) == 0) replies.push_back(std::move(frame));
  }
}

void QuerySocket::take_timed_out(Now now, std::vector<std::uint64_t>& ids) {
  const bool is_any = std::any_of(due_ms_.begin(), due_ms_.end(),
                                  [&](const auto& entry) { return entry.second <= now.steady_ms; });
  if (!is_any) return;
  // The others went with the socket.
  for (const auto& [id, due_ms] : due_ms_) ids.push_back(id);
  due_ms_.clear();
  connect();
}

std::int64_t QuerySocket::wake_at_ms() const {
  std::int64_t at = kNever;
  for (const auto& [id, due_ms] : due_ms_) at = std::min(at, due_ms);
  return at;
}

}  // namespace rollcall
