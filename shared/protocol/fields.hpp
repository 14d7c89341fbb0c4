// What the decoders of announcements share: a map is read key by key, each known key once.
#pragma once

#include <cstdint>
#include <string_view>

#include "shared/core/limits.hpp"
#include "shared/protocol/announcement.hpp"
#include "shared/protocol/key_word.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {

// Reads a map whose keys are strings. `field_of(key)` says which field a key is: an index below 32,
// or a negative number for an unknown key, whose value is passed over. `read(field)` reads its
// value. Returns the set of fields seen, as bits. `containers` may still nest below this map.
template <typename FieldOf, typename ReadField>
std::uint32_t read_fields(Reader& reader, int containers, std::uint32_t& pairs, FieldOf&& field_of,
                          ReadField&& read) {
  if (!reader.read_map(pairs)) return 0;
  return read_rest(reader, containers, pairs, 0, field_of, read);
}

// The same for the last `left` pairs of a map, the fields in `seen` having been read.
template <typename FieldOf, typename ReadField>
std::uint32_t read_rest(Reader& reader, int containers, std::uint32_t left, std::uint32_t seen,
                        FieldOf&& field_of, ReadField&& read) {
  for (; left > 0; --left) {
    std::string_view key;
    if (!reader.read_key(key)) return seen;
    const int field = field_of(key);
    if (field < 0) {
      if (!is_utf8(key)) {
        reader.fail(Refusal::kBadText);
        return seen;
      }
      if (!reader.skip(containers)) return seen;
      continue;
    }
    const std::uint32_t bit = 1u << static_cast<unsigned>(field);
    if ((seen & bit) != 0) {
      reader.fail(Refusal::kDuplicateKey);
      return seen;
    }
    seen |= bit;
    if (!read(field)) return seen;
  }
  return seen;
}

// The fields that every announcement has; a decoder's own fields count on from kHeaderFields.
enum HeaderField : int { kFieldVersion, kFieldSession, kFieldSeq, kFieldAt, kHeaderFields };
inline constexpr std::uint32_t kHeaderRequired = (1u << kHeaderFields) - 1;

inline int header_field_of(std::string_view key) {
  if (is_word(key, "v")) return kFieldVersion;
  if (is_word(key, "at")) return kFieldAt;
  if (is_word(key, "seq")) return kFieldSeq;
  if (is_word(key, "session")) return kFieldSession;
  return -1;
}

inline bool read_header_field(Reader& reader, int field, Header& header) {
  switch (field) {
    case kFieldVersion: return reader.read_uint(header.version);
    case kFieldSession: return reader.read_uint(header.session);
    case kFieldSeq: return reader.read_uint(header.seq);
    default: return reader.read_uint(header.at_ms);
  }
}

// The verdict on a body that was read to its end.
inline Refusal finish(const Reader& reader, std::uint32_t seen, std::uint32_t required) {
  if (!reader.ok()) return reader.failure();
  if (!reader.at_end()) return Refusal::kTrailingBytes;
  if ((seen & required) != required) return Refusal::kMissingKey;
  return Refusal::kNone;
}

inline Refusal why_invalid(const Header& header) {
  if (header.version != kProtocolVersion) return Refusal::kUnsupportedVersion;
  if (header.session == 0 || header.seq == 0) return Refusal::kOutOfRange;
  return Refusal::kNone;
}

// Bodies nest 8 deep: the body's own map is the first.
inline constexpr int kBelowBody = limits::kNestingDepth - 1;

}  // namespace rollcall
