// Reads a msgpack map by the names of its keys: each known key once, unknown ones passed over.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/limits.hpp"
#include "shared/protocol/fields.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {

// `read(i)` reads the value of names[i]; it returns false where it failed. Returns the set of names
// that were there, as bits. N is at most 32.
template <std::size_t N, typename Read>
std::uint32_t read_named(Reader& reader, const std::array<std::string_view, N>& names,
                         Read&& read) {
  static_assert(N <= 32);
  std::uint32_t pairs = 0;
  const auto index_of = [&](std::string_view key) {
    for (std::size_t i = 0; i < N; ++i) {
      if (key == names[i]) return static_cast<int>(i);
    }
    return -1;
  };
  return read_fields(reader, limits::kNestingDepth, pairs, index_of, read);
}

// Reads a list of texts; those beyond `most` are passed over.
inline bool read_texts(Reader& reader, std::vector<std::string>& out, std::size_t most) {
  std::uint32_t items = 0;
  if (!reader.read_array(items)) return false;
  std::string_view text;
  for (std::uint32_t i = 0; i < items; ++i) {
    if (!reader.read_string(text)) return false;
    if (out.size() < most) out.emplace_back(text);
  }
  return true;
}

inline bool read_text(Reader& reader, std::string& out) {
  std::string_view text;
  if (!reader.read_string(text)) return false;
  out = text;
  return true;
}

// Any two of these may be added to or taken from a clock without overflow.
inline constexpr std::uint64_t kMostMs = INT64_MAX / 4;

// A time or a duration; one above kMostMs is out of range.
inline bool read_ms(Reader& reader, std::int64_t& out) {
  std::uint64_t value = 0;
  if (!reader.read_uint(value)) return false;
  if (value > kMostMs) return reader.fail(Refusal::kOutOfRange);
  out = static_cast<std::int64_t>(value);
  return true;
}

// Calls `visit(raw)` for each item of an array, until it returns false.
template <typename Visit>
bool for_each_item(Bytes array, Visit&& visit) {
  Reader reader(array);
  std::uint32_t items = 0;
  if (!reader.read_array(items)) return false;
  for (std::uint32_t i = 0; i < items; ++i) {
    Bytes raw;
    if (!reader.skip(limits::kNestingDepth, &raw)) return false;
    if (!visit(raw)) return true;
  }
  return true;
}

}  // namespace rollcall
