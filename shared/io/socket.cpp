#include "shared/io/socket.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <fmt/format.h>

#include "shared/core/check.hpp"
#include "shared/core/endpoint.hpp"

namespace rollcall {
namespace {

std::string what_to_do(int error) {
  switch (error) {
    case EADDRINUSE: return "another program listens there; stop it or choose another port";
    case EADDRNOTAVAIL: return "no interface of this machine has that address";
    case EACCES: return "not allowed; ports below 1024 need privileges";
    case ENODEV: return "no such interface or host name";
    default: return "check the endpoint";
  }
}

// ZMQ_ZAP_ENFORCE_DOMAIN. Its name is in the part of the header for drafts; the option itself is in
// every release since 4.3.0.
constexpr int kEnforceDomain = 93;

void set_zap_enforced(zmq::socket_t& socket) {
  const int on = 1;
  const int failed = zmq_setsockopt(socket.handle(), kEnforceDomain, &on, sizeof on);
  ROLLCALL_CHECK(failed == 0);
}

}  // namespace

zmq::socket_t make_socket(zmq::context_t& context, zmq::socket_type type,
                          const SocketOptions& options) {
  zmq::socket_t socket(context, type);
  socket.set(zmq::sockopt::sndhwm, options.send_queue_messages);
  socket.set(zmq::sockopt::rcvhwm, options.receive_queue_messages);
  socket.set(zmq::sockopt::maxmsgsize, options.frame_bytes);
  socket.set(zmq::sockopt::linger, options.linger_ms);
  socket.set(zmq::sockopt::handshake_ivl, options.handshake_ms);
  socket.set(zmq::sockopt::backlog, options.backlog);
  socket.set(zmq::sockopt::reconnect_ivl, options.reconnect_ms);
  socket.set(zmq::sockopt::reconnect_ivl_max, options.reconnect_most_ms);
  socket.set(zmq::sockopt::immediate, options.only_when_connected);
  socket.set(zmq::sockopt::heartbeat_ivl, 0);
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::tcp_keepalive_idle, options.keepalive_idle_s);
  socket.set(zmq::sockopt::tcp_keepalive_intvl, options.keepalive_interval_s);
  socket.set(zmq::sockopt::tcp_keepalive_cnt, options.keepalive_probes);
  socket.set(zmq::sockopt::tcp_maxrt, options.unacked_ms);
  if (options.receive_buffer_bytes != 0) {
    socket.set(zmq::sockopt::rcvbuf, options.receive_buffer_bytes);
  }
  if (options.client != nullptr) {
    socket.set(zmq::sockopt::curve_publickey, options.client->public_key);
    socket.set(zmq::sockopt::curve_secretkey, options.client->secret_key);
    socket.set(zmq::sockopt::curve_serverkey, options.client->server_public_key);
  }
  if (options.server != nullptr) {
    socket.set(zmq::sockopt::curve_server, true);
    socket.set(zmq::sockopt::curve_secretkey, options.server->secret_key);
    socket.set(zmq::sockopt::zap_domain, options.server->domain);
    // Or a handler that is not there would mean that everybody is let in.
    set_zap_enforced(socket);
  }
  return socket;
}

Result<std::string> bind_socket(zmq::socket_t& socket, const std::string& endpoint) {
  try {
    if (is_ipv6(endpoint)) socket.set(zmq::sockopt::ipv6, 1);
    socket.bind(as_bindable(endpoint));
    return socket.get(zmq::sockopt::last_endpoint);
  } catch (const zmq::error_t& error) {
    return Error{fmt::format("cannot listen on {}: {}; {}", endpoint, error.what(),
                             what_to_do(error.num()))};
  }
}

Result<std::string> connect_socket(zmq::socket_t& socket, const std::string& endpoint) {
  try {
    if (is_ipv6(endpoint)) socket.set(zmq::sockopt::ipv6, 1);
    socket.connect(endpoint);
    return endpoint;
  } catch (const zmq::error_t& error) {
    return Error{fmt::format("cannot connect to {}: {}; {}", endpoint, error.what(),
                             what_to_do(error.num()))};
  }
}

int wait_ms(Now now, std::int64_t wake_at_ms) {
  if (wake_at_ms == kNever) return -1;
  // An hour at most: no arithmetic of ours can then overflow anybody's.
  return static_cast<int>(std::clamp<std::int64_t>(wake_at_ms - now.steady_ms, 0, 3'600'000));
}

void poll_until(std::span<zmq::pollitem_t> items, Now now, std::int64_t wake_at_ms) {
  try {
    zmq::poll(items.data(), items.size(), std::chrono::milliseconds(wait_ms(now, wake_at_ms)));
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
  }
}

bool receive(zmq::socket_t& socket, zmq::message_t& frame) {
  while (true) {
    const int length = zmq_msg_recv(frame.handle(), socket.handle(), ZMQ_DONTWAIT);
    if (length >= 0) return true;
    if (errno != EINTR) return false;
  }
}

bool send(zmq::socket_t& socket, zmq::message_t& frame, bool more) {
  const int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
  while (true) {
    const int length = zmq_msg_send(frame.handle(), socket.handle(), flags);
    if (length >= 0) return true;
    if (errno != EINTR) return false;
  }
}

bool send(zmq::socket_t& socket, std::string_view frame, bool more) {
  zmq::message_t message(frame.data(), frame.size());
  return send(socket, message, more);
}

std::string_view peer_token(const zmq::message_t& frame) {
  const char* const token = zmq_msg_gets(const_cast<zmq::message_t&>(frame).handle(), "User-Id");
  return token == nullptr ? std::string_view() : std::string_view(token);
}

std::string_view peer_address(const zmq::message_t& frame) {
  const char* const address =
      zmq_msg_gets(const_cast<zmq::message_t&>(frame).handle(), "Peer-Address");
  return address == nullptr ? std::string_view() : std::string_view(address);
}

}  // namespace rollcall
