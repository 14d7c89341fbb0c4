// A query as it was asked, decoded and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/past/question.hpp"
#include "shared/core/limits.hpp"
#include "shared/protocol/reader.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

using QueryFailure = PastFailure;

// Words of an enum, as bits; empty means any.
template <typename E>
struct WordSet {
  std::uint32_t bits = 0;
  bool allows(E word) const { return bits == 0 || (bits >> static_cast<unsigned>(word) & 1u) != 0; }
  void add(E word) { bits |= 1u << static_cast<unsigned>(word); }
};

struct QueryRequest {
  std::string id;  // as msgpack; echoed
  std::string op;
  std::string node;
  std::optional<GuardKind> guard;
  std::string domain;
  WordSet<State> states;
  WordSet<Presence> presences;
  WordSet<Duty> duties;
  WordSet<EventKind> kinds;
  std::vector<std::pair<std::string, std::string>> labels;  // all must match
  std::string prefix;
  std::string sort;
  std::size_t limit = limits::kPageMax;
  std::optional<std::string> after_text;
  std::optional<std::uint64_t> after_seq;
  // Of the past, and of orders.
  std::vector<std::string> nodes;
  std::optional<std::int64_t> since_ms;  // wall clock
  std::optional<std::int64_t> until_ms;
  std::optional<std::int64_t> time_ms;
  std::optional<std::int64_t> step_ms;
  std::optional<std::int64_t> late_after_ms;
  std::optional<std::int64_t> evict_after_ms;
  std::optional<std::int64_t> for_ms;
  std::vector<std::string> metrics;
  bool latest = false;
  std::string what;
  std::string by;
  std::string reason;
  std::string text;
};

// Nothing where the request is well-formed; else what to answer. `request.id` is set as far as it
// could be read. Unknown keys are ignored.
std::optional<QueryFailure> decode_request(Bytes body, QueryRequest& request);

// The id of a request that is refused for something else: its asker must still recognise the
// answer. Left as it is where none can be found, or one that is longer than a request may be.
void find_request_id(Bytes body, std::string& id);

}  // namespace rollcall
