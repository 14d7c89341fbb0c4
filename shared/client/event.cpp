#include "shared/client/event.hpp"

#include <algorithm>

#include "shared/client/named.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kTexts = 32;
constexpr std::array<std::string_view, 31> kNames{
    "seq",     "at",      "kind",     "node",      "from",       "to",      "state",    "reason",
    "peer",    "by",      "reasons",  "addresses", "silent_for", "back_in", "session",  "software",
    "v",       "verdict", "incident", "guard",     "phase",      "domain",  "ended_by", "for",
    "late_by", "until",   "duty",     "text",      "why",        "file",    "lost"};

// A node may say any `back_in`: beyond all reason it counts as kMostMs, or whoever reads the event
// would miss it for a detail.
bool read_optional_ms(Reader& reader, std::optional<std::int64_t>& out) {
  if (reader.take_nil()) return true;
  std::uint64_t value = 0;
  if (!reader.read_uint(value)) return false;
  out = static_cast<std::int64_t>(std::min(value, kMostMs));
  return true;
}

bool read_optional_text(Reader& reader, std::string& out) {
  return reader.take_nil() || read_text(reader, out);
}

// A number (of nodes, in mass_loss), or {events, samples} that a store could not keep. What is
// neither does not cost the event.
bool read_lost(Reader& reader, Event& event) {
  Bytes raw;
  if (!reader.skip(limits::kNestingDepth, &raw)) return false;
  Reader number(raw);
  if (number.read_uint(event.lost)) return true;
  Reader counts(raw);
  constexpr std::array<std::string_view, 2> kLost{"events", "samples"};
  read_named(counts, kLost,
             [&](int i) { return counts.read_uint(i == 0 ? event.lost : event.lost_samples); });
  return true;
}

bool read_field(Reader& reader, int field, Event& event) {
  switch (field) {
    case 0: return reader.read_uint(event.seq);
    case 1: return read_ms(reader, event.at_ms);
    case 2: return read_text(reader, event.kind);
    case 3: return read_text(reader, event.node);
    case 4: return read_optional_text(reader, event.from);
    case 5: return read_optional_text(reader, event.to);
    case 6: return read_optional_text(reader, event.state);
    case 7: return read_optional_text(reader, event.reason);
    case 8: return read_optional_text(reader, event.peer);
    case 9: return read_optional_text(reader, event.by);
    case 10: return reader.take_nil() || read_texts(reader, event.reasons, kTexts);
    case 11: return reader.take_nil() || read_texts(reader, event.addresses, kTexts);
    case 12: return read_optional_ms(reader, event.silent_for_ms);
    case 13: return read_optional_ms(reader, event.back_in_ms);
    case 14: return reader.read_uint(event.session);
    case 15: return read_optional_text(reader, event.software);
    case 17: return read_optional_text(reader, event.verdict);
    case 18: return read_optional_text(reader, event.incident);
    case 19: return read_optional_text(reader, event.guard);
    case 20: return read_optional_text(reader, event.phase);
    case 21: return read_optional_text(reader, event.domain);
    case 22: return read_optional_text(reader, event.ended_by);
    case 23: return read_optional_ms(reader, event.for_ms);
    case 24: return read_optional_ms(reader, event.late_by_ms);
    case 25: return read_optional_ms(reader, event.until_ms);
    case 26: return read_optional_text(reader, event.duty);
    case 27: return read_optional_text(reader, event.text);
    case 28: return read_optional_text(reader, event.why);
    case 29: return read_optional_text(reader, event.file);
    case 30: return read_lost(reader, event);
    default: return reader.skip(limits::kNestingDepth);
  }
}

bool read_optional_uint(Reader& reader, std::uint64_t& out) {
  return reader.take_nil() || reader.read_uint(out);
}

}  // namespace

bool decode_event(Bytes raw, Event& event) {
  event = Event{};
  if (raw.size() > limits::kBodyBytes) return false;
  Reader reader(raw);
  const std::uint32_t seen =
      read_named(reader, kNames, [&](int field) { return read_field(reader, field, event); });
  event.known = from_name<EventKind>(event.kind);
  return reader.ok() && reader.at_end() && (seen & 0b1101u) == 0b1101u && event.seq != 0;
}

bool decode_events_page(Bytes result, EventsPage& page) {
  page = EventsPage{};
  Reader reader(result);
  Bytes list;
  constexpr std::array<std::string_view, 4> kPageNames{"events", "oldest", "newest", "next"};
  const std::uint32_t seen = read_named(reader, kPageNames, [&](int i) {
    switch (i) {
      case 0: return reader.skip(limits::kNestingDepth + 1, &list);
      case 1: return read_optional_uint(reader, page.oldest);
      case 2: return read_optional_uint(reader, page.newest);
      default: return reader.take_nil() || reader.read_uint(page.next.emplace());
    }
  });
  if (!reader.ok() || (seen & 1u) == 0) return false;
  return for_each_item(list, [&](Bytes raw) {
    Event event;
    if (page.events.size() >= limits::kPageMax) return false;
    if (decode_event(raw, event)) {
      page.events.push_back(std::move(event));
      page.raw.push_back(raw);
    } else {
      ++page.unreadable;
    }
    return true;
  });
}

}  // namespace rollcall
