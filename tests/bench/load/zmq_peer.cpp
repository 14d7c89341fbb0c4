// Rollcall's own wire, which a bare zmq_proxy speaks as well.
#include <stdexcept>

#include <zmq.hpp>

#include "shared/io/socket.hpp"
#include "tests/bench/load/measures.hpp"
#include "tests/bench/load/peer.hpp"

namespace rollcall {
namespace {

class ZmqPublisher : public Publisher {
 public:
  explicit ZmqPublisher(const std::string& endpoint) : socket_(context_, zmq::socket_type::xpub) {
    socket_.set(zmq::sockopt::xpub_nodrop, 1);  // waits instead of losing
    socket_.set(zmq::sockopt::sndhwm, 1000);
    socket_.set(zmq::sockopt::linger, 5000);
    socket_.connect(endpoint);
    zmq::message_t subscription;
    socket_.set(zmq::sockopt::rcvtimeo, 10'000);
    if (!socket_.recv(subscription)) throw std::runtime_error("nobody subscribes at " + endpoint);
  }
  void publish(std::string_view topic, std::string_view body) override {
    while (zmq_send(socket_.handle(), topic.data(), topic.size(), ZMQ_SNDMORE) < 0) again();
    while (zmq_send(socket_.handle(), body.data(), body.size(), 0) < 0) again();
  }
  void flush() override { socket_.close(); }

 private:
  static void again() {
    if (zmq_errno() != EAGAIN && zmq_errno() != EINTR) throw zmq::error_t();
  }
  zmq::context_t context_{1};
  zmq::socket_t socket_;
};

// XSUB, because a SUB connects to one endpoint once only.
class ZmqSubscriber : public Subscriber {
 public:
  ZmqSubscriber(const std::string& endpoint, std::size_t count, const std::string& topic)
      : socket_(context_, zmq::socket_type::xsub) {
    socket_.set(zmq::sockopt::rcvhwm, 0);
    socket_.set(zmq::sockopt::linger, 0);
    for (std::size_t i = 0; i < count; ++i) socket_.connect(endpoint);
    socket_.send(zmq::buffer("\x01" + topic));
    socket_.set(zmq::sockopt::rcvtimeo, 50);
  }
  void run(std::int64_t until_ns, const OnBody& on_body) override {
    zmq::message_t frame;
    int since_looked = 0;
    while (true) {
      if (zmq_msg_recv(frame.handle(), socket_.handle(), 0) < 0) {
        if (monotonic_ns() >= until_ns) return;
        continue;
      }
      if (frame.more()) continue;
      if (!on_body(frame.to_string_view())) return;
      if (++since_looked == 64) {
        since_looked = 0;
        if (monotonic_ns() >= until_ns) return;
      }
    }
  }

 private:
  zmq::context_t context_{1};
  zmq::socket_t socket_;
};

}  // namespace

std::unique_ptr<Publisher> make_zmq_publisher(const std::string& endpoint) {
  return std::make_unique<ZmqPublisher>(endpoint);
}

std::unique_ptr<Subscriber> make_zmq_subscriber(const std::string& endpoint, std::size_t count,
                                                const std::string& topic) {
  return std::make_unique<ZmqSubscriber>(endpoint, count, topic);
}

}  // namespace rollcall
