#include "broker/past/event_facts.hpp"

#include <algorithm>
#include <array>

#include "shared/protocol/fields.hpp"

namespace rollcall {
namespace {

enum Field : int {
  kSession,
  kPrevious,
  kSilentFor,
  kBackIn,
  kUntil,
  kLateBy,
  kFrom,
  kTo,
  kState,
  kPeer,
  kReason,
  kBy,
  kText,
  kVerdict,
};

constexpr std::array<std::string_view, 14> kFieldNames{
    "session", "previous", "silent_for", "back_in", "until", "late_by", "from",
    "to",      "state",    "peer",       "reason",  "by",    "text",    "verdict"};

int field_of(std::string_view key) {
  const auto found = std::find(kFieldNames.begin(), kFieldNames.end(), key);
  return found == kFieldNames.end() ? -1 : static_cast<int>(found - kFieldNames.begin());
}

bool read_ms(Reader& reader, std::optional<std::int64_t>& ms) {
  std::uint64_t value = 0;
  if (!reader.read_uint(value)) return false;
  ms = static_cast<std::int64_t>(std::min(value, std::uint64_t{kMostMs}));
  return true;
}

bool read_field(Reader& reader, int field, EventFacts& facts) {
  switch (field) {
    case kSession: return reader.read_uint(facts.session);
    case kPrevious: return reader.read_uint(facts.previous);
    case kSilentFor: return read_ms(reader, facts.silent_for_ms);
    case kBackIn: return read_ms(reader, facts.back_in_ms);
    case kUntil: return read_ms(reader, facts.until_ms);
    case kLateBy: return read_ms(reader, facts.late_by_ms);
    case kFrom: return reader.read_string(facts.from);
    case kTo: return reader.read_string(facts.to);
    case kState: return reader.read_string(facts.state);
    case kPeer: return reader.read_string(facts.peer);
    case kReason: return reader.read_string(facts.reason);
    case kBy: return reader.read_string(facts.by);
    case kText: return reader.read_string(facts.text);
    default: return reader.read_string(facts.verdict);
  }
}

}  // namespace

std::int64_t sane_ms(std::int64_t ms) { return std::clamp<std::int64_t>(ms, 0, kMostMs); }

bool read_facts(Bytes body, EventFacts& facts) {
  facts = EventFacts{};
  Reader reader(body);
  std::uint32_t pairs = 0;
  read_fields(reader, kBelowBody, pairs, field_of, [&](int field) {
    // A later version may say as nothing what it does not know.
    return reader.take_nil() || read_field(reader, field, facts);
  });
  if (reader.ok() && reader.at_end()) return true;
  facts = EventFacts{};
  return false;
}

}  // namespace rollcall
