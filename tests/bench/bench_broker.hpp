// A broker in process and the fleet that announces to it.
#pragma once

#include <vector>

#include "broker/broker.hpp"
#include "tests/bench/fleet.hpp"

namespace rollcall {

class BenchBroker : public PeerNames {
 public:
  static constexpr std::size_t kBatch = 256;

  // Every node of the fleet has announced so many times.
  explicit BenchBroker(std::size_t nodes, int rounds = 3)
      : fleet_({.nodes = nodes}), broker_(with_session(), now_) {
    batch_.reserve(kBatch);
    for (std::size_t done = 0; done < static_cast<std::size_t>(rounds) * nodes;
         done += batch_.size()) {
      next();
      take();
    }
  }

  std::string_view peer_of(std::size_t) const override { return "127.0.0.1"; }

  // The next batch of the fleet, whose nodes announce every 10 s all in all.
  std::size_t next() {
    fleet_.next(kBatch, batch_);
    elapsed_us_ += static_cast<std::int64_t>(10'000'000 * batch_.size() / fleet_.nodes());
    return batch_.size();
  }
  void take() { broker_.step(now(), {batch_, {}, true}, *this, outbox_); }
  // A turn in which nobody announces.
  void pass(std::int64_t ms) {
    elapsed_us_ += 1000 * ms;
    broker_.step(now(), {}, *this, outbox_);
  }
  void ask(std::span<const RawQuery> requests) {
    broker_.step(now(), {{}, requests, true}, *this, outbox_);
  }

  const Broker& broker() const { return broker_; }
  const Outbox& outbox() const { return outbox_; }

 private:
  static BrokerConfig with_session() {
    BrokerConfig config;
    config.session = 1;
    config.summary_every_ms = 86'400'000;  // a summary is another benchmark
    return config;
  }
  Now now() const { return {now_.steady_ms + elapsed_us_ / 1000, now_.wall_ms}; }

  Fleet fleet_;
  Now now_{1'000'000, 1'800'000'000'000};
  std::int64_t elapsed_us_ = 0;
  Broker broker_;
  Outbox outbox_;
  std::vector<Announcement> batch_;
};

}  // namespace rollcall
