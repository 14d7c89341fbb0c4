// ZeroMQ sockets with every option that matters said out loud: libzmq's defaults queue for ever,
// accept frames of any size and never notice that a peer lost its power.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <zmq.hpp>

#include "shared/core/result.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

// CURVE on a socket that connects: who we are, and the only broker that we speak to. Z85.
struct CurveClient {
  std::string public_key;
  std::string secret_key;
  std::string server_public_key;
};

// CURVE on a socket that binds. `domain` is asked of the ZAP handler, which must be there first;
// without one nobody comes in.
struct CurveServer {
  std::string secret_key;
  std::string domain;
};

struct SocketOptions {
  int send_queue_messages = 1000;          // per connection; above it libzmq drops, or says EAGAIN
  int receive_queue_messages = 1000;       // per connection; above it TCP pushes back on the sender
  std::int64_t frame_bytes = 1024 * 1024;  // a larger frame costs the peer its connection
  int linger_ms = 0;                       // how long closing may wait to send the rest
  int handshake_ms = 5000;
  int backlog = 4096;  // connections not yet accepted: a whole fleet comes back at once
  // Reconnecting waits interval + random(0 … interval), doubled up to the maximum.
  int reconnect_ms = 700;
  int reconnect_most_ms = 2800;
  // Connecting sockets: queue nothing for a peer that is not there.
  bool only_when_connected = false;
  // A peer that says nothing is asked whether its kernel is there: after so long, so often, and
  // after so many questions without an answer it is given up. So it is with data not acknowledged.
  int keepalive_idle_s = 30;
  int keepalive_interval_s = 10;
  int keepalive_probes = 3;
  int unacked_ms = 30'000;
  // What the kernel keeps of a connection that is not read for a while; as much of it as the system
  // allows (net.core.rmem_max). 0: as the system adjusts it.
  int receive_buffer_bytes = 0;
  // At most one of the two; they must outlive the call alone.
  const CurveClient* client = nullptr;
  const CurveServer* server = nullptr;
};

// Sets all of the above, TCP keepalive (a dead peer is noticed within 60 s) and a limit on unacked
// data; never libzmq's own heartbeats, which can abort the process in 4.3.4 when queues are full.
zmq::socket_t make_socket(zmq::context_t& context, zmq::socket_type type,
                          const SocketOptions& options);

// Binds, or says why not ("… is in use …") and what to do. Returns the endpoint that was bound:
// with port 0 or *, the one that the system picked.
Result<std::string> bind_socket(zmq::socket_t& socket, const std::string& endpoint);
Result<std::string> connect_socket(zmq::socket_t& socket, const std::string& endpoint);

// Waits until one of `items` is ready or `wake_at_ms` (steady) has come; a signal that interrupts
// is not an error.
void poll_until(std::span<zmq::pollitem_t> items, Now now, std::int64_t wake_at_ms);
// For how long to wait until then, as poll() takes it: an hour at most, -1 for ever.
int wait_ms(Now now, std::int64_t wake_at_ms);

// Receives one frame without waiting; false where there is none. Never throws on EINTR.
bool receive(zmq::socket_t& socket, zmq::message_t& frame);
// Sends one frame without waiting; false where the queue is full or the peer gone. Throws on
// nothing that a peer can cause.
bool send(zmq::socket_t& socket, zmq::message_t& frame, bool more);
bool send(zmq::socket_t& socket, std::string_view frame, bool more);

inline std::string_view view_of(const zmq::message_t& frame) {
  return {static_cast<const char*>(frame.data()), frame.size()};
}

// The address that the message came from, as libzmq saw it; empty where it does not say. Valid as
// long as the frame.
std::string_view peer_address(const zmq::message_t& frame);
// What the ZAP handler called the peer when it let it in. Ask it of a frame of the payload: libzmq
// 4.3.4 loses it on the routing frames of a ROUTER. Without a handler peers may call themselves
// anything.
std::string_view peer_token(const zmq::message_t& frame);

}  // namespace rollcall
