// Every connection is an agent of its own: one XPUB each, as agents have, which announces when it
// is heard (again) and then on schedule.
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
constexpr std::int64_t kSweepNs = 100'000'000;  // how often all look whether they are heard

class Agents {
 public:
  explicit Agents(const LoadSettings& settings) {
    context_.set(zmq::ctxopt::max_sockets, static_cast<int>(settings.connections) + 16);
    SocketOptions options;
    options.reconnect_ms = kReconnectMs;
    options.reconnect_most_ms = kReconnectMostMs;
    options.only_when_connected = true;
    options.send_queue_messages = 4;
    for (std::uint64_t i = 0; i < settings.connections; ++i) {
      sockets_.push_back(make_socket(context_, zmq::socket_type::xpub, options));
      sockets_.back().connect(settings.endpoint);
      fleets_.emplace_back(shape_of(settings, i));
    }
  }
  std::size_t size() const { return sockets_.size(); }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t not_taken() const { return not_taken_; }

  void announce(std::size_t index) {
    fleets_[index].next(1, batch_);
    zmq::socket_t& socket = sockets_[index];
    const bool taken = send(socket, batch_[0].topic, true) && send(socket, batch_[0].body, false);
    ++(taken ? sent_ : not_taken_);
  }
  // Those that a broker has just subscribed to announce at once.
  void sweep() {
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      bool heard = false;
      while (receive(sockets_[i], frame_)) heard |= frame_.size() > 0 && *frame_.data<char>() == 1;
      if (heard) announce(i);
    }
  }

 private:
  static FleetShape shape_of(const LoadSettings& settings, std::uint64_t index) {
    FleetShape shape = fleet_of(settings);
    shape.nodes = 1;
    shape.bodies = 1;
    shape.prefix = fmt::format("{}-{:07}", settings.prefix, index);
    return shape;
  }

  zmq::context_t context_{1};
  std::vector<zmq::socket_t> sockets_;
  std::vector<Fleet> fleets_;
  std::vector<Announcement> batch_;
  zmq::message_t frame_;
  std::uint64_t sent_ = 0;
  std::uint64_t not_taken_ = 0;
};

}  // namespace

int publish_on_many(const LoadSettings& settings) {
  Agents agents(settings);
  fmt::print(stderr, "ready\n");
  const std::int64_t begin_ns = monotonic_ns();
  const std::int64_t end_ns = begin_ns + settings.duration_ms * 1'000'000;
  const std::int64_t step_ns =
      settings.interval_ms * 1'000'000 / static_cast<std::int64_t>(agents.size());
  std::int64_t sweep_ns = begin_ns;
  std::size_t next = 0;
  for (std::int64_t next_ns = begin_ns; next_ns < end_ns; next_ns += step_ns) {
    if (monotonic_ns() < next_ns) sleep_until_ns(next_ns);
    if (monotonic_ns() >= sweep_ns) {
      agents.sweep();
      sweep_ns = monotonic_ns() + kSweepNs;
    }
    agents.announce(next);
    next = (next + 1) % agents.size();
  }
  fmt::print("{{\"sent\":{},\"not_taken\":{},\"cpu_s\":{:.3f}}}\n", agents.sent(),
             agents.not_taken(), cpu_seconds());
  return 0;
}

}  // namespace rollcall
