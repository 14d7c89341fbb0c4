// Rollcall's own wire, which a bare zmq_proxy speaks as well.
#include <stdexcept>

#include <zmq.hpp>

#include "shared/io/key_file.hpp"
#include "shared/io/socket.hpp"
#include "tests/bench/load/measures.hpp"
#include "tests/bench/load/peer.hpp"

namespace rollcall {
namespace {

void use_keys(zmq::socket_t& socket, const std::string& folder) {
  if (folder.empty()) return;
  const auto keys = read_client_keys(folder);
  if (!keys) throw std::runtime_error(keys.error());
  socket.set(zmq::sockopt::curve_publickey, keys->public_key);
  socket.set(zmq::sockopt::curve_secretkey, keys->secret_key);
  socket.set(zmq::sockopt::curve_serverkey, keys->server_public_key);
}

class ZmqPublisher : public Publisher {
 public:
  ZmqPublisher(const std::string& endpoint, const std::string& keys)
      : socket_(context_, zmq::socket_type::xpub) {
    use_keys(socket_, keys);
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
  ZmqSubscriber(const std::string& endpoint, std::size_t count, const std::string& topic,
                const std::string& keys)
      : socket_(context_, zmq::socket_type::xsub) {
    use_keys(socket_, keys);
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

std::unique_ptr<Publisher> make_zmq_publisher(const std::string& endpoint,
                                              const std::string& keys) {
  return std::make_unique<ZmqPublisher>(endpoint, keys);
}

std::unique_ptr<Subscriber> make_zmq_subscriber(const std::string& endpoint, std::size_t count,
                                                const std::string& topic, const std::string& keys) {
  return std::make_unique<ZmqSubscriber>(endpoint, count, topic, keys);
}

}  // namespace rollcall
