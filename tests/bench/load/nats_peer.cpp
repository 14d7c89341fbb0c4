// NATS core: at most once, nothing kept, subjects instead of a registry.
#include <mutex>
#include <stdexcept>
#include <vector>

#include <nats/nats.h>

#include "tests/bench/load/measures.hpp"
#include "tests/bench/load/peer.hpp"

namespace rollcall {
namespace {

void check(natsStatus status) {
  if (status != NATS_OK) throw std::runtime_error(natsStatus_GetText(status));
}

// At a pace, messages are not kept back to go out together: what its flusher thread adds to a delay
// is not the server's.
natsConnection* connect_to(const std::string& endpoint, bool at_once = false) {
  natsOptions* options = nullptr;
  check(natsOptions_Create(&options));
  check(natsOptions_SetURL(options, ("nats" + endpoint.substr(3)).c_str()));
  check(natsOptions_SetSendAsap(options, at_once));
  // Its threads for delivery are shared: one for each of a hundred subscribers would be slower.
  check(natsOptions_UseGlobalMessageDelivery(options, true));
  natsConnection* connection = nullptr;
  const natsStatus status = natsConnection_Connect(&connection, options);
  natsOptions_Destroy(options);
  check(status);
  return connection;
}

class NatsPublisher : public Publisher {
 public:
  NatsPublisher(const std::string& endpoint, bool at_once)
      : connection_(connect_to(endpoint, at_once)) {}
  ~NatsPublisher() override { natsConnection_Destroy(connection_); }
  void publish(std::string_view topic, std::string_view body) override {
    subject_.assign(topic);
    check(natsConnection_Publish(connection_, subject_.c_str(), body.data(),
                                 static_cast<int>(body.size())));
  }
  void flush() override { check(natsConnection_FlushTimeout(connection_, 60'000)); }

 private:
  natsConnection* connection_;
  std::string subject_;
};

class NatsSubscriber : public Subscriber {
 public:
  NatsSubscriber(const std::string& endpoint, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      connections_.push_back(connect_to(endpoint));
      natsSubscription* subscription = nullptr;
      check(natsConnection_Subscribe(&subscription, connections_.back(), "status.>", take, this));
      check(natsSubscription_SetPendingLimits(subscription, INT32_MAX, INT32_MAX));
      check(natsConnection_Flush(connections_.back()));
      subscriptions_.push_back(subscription);
    }
  }
  ~NatsSubscriber() override {
    for (natsSubscription* const it : subscriptions_) natsSubscription_Destroy(it);
    for (natsConnection* const it : connections_) natsConnection_Destroy(it);
  }
  void run(std::int64_t until_ns, const OnBody& on_body) override {
    {
      const std::lock_guard lock(mutex_);
      on_body_ = &on_body;
    }
    while (monotonic_ns() < until_ns) {
      sleep_until_ns(monotonic_ns() + 20'000'000);
      const std::lock_guard lock(mutex_);
      if (on_body_ == nullptr) return;
    }
    const std::lock_guard lock(mutex_);
    on_body_ = nullptr;
  }

 private:
  static void take(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    auto& self = *static_cast<NatsSubscriber*>(closure);
    {
      const std::lock_guard lock(self.mutex_);
      const std::string_view body(natsMsg_GetData(message),
                                  static_cast<std::size_t>(natsMsg_GetDataLength(message)));
      if (self.on_body_ != nullptr && !(*self.on_body_)(body)) self.on_body_ = nullptr;
    }
    natsMsg_Destroy(message);
  }

  std::vector<natsConnection*> connections_;
  std::vector<natsSubscription*> subscriptions_;
  std::mutex mutex_;
  const OnBody* on_body_ = nullptr;
};

}  // namespace

std::unique_ptr<Publisher> make_nats_publisher(const std::string& endpoint, bool at_once) {
  return std::make_unique<NatsPublisher>(endpoint, at_once);
}

std::unique_ptr<Subscriber> make_nats_subscriber(const std::string& endpoint, std::size_t count) {
  return std::make_unique<NatsSubscriber>(endpoint, count);
}

}  // namespace rollcall
