// How much memory a broker may come to hold, from what it is configured to allow; and what it may
// allow, from the memory that there is. So nobody learns of it in the hour when everything comes at
// once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "shared/core/limits.hpp"
#include "shared/core/result.hpp"

namespace rollcall {

struct Allowed {
  std::uint64_t nodes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t connections = 0;
};

struct MemoryBudget {
  // Measured (scripts/bench) and rounded up. A node with labels and a status of 214 bytes takes 280
  // bytes; its text grows with what it has to say, and half as much again is left for that.
  static constexpr std::uint64_t kNodeBytes = 420;
  // And its history, while there are not too many: its series, and what is not in the file yet.
  static constexpr std::uint64_t kHistoryBytes = 1400;
  // A block of the usual length of id: an entry of a hash table, its text and its share of buckets.
  static constexpr std::uint64_t kBlockBytes = 130;
  // What libzmq keeps for a connection that is read in time: its engine's buffers and two pipes.
  static constexpr std::uint64_t kConnectionBytes = 36 * 1024;
  // The programs' own, ten thousand events, one turn's announcements and replies.
  static constexpr std::uint64_t kBaseBytes = 64 * 1024 * 1024;

  std::uint64_t nodes_bytes = 0;
  std::uint64_t blocks_bytes = 0;
  std::uint64_t connections_bytes = 0;

  explicit MemoryBudget(const Allowed& allowed)
      : nodes_bytes(allowed.nodes * kNodeBytes +
                    std::min<std::uint64_t>(allowed.nodes, limits::kHistorySeries) * kHistoryBytes),
        blocks_bytes(allowed.blocks * kBlockBytes),
        connections_bytes(allowed.connections * kConnectionBytes) {}
  std::uint64_t total() const {
    return kBaseBytes + nodes_bytes + blocks_bytes + connections_bytes;
  }
};

// What the user said; nothing where it was left to us.
struct Asked {
  std::optional<std::uint64_t> nodes{};
  std::optional<std::uint64_t> blocks{};
  std::optional<std::uint64_t> connections{};
  std::optional<std::uint64_t> memory_bytes{};
};

// What the machine, or what holds us on it, has.
struct Resources {
  std::uint64_t memory_bytes = 0;  // 0: nobody knows
  std::uint64_t descriptors = 0;   // that one process may open
};

struct Fitted {
  Allowed allowed;
  std::uint64_t memory_bytes = 0;  // the limit; 0: none is known
  bool lowered = false;            // below the defaults, so as to fit
  // The least that is of use is more than a machine has that nobody chose for us: we start all the
  // same.
  bool too_small = false;
};

// What is allowed: all that was asked for, and of the rest as much as fits. An error where what was
// asked for does not fit, with what to lower.
Result<Fitted> fit(const Asked& asked, const Resources& there);

}  // namespace rollcall
