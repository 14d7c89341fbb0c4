// A broker without sockets: tests say what arrives and when, and see what goes out.
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "broker/broker.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

inline nlohmann::json parsed(std::string_view body) {
  return nlohmann::json::from_msgpack(body.begin(), body.end());
}

template <typename Message>
std::string encoded(const Message& message) {
  Buffer buffer;
  encode(message, buffer);
  return std::string(buffer.view());
}

// A valid status; tests change what they are about.
inline Status a_status(std::uint64_t session = 1, std::uint64_t seq = 1) {
  Status status;
  status.header.session = session;
  status.header.seq = seq;
  status.header.at_ms = 1'700'000'000'000;
  status.interval_ms = 10'000;
  status.storage = {400, 1000};
  status.cpu_percent = 12.5;
  status.memory = {3, 8};
  status.network = {100, 50, 1000};
  status.software = "test/1";
  return status;
}

struct Published {
  std::string topic;
  std::string body;
};

class BrokerHarness : public PeerNames {
 public:
  explicit BrokerHarness(BrokerConfig config = {}) : broker_(with_session(config), now_) {}

  std::string_view peer_of(std::size_t index) const override {
    return index < peers_.size() ? std::string_view(peers_[index]) : std::string_view();
  }

  std::string_view token_of(std::size_t) const override { return token; }
  // With which key everything comes, and everybody asks.
  std::string token;
  Connection connection_of(std::size_t) const override { return connection; }
  ConnectionFacts facts_of(const Connection& of) const override {
    return of == connection ? facts : ConnectionFacts{};
  }
  // Over which connection everything comes, and what is known of it when somebody asks.
  Connection connection{5, 4711};
  ConnectionFacts facts;

  // Puts an announcement into the next turn's inbox.
  void arrive(std::string topic, std::string body, std::string peer = "10.0.0.1",
              std::uint32_t frames = 2) {
    arrived_.emplace_back(std::move(topic), std::move(body));
    frames_.push_back(frames);
    peers_.push_back(std::move(peer));
  }
  void status(const std::string& node, const Status& status, std::string peer = "10.0.0.1") {
    arrive("status." + node, encoded(status), std::move(peer));
  }
  void blocks(const std::string& node, const Blocks& blocks) {
    arrive("blocks." + node, encoded(blocks));
  }
  void leave(const std::string& node, std::uint64_t session, std::uint64_t seq,
             std::string reason = "maintenance") {
    Leave leave;
    leave.header.session = session;
    leave.header.seq = seq;
    leave.reason = std::move(reason);
    arrive("leave." + node, encoded(leave));
  }

  // One turn, `ms` later than the last; much later than promised, it looks like a pause.
  void step(std::int64_t ms = 0, bool drained = true) {
    ++turns;
    now_.steady_ms += ms;
    now_.wall_ms += ms;
    std::vector<Announcement> announcements;
    for (std::size_t i = 0; i < arrived_.size(); ++i) {
      announcements.push_back({arrived_[i].first, arrived_[i].second, frames_[i]});
    }
    broker_.step(now_, {announcements, requests_, drained, store}, *this, outbox_);
    for (const Outbox::Publication& it : outbox_.feed()) {
      if (it.announcement == Outbox::Publication::kOwn) {
        feed.push_back({std::string(outbox_.topic_of(it)), std::string(outbox_.body_of(it))});
      } else {
        feed.push_back({arrived_[it.announcement].first, arrived_[it.announcement].second});
      }
    }
    for (const Line& line : outbox_.lines) lines.push_back(line);
    for (QueryReply& reply : outbox_.replies) replies.push_back(std::move(reply));
    arrived_.clear();
    frames_.clear();
    peers_.clear();
    requests_.clear();
  }

  // What a store says of itself; null: there is none.
  const StoreReport* store = nullptr;
  // What the last turn wanted done.
  const Outbox& outbox() const { return outbox_; }

  // Time passes as it does in the duty cycle: the broker wakes when it said it would.
  void run_for(std::int64_t ms) {
    const std::int64_t until_ms = now_.steady_ms + ms;
    while (now_.steady_ms < until_ms) {
      const std::int64_t wake_ms = std::max(outbox_.wake_at_ms, now_.steady_ms + 1);
      step(std::min(wake_ms, until_ms) - now_.steady_ms);
    }
  }

  void request(std::string body, std::uint32_t frames = 1) {
    request_bodies_.push_back(std::move(body));
    requests_.push_back({Route{"client", "", false}, request_bodies_.back(), frames, token});
  }
  nlohmann::json ask(nlohmann::json query) {
    query["v"] = 1;
    if (!query.contains("id")) query["id"] = 1;
    const auto bytes = nlohmann::json::to_msgpack(query);
    replies.clear();
    request(std::string(bytes.begin(), bytes.end()));
    do step();
    while (replies.empty());
    return parsed(replies.front().body.view());
  }
  nlohmann::json result(nlohmann::json query) { return ask(std::move(query)).at("result"); }

  // Bodies of what was published on topics that begin with `prefix`.
  std::vector<nlohmann::json> published(std::string_view prefix) const {
    std::vector<nlohmann::json> bodies;
    for (const Published& it : feed) {
      if (it.topic.starts_with(prefix)) bodies.push_back(parsed(it.body));
    }
    return bodies;
  }
  std::vector<std::string> topics() const {
    std::vector<std::string> all;
    for (const Published& it : feed) all.push_back(it.topic);
    return all;
  }

  Broker& broker() { return broker_; }
  Now now() const { return now_; }
  void move_wall_clock(std::int64_t ms) { now_.wall_ms += ms; }
  // The process did not run for this long.
  void pause(std::int64_t ms) {
    now_.steady_ms += ms;
    now_.wall_ms += ms;
  }

  std::vector<Published> feed;  // everything so far
  std::vector<Line> lines;
  std::vector<QueryReply> replies;
  std::size_t turns = 0;

 private:
  static BrokerConfig with_session(BrokerConfig config) {
    config.session = 77;
    return config;
  }

  Now now_{1'000'000, 1'700'000'000'000};
  std::vector<std::pair<std::string, std::string>> arrived_;
  std::vector<std::uint32_t> frames_;
  std::vector<std::string> peers_;
  std::deque<std::string> request_bodies_;
  std::vector<RawQuery> requests_;
  Outbox outbox_;
  Broker broker_;
};

}  // namespace rollcall
