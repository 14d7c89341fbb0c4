// What the load program can do. Each prints one line of JSON and returns an exit code.
#pragma once

#include <cstdint>
#include <string>

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
  bool in_order = false;
  bool stamped = false;  // bodies say when they were sent
};

int publish(const LoadSettings& settings);
int publish_on_many(const LoadSettings& settings);
int subscribe(const LoadSettings& settings);
int ask(const LoadSettings& settings);

}  // namespace rollcall
