// The systems that can be put under load, behind one face. "zmq" is Rollcall and the bare proxy.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tests/bench/load/runs.hpp"

namespace rollcall {

// A connection that announces.
class Publisher {
 public:
  virtual ~Publisher() = default;
  // Hands over one announcement; waits while the system takes no more.
  virtual void publish(std::string_view topic, std::string_view body) = 0;
  // Waits until what was handed over has left, or was acknowledged where the system does so.
  virtual void flush() = 0;
};

// Connections that subscribe to every status.
class Subscriber {
 public:
  // True to go on.
  using OnBody = std::function<bool(std::string_view body)>;
  virtual ~Subscriber() = default;
  // Calls `on_body` for each delivery, on a thread of its own maybe, but never on two at once,
  // until `until_ns` (monotonic clock) or until it says so.
  virtual void run(std::int64_t until_ns, const OnBody& on_body) = 0;
};

// "zmq", "nats", "redis" or "mosquitto". They throw std::runtime_error where there is none.
std::unique_ptr<Publisher> make_publisher(const LoadSettings& settings);
std::unique_ptr<Subscriber> make_subscriber(const LoadSettings& settings);

// `keys`: the folder of the client's; empty: in the clear.
std::unique_ptr<Publisher> make_zmq_publisher(const std::string& endpoint, const std::string& keys);
std::unique_ptr<Subscriber> make_zmq_subscriber(const std::string& endpoint, std::size_t count,
                                                const std::string& topic, const std::string& keys);
std::unique_ptr<Publisher> make_nats_publisher(const std::string& endpoint, bool at_once);
std::unique_ptr<Subscriber> make_nats_subscriber(const std::string& endpoint, std::size_t count);
std::unique_ptr<Publisher> make_mosquitto_publisher(const std::string& endpoint);
std::unique_ptr<Subscriber> make_mosquitto_subscriber(const std::string& endpoint,
                                                      std::size_t count);
std::unique_ptr<Publisher> make_redis_publisher(const std::string& endpoint);

// Of "tcp://HOST:PORT".
struct HostPort {
  std::string host;
  int port = 0;
};
HostPort host_port_of(const std::string& endpoint);

}  // namespace rollcall
