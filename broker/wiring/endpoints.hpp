// Where the broker listens, and how much waits there: what its sockets are made from.
#pragma once

#include <cstdint>
#include <string>

namespace rollcall {

struct BrokerEndpoints {
  std::string announce = "tcp://127.0.0.1:8888";
  std::string query = "tcp://127.0.0.1:8889";
  std::string feed = "tcp://127.0.0.1:8890";
};

// How many messages wait, for each connection.
struct BrokerQueues {
  // Announcements that we have not read yet; then the agent's own queue fills. It decides how many
  // go through in a second: with 64 half as many as with 2000, for the two threads that share it
  // then wait for each other; beyond that there is no gain. libzmq pins 18 KB for each block that
  // it reads: 1 MB of a full queue of a connection that floods, and 36 MB of one whose messages
  // come one by one while we read none for hours.
  std::uint64_t announce = 2'000;
  // Messages for a subscriber that reads slowly; then it misses some.
  std::uint64_t feed = 10'000;
};

}  // namespace rollcall
