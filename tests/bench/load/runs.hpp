// What the load program can do. Each prints one line of JSON and returns an exit code.
#pragma once

#include <cstdint>
#include <string>

#include "tests/bench/fleet.hpp"

namespace rollcall {

struct LoadSettings {
  std::string command;
  std::string system = "zmq";
  std::string endpoint;
  std::uint64_t nodes = 10'000;
  std::uint64_t rate = 0;  // announcements or queries per second; 0: as fast as it goes
  std::uint64_t burst = 1;
  std::uint64_t rounds = 0;  // of all nodes; 0: until the time is over
  std::uint64_t connections = 1;
  std::int64_t duration_ms = 5000;
  std::int64_t interval_ms = 10'000;
  std::string op = "summary";
  std::string prefix = "node";    // of the nodes' ids
  std::string topic = "status.";  // what subscribers want
  std::uint64_t skip = 0;         // deliveries before the rate is measured
  std::uint64_t most = 0;         // deliveries after which subscribers end; 0: by time alone
  std::string keys;               // a client's folder of keys (zmq); empty: in the clear
  bool in_order = false;
  bool stamped = false;  // bodies say when they were sent
};

FleetShape fleet_of(const LoadSettings& settings);

int publish(const LoadSettings& settings);
int publish_on_many(const LoadSettings& settings);
int subscribe(const LoadSettings& settings);
int ask(const LoadSettings& settings);

}  // namespace rollcall
