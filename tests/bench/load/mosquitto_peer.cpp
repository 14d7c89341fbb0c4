// Mosquitto: retained messages at quality 0, which keep the latest value of each node.
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <mosquitto.h>

#include "tests/bench/load/measures.hpp"
#include "tests/bench/load/peer.hpp"

namespace rollcall {
namespace {

void check(int error) {
  if (error != MOSQ_ERR_SUCCESS) throw std::runtime_error(mosquitto_strerror(error));
}

mosquitto* connect_to(const std::string& endpoint, void* closure) {
  static const int initialised = mosquitto_lib_init();
  check(initialised);
  mosquitto* const client = mosquitto_new(nullptr, true, closure);
  const HostPort at = host_port_of(endpoint);
  check(mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1));
  check(mosquitto_connect(client, at.host.c_str(), at.port, 60));
  return client;
}

// Slashes are what separates levels there.
void write_topic(std::string_view topic, std::string& out) {
  out.assign(topic);
  std::replace(out.begin(), out.end(), '.', '/');
}

class MosquittoPublisher : public Publisher {
 public:
  explicit MosquittoPublisher(const std::string& endpoint)
      : client_(connect_to(endpoint, nullptr)) {
    while (mosquitto_socket(client_) >= 0 && !is_connected()) {
      check(mosquitto_loop(client_, 100, 1));
    }
  }
  ~MosquittoPublisher() override { mosquitto_destroy(client_); }
  void publish(std::string_view topic, std::string_view body) override {
    write_topic(topic, topic_);
    check(mosquitto_publish(client_, nullptr, topic_.c_str(), static_cast<int>(body.size()),
                            body.data(), 0, true));
    // The library queues without end what the socket does not take.
    while (mosquitto_want_write(client_)) check(mosquitto_loop(client_, 10, 1));
  }
  void flush() override {
    while (mosquitto_want_write(client_)) check(mosquitto_loop(client_, 10, 1));
  }

 private:
  bool is_connected() {
    if (tries_++ == 0) {
      mosquitto_connect_callback_set(
          client_, [](mosquitto* client, void*, int) { mosquitto_user_data_set(client, client); });
    }
    return mosquitto_userdata(client_) != nullptr;
  }
  mosquitto* client_;
  std::string topic_;
  int tries_ = 0;
};

class MosquittoSubscriber : public Subscriber {
 public:
  MosquittoSubscriber(const std::string& endpoint, std::size_t count) {
    if (count != 1) throw std::runtime_error("one subscriber only");
    client_ = connect_to(endpoint, this);
    mosquitto_message_callback_set(
        client_, [](mosquitto*, void* closure, const mosquitto_message* message) {
          auto& self = *static_cast<MosquittoSubscriber*>(closure);
          if (self.on_body_ == nullptr) return;
          const std::string_view body(static_cast<const char*>(message->payload),
                                      static_cast<std::size_t>(message->payloadlen));
          if (!(*self.on_body_)(body)) self.on_body_ = nullptr;
        });
    check(mosquitto_subscribe(client_, nullptr, "status/#", 0));
    for (int i = 0; i < 10; ++i) check(mosquitto_loop(client_, 20, 1));
  }
  ~MosquittoSubscriber() override { mosquitto_destroy(client_); }
  void run(std::int64_t until_ns, const OnBody& on_body) override {
    on_body_ = &on_body;
    while (on_body_ != nullptr && monotonic_ns() < until_ns) {
      check(mosquitto_loop(client_, 50, 100));
    }
    on_body_ = nullptr;
  }

 private:
  mosquitto* client_ = nullptr;
  const OnBody* on_body_ = nullptr;
};

}  // namespace

std::unique_ptr<Publisher> make_mosquitto_publisher(const std::string& endpoint) {
  return std::make_unique<MosquittoPublisher>(endpoint);
}

std::unique_ptr<Subscriber> make_mosquitto_subscriber(const std::string& endpoint,
                                                      std::size_t count) {
  return std::make_unique<MosquittoSubscriber>(endpoint, count);
}

}  // namespace rollcall
