// The silences of a node within a range: those that events tell of, and shorter ones between two
// moments at which it was heard.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "broker/past/node_past.hpp"

namespace rollcall {

// What was said of a silence.
enum class Judgement : std::uint8_t { kUnnoticed, kLate, kEvicted };
std::string_view name_of(Judgement judgement);

struct Silence {
  enum class End : std::uint8_t {
    kSameSession,   // it was only not heard
    kOtherSession,  // it had died, and was started again
    kNone,          // it was silent up to the end of the range, or was forgotten
  };
  std::int64_t began_ms = 0;
  std::int64_t silent_for_ms = 0;  // in all; of one without an end: up to the end of the range
  std::optional<std::int64_t> noticed_after_ms;  // until `late`, or until it was evicted without
  Judgement was = Judgement::kUnnoticed;
  End end = End::kNone;
};

// Silences that events tell of, whose verdict lies in the range. Silence after a goodbye is none.
class SilenceFinder {
 public:
  // For NodePast::tell(); with the track of sessions.
  void on_event(const PastEvent& event, const EventFacts& facts, std::int64_t at_ms,
                const NodeFold& before);
  // What is open then has no end, unless the node was heard again at `heard_ms` (0: it was not).
  void finish(std::int64_t until_ms, std::int64_t heard_ms);

  const std::vector<Silence>& silences() const { return silences_; }
  // Whether a gap between two moments is of a silence that events tell of, or began with a goodbye.
  bool explains(std::int64_t from_ms, std::int64_t to_ms) const;
  // Whether another session began between the two.
  bool has_restart(std::int64_t from_ms, std::int64_t to_ms) const;

 private:
  void open(Judgement judgement, const EventFacts& facts, std::int64_t at_ms,
            const NodeFold& before);
  void close(std::int64_t silent_for_ms, Silence::End end);

  std::vector<Silence> silences_;
  bool is_open_ = false;
  std::uint64_t session_ = 0;  // that fell silent
  std::vector<std::int64_t> goodbyes_ms_;
  std::vector<std::int64_t> restarts_ms_;
};

}  // namespace rollcall
