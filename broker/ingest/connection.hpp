// The connection that a node speaks over, and what the kernel knows of it: the evidence for why a
// node is silent.
#pragma once

#include <cstdint>

namespace rollcall {

// Names a connection while it lives. Descriptors are used again; the peer's port tells whether it
// is still the same.
struct Connection {
  std::int32_t descriptor = -1;  // -1: not known
  std::uint16_t port = 0;        // the peer's; 0 where it has none (ipc)
  bool operator==(const Connection&) const = default;
};

struct ConnectionFacts {
  enum class Is : std::uint8_t {
    kUnknown,  // nobody can say
    kGone,     // closed by now, by whomever
    kClosing,  // the peer closed it
    kOpen,
  };
  Is is = Is::kUnknown;
  std::int64_t acked_ago_ms = 0;        // open: since the peer's kernel last said anything
  std::uint32_t unanswered_probes = 0;  // open: keepalive probes without an answer
};

}  // namespace rollcall
