// Announcements of many nodes, ready to be taken in: for benchmarks that must not measure how they
// were made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/ingest/inbox.hpp"

namespace rollcall {

struct FleetShape {
  std::size_t nodes = 10'000;
  std::uint64_t seed = 7;  // mixes the order in which they announce; 0 keeps the order of ids
  std::int64_t interval_ms = 10'000;
  std::string prefix = "node";  // of the ids
  std::size_t bodies = 64;      // as many different ones
  std::uint64_t session = 0x9e3779b97f4a7c15;
};

class Fleet {
 public:
  // Every node announces once a round.
  explicit Fleet(const FleetShape& shape);

  // Replaces `batch` by the next `count` announcements, fewer at the end of a round. Views are
  // valid until the next call.
  void next(std::size_t count, std::vector<Announcement>& batch);
  std::size_t nodes() const { return nodes_; }
  std::string_view topic(std::size_t index) const;
  // A body as the nodes send it.
  const std::string& body() const { return bodies_.front(); }
  // A time of sending in a body, in place of the uptime; it fits wherever the body goes.
  static void stamp(std::string& body, std::uint64_t sent_ns);
  static std::uint64_t stamp_of(std::string_view body);

 private:
  void begin_round();

  std::size_t nodes_;
  std::size_t at_ = 0;
  std::uint32_t seq_ = 0;
  std::size_t topic_bytes_ = 0;      // all have the same length
  std::string topics_;               // in the order of announcing
  std::vector<std::string> bodies_;  // few enough to stay in the cache, as frames just received do
  std::vector<std::size_t> seq_at_;  // where in each body its seq stands
};

// A status like those of real nodes, of 214 bytes once encoded.
std::string typical_status_body(std::uint64_t seq, std::size_t variant, const FleetShape& shape);

}  // namespace rollcall
