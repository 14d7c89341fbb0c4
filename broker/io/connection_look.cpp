#include "broker/io/connection_look.hpp"

#include <netinet/in.h>
// After netinet/in.h; the kernel's own header knows more of tcp_info than the C library's.
#include <optional>

#include <linux/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace rollcall {
namespace {

constexpr int kEstablished = 1;  // TCP_ESTABLISHED
constexpr int kCloseWait = 8;    // TCP_CLOSE_WAIT: the peer closed, we have not yet

struct Peer {
  int family = AF_UNSPEC;
  std::uint16_t port = 0;
};

std::optional<Peer> peer_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return std::nullopt;
  }
  switch (address.ss_family) {
    case AF_INET: return Peer{AF_INET, ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port)};
    case AF_INET6: return Peer{AF_INET6, ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port)};
    default: return Peer{address.ss_family, 0};
  }
}

}  // namespace

Connection look_up_connection(const zmq::message_t& frame) {
  // Deprecated since the descriptor may be closed, or another's, by the time it is used. We ask of
  // it no more than the address of its peer, and hold every later answer against that.
  const int descriptor = zmq_msg_get(const_cast<zmq::message_t&>(frame).handle(), ZMQ_SRCFD);
  if (descriptor < 0) return {};
  const auto peer = peer_of(descriptor);
  return peer ? Connection{descriptor, peer->port} : Connection{};
}

ConnectionFacts look_at(const Connection& connection) {
  using Is = ConnectionFacts::Is;
  if (connection.descriptor < 0) return {};
  const auto peer = peer_of(connection.descriptor);
  if (!peer || peer->port != connection.port) return {.is = Is::kGone};
  if (peer->family == AF_UNIX) return {.is = Is::kOpen};  // on this machine: its kernel is ours
  tcp_info info{};
  socklen_t length = sizeof info;
  if (getsockopt(connection.descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return {};
  if (info.tcpi_state == kCloseWait) return {.is = Is::kClosing};
  if (info.tcpi_state != kEstablished) return {.is = Is::kGone};
  return {.is = Is::kOpen,
          .acked_ago_ms = info.tcpi_last_ack_recv,
          .unanswered_probes = info.tcpi_probes};
}

}  // namespace rollcall
