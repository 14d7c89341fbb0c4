// The events of the cluster, numbered without a gap. The last limits::kEventsKept are kept in
// memory, for the query `events` and for the store, which keeps more of them and for longer.
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
  std::int64_t at_ms = 0;  // wall clock
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
  void append(EventKind kind, std::string_view node, std::int64_t at_ms, Bytes body);
  // Before the first event: what a store remembers of the last ones, rising; those behind the
  // last gap are kept. Numbers go on from the last of them, or from `newest` where that is higher.
  void resume(std::uint64_t newest, std::vector<KeptEvent> events);

  // Numbers go on above `seq`, and of what was before nothing is kept here.
  void skip_to(std::uint64_t seq);

  // Numbers of what is kept here; both 0 where nothing ever was. `oldest` is above `newest` where
  // only that is not kept.
  std::uint64_t oldest() const {
    if (ring_.empty() && newest_ == 0) return 0;
    return newest_ - ring_.size() + 1;
  }
  std::uint64_t newest() const { return newest_; }
  // `seq` must be within oldest() … newest().
  const KeptEvent& at(std::uint64_t seq) const { return ring_[(seq - first_) % most_]; }

  // Up to which number events may be told of: a store has them, or none is waited for.
  std::uint64_t told() const { return told_; }
  void set_told(std::uint64_t seq) { told_ = seq; }

 private:
  std::size_t most_;
  std::uint64_t newest_ = 0;
  std::uint64_t told_ = 0;
  std::uint64_t first_ = 1;  // that was kept here: it lies at the beginning
  std::vector<KeptEvent> ring_;
};

}  // namespace rollcall
