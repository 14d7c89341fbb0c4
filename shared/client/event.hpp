// One event of a broker: from the feed, or from the query `events`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/reader.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

struct Event {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;
  std::string kind;                // as it came
  std::optional<EventKind> known;  // nothing where this version does not know the kind
  std::string node;
  // What the kinds add; empty or 0 where they do not.
  std::string from;
  std::string to;
  std::string state;
  std::string reason;
  std::string peer;
  std::string software;
  std::string by;
  std::string verdict;
  std::string incident;
  std::string guard;
  std::string phase;
  std::string domain;
  std::string ended_by;
  std::string duty;  // of a node of which an operator decided something
  std::string text;  // of a note
  std::string why;   // why the store takes nothing, or was set aside
  std::string file;  // where it was set aside
  std::vector<std::string> reasons;
  std::vector<std::string> addresses;
  std::optional<std::int64_t> silent_for_ms;
  std::optional<std::int64_t> back_in_ms;
  std::optional<std::int64_t> for_ms;      // guard: how long it will last
  std::optional<std::int64_t> late_by_ms;  // overdue
  std::optional<std::int64_t> until_ms;    // duty: a moment
  std::uint64_t session = 0;
  std::uint64_t lost = 0;          // nodes (mass_loss), or events that the store could not keep
  std::uint64_t lost_samples = 0;  // and samples
  std::string raw;                 // as it came; only where someone asked for it to be kept
};

// False where it is no event: `seq`, `kind` and `node` must be there.
bool decode_event(Bytes raw, Event& event);

struct EventsPage {
  std::vector<Event> events;
  std::vector<Bytes> raw;  // of each of `events`; points into the result
  std::uint64_t oldest = 0;
  std::uint64_t newest = 0;
  std::optional<std::uint64_t> next;  // nothing at the end
  std::uint64_t unreadable = 0;
};
bool decode_events_page(Bytes result, EventsPage& page);

}  // namespace rollcall
