// One node's events, folded into what the node was from moment to moment. Fed in the order of the
// events' numbers, it hands on pieces of time in which nothing changed: in order, without gaps or
// overlaps, none of them empty, however the wall clock jumped.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "broker/past/event_facts.hpp"
#include "broker/past/sources.hpp"

namespace rollcall {

// What the registry said of it; kUnknown where there was no registry that knew it.
enum class Life : std::uint8_t { kPresent, kLate, kLeft, kEvicted, kUnknown };
std::string_view name_of(Life life);
Life life_of(Presence presence);

struct NodeThen {
  Life life = Life::kUnknown;
  // Nothing more was heard of it, also while it was not `late` yet.
  bool is_silent = false;
  bool said_goodbye = false;    // left, and perhaps evicted since
  std::int64_t back_by_ms = 0;  // it said so with its goodbye; 0: it did not
  std::optional<State> state;   // while it is listed
  std::uint64_t session = 0;    // while it is listed; 0: not known
  std::string peer;
  std::string reason;   // of a goodbye
  std::string verdict;  // of a silence
  Duty duty = Duty::kActive;
  std::string by;  // who gave the order of that duty
  std::string why;
  std::int64_t duty_until_ms = 0;  // 0: until an operator says otherwise
  std::int64_t duty_since_ms = 0;

  bool is_listed() const { return life != Life::kEvicted && life != Life::kUnknown; }
};

class NodeFold {
 public:
  using Visit = std::function<void(std::int64_t from_ms, std::int64_t to_ms, const NodeThen&)>;

  // Before `begin_ms` nothing is handed on, but events may be fed all the same.
  NodeFold(NodeThen at_first, std::int64_t first_ms, std::int64_t begin_ms, Visit visit);

  void add(const PastEvent& event);
  void add(EventKind kind, std::int64_t at_ms, const EventFacts& facts);
  // Nothing happens up to `at_ms` that was not told; a maintenance may end.
  void advance(std::int64_t at_ms);
  // It was heard at that moment, though no event says so.
  void hear(std::int64_t at_ms);

  const NodeThen& then() const { return then_; }
  std::int64_t now_ms() const { return now_ms_; }
  // Since when it has been silent; where it is not: now.
  std::int64_t silent_since_ms() const;

 private:
  void hand_on(std::int64_t to_ms);
  void fall_silent(EventKind kind, std::int64_t at_ms, const EventFacts& facts);
  void come_back();
  void obey(std::int64_t at_ms, const EventFacts& facts);
  void forget();

  NodeThen then_;
  std::int64_t now_ms_;
  std::int64_t begin_ms_;
  std::int64_t life_since_ms_;
  std::int64_t silent_since_ms_ = 0;
  Visit visit_;
};

}  // namespace rollcall
