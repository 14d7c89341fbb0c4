// Every connection is an agent of its own: one XPUB each, as agents have.
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <zmq.hpp>

#include "shared/io/socket.hpp"
#include "tests/bench/fleet.hpp"
#include "tests/bench/load/measures.hpp"
#include "tests/bench/load/runs.hpp"

namespace rollcall {
namespace {

constexpr int kReconnectMs = 500;
constexpr int kReconnectMostMs = 3000;

class Agents {
 public:
  Agents(const LoadSettings& settings) : context_(1) {
    context_.set(zmq::ctxopt::max_sockets, static_cast<int>(settings.connections) + 16);
    SocketOptions options;
    options.reconnect_ms = kReconnectMs;
    options.reconnect_most_ms = kReconnectMostMs;
    options.only_when_connected = true;
    options.send_queue_messages = 4;
    sockets_.reserve(settings.connections);
    for (std::size_t i = 0; i < settings.connections; ++i) {
      sockets_.push_back(make_socket(context_, zmq::socket_type::xpub, options));
      sockets_.back().connect(settings.endpoint);
    }
  }
  zmq::socket_t& at(std::size_t index) { return sockets_[index % sockets_.size()]; }

 private:
  zmq::context_t context_;
  std::vector<zmq::socket_t> sockets_;
};

}  // namespace

int publish_on_many(const LoadSettings& settings) {
  Fleet fleet(settings.nodes, 0, settings.interval_ms);
  Agents agents(settings);
  const std::int64_t begin_ns = monotonic_ns();
  const std::int64_t end_ns = begin_ns + settings.duration_ms * 1'000'000;
  const std::int64_t step_ns =
      settings.rate == 0 ? 0 : 1'000'000'000 / static_cast<std::int64_t>(settings.rate);
  std::vector<Announcement> batch;
  std::uint64_t sent = 0;
  std::uint64_t dropped = 0;
  std::size_t agent = 0;
  zmq::message_t subscription;
  for (std::int64_t next_ns = begin_ns; next_ns < end_ns; next_ns += step_ns) {
    if (step_ns == 0) next_ns = monotonic_ns();
    if (monotonic_ns() < next_ns) sleep_until_ns(next_ns);
    fleet.next(1, batch);
    zmq::socket_t& socket = agents.at(agent++ % settings.nodes);
    while (receive(socket, subscription)) {
    }
    const bool taken = send(socket, batch[0].topic, true) && send(socket, batch[0].body, false);
    ++(taken ? sent : dropped);
  }
  fmt::print("{{\"sent\":{},\"not_taken\":{},\"cpu_s\":{:.3f}}}\n", sent, dropped, cpu_seconds());
  return 0;
}

}  // namespace rollcall
