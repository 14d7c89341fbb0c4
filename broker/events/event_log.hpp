// The events of the cluster, numbered without a gap. The last limits::kEventsKept are kept for the
// query `events`. This is the memory that `--store none` has; it is where a durable store will
// hang.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/limits.hpp"
#include "shared/protocol/reader.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

struct KeptEvent {
  std::uint64_t seq = 0;
  EventKind kind = EventKind::kJoined;
  std::string node;
  std::string body;  // as published: msgpack
};

class EventLog {
 public:
  explicit EventLog(std::size_t most = limits::kEventsKept) : most_(most) {}

  // The number that the next event will have; the first is 1.
  std::uint64_t next_seq() const { return newest_ + 1; }
  // Keeps an event whose body carries next_seq(); drops the oldest where the log is full.
  void append(EventKind kind, std::string_view node, Bytes body);

  // Numbers of what is kept; both 0 where nothing ever was.
  std::uint64_t oldest() const { return newest_ - ring_.size() + (ring_.empty() ? 0 : 1); }
  std::uint64_t newest() const { return newest_; }
  // `seq` must be within oldest() … newest().
  const KeptEvent& at(std::uint64_t seq) const { return ring_[(seq - 1) % most_]; }

 private:
  std::size_t most_;
  std::uint64_t newest_ = 0;
  std::vector<KeptEvent> ring_;
};

}  // namespace rollcall
