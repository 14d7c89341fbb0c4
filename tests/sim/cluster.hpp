// A whole cluster in one thread, from one seed: real announcers, a real broker and a real client
// picture, joined by a network that loses, delays, repeats and partitions, in a world whose clock
// the test moves. Machines crash, leave and restart; the broker stalls and restarts. After every
// turn of the broker its invariants are checked against the reference model.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/announce/announcer.hpp"
#include "broker/broker.hpp"
#include "shared/client/picture.hpp"
#include "shared/core/random.hpp"
#include "tests/agent/announce/fake_source.hpp"
#include "tests/sim/reference_model.hpp"

namespace rollcall {

struct ClusterOptions {
  std::uint64_t seed = 1;
  std::size_t agents = 200;
  double loss = 0.02;    // of messages, in any direction
  double repeat = 0.01;  // of announcements
  std::int64_t most_delay_ms = 300;
  double trouble = 0.02;  // chance per agent and ten seconds of a crash, a partition or a leave
};

class Cluster : public PeerNames {
 public:
  explicit Cluster(ClusterOptions options);

  void run_for(std::int64_t ms);
  // From now on nothing goes wrong, and what was wrong heals.
  void calm();
  // Everyone who is up is present and in step, nobody else is listed, and the picture of a
  // subscriber equals the registry.
  void expect_all_well() const;

  struct Seen {
    std::map<std::string, std::uint64_t> events;  // by kind
    std::uint64_t refused = 0;
    std::uint64_t broker_restarts = 0;
    std::uint64_t broker_stalls = 0;
  };
  const Seen& seen() const { return seen_; }
  std::string_view peer_of(std::size_t) const override { return "10.0.0.1"; }

 private:
  enum class Place : std::uint8_t { kBroker, kAgent, kPictureFeed, kPictureReply, kDesk };
  struct Packet {
    Place to = Place::kBroker;
    std::size_t agent = 0;
    std::uint64_t epoch = 0;  // the run of the broker that it was sent to, or by
    std::string topic;
    std::string body;
  };
  struct Agent {
    std::string id;
    FakeSource* source = nullptr;
    std::unique_ptr<Announcer> announcer;
    AgentOutbox outbox;
    bool up = false;
    bool connected = false;
    std::int64_t change_at_ms = kNever;  // when it comes back, or its connection does
    std::int64_t last_arrival_ms = 0;    // a connection keeps the order
  };

  void start_agent(std::size_t index);
  void stop_agent(std::size_t index, bool says_leave);
  void set_connected(std::size_t index, bool connected);
  void step_agent(std::size_t index, const std::vector<AgentInbox::LinkEvent>& links,
                  const std::vector<Command>& commands);
  void send_announcements(std::size_t index);

  void start_broker();
  void step_broker();
  void judge_announcement(const Packet& packet, bool forwarded);
  void on_event(const std::string& body);
  void publish(const std::string& topic, const std::string& body);
  void step_picture();

  void stir();
  void stir_agent(std::size_t index);
  void put(std::int64_t delay_ms, Packet packet);
  void deliver();
  std::int64_t next_ms() const;
  void check_invariants() const;
  std::int64_t attended_ms() const { return now_.steady_ms - unattended_ms_; }

  ClusterOptions options_;
  Random random_;
  Now now_{1'000'000, 1'700'000'000'000};
  std::int64_t stir_at_ms_;
  bool calm_ = false;

  std::vector<Agent> agents_;
  std::multimap<std::int64_t, Packet> network_;

  std::unique_ptr<Broker> broker_;
  std::unique_ptr<ReferenceModel> model_;
  Outbox outbox_;
  std::uint64_t epoch_ = 0;
  std::uint64_t last_event_ = 0;  // of this run of the broker
  std::int64_t stalled_until_ms_ = 0;
  std::int64_t settled_at_ms_ = 0;  // when it is over the latest stall
  std::int64_t unattended_ms_ = 0;  // time in which the broker did not run
  std::vector<Packet> arrived_;     // announcements waiting in the broker's socket
  std::vector<Packet> asked_;

  Picture picture_{PictureOptions{}};
  std::vector<Packet> for_picture_;
  std::map<std::uint64_t, std::int64_t> questions_;  // id → when it times out
  Seen seen_;
};

}  // namespace rollcall
