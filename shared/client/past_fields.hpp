// What the decoders of shared/client/past.hpp share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/client/named.hpp"
#include "shared/client/past.hpp"

namespace rollcall {

// Nil where there is none.
inline bool read_optional_ms(Reader& reader, std::optional<std::int64_t>& out) {
  std::int64_t value = 0;
  if (reader.take_nil()) return true;
  if (!read_ms(reader, value)) return false;
  out = value;
  return true;
}

inline bool read_optional_text(Reader& reader, std::string& out) {
  return reader.take_nil() || read_text(reader, out);
}

// Reads an array of at most `most` items, each by `read_one(reader, item)`; a longer one is
// refused.
template <typename T, typename ReadOne>
bool read_items(Reader& reader, std::vector<T>& out, std::size_t most, ReadOne&& read_one) {
  std::uint32_t items = 0;
  if (!reader.read_array(items)) return false;
  if (items > most) return reader.fail(Refusal::kOutOfRange);
  out.clear();
  for (std::uint32_t i = 0; i < items; ++i) {
    T item{};
    if (!read_one(reader, item)) return false;
    out.push_back(std::move(item));
  }
  return true;
}

inline bool read_used_total(Reader& reader, UsedTotal& out) {
  constexpr std::array<std::string_view, 2> kNames{"used", "total"};
  read_named(reader, kNames,
             [&](int i) { return reader.read_uint(i == 0 ? out.used : out.total); });
  return reader.ok();
}

inline bool read_labels(Reader& reader, Labels& out) {
  std::uint32_t pairs = 0;
  if (!reader.read_map(pairs)) return false;
  if (pairs > limits::kLabels) return reader.fail(Refusal::kOutOfRange);
  for (std::uint32_t i = 0; i < pairs; ++i) {
    std::string key;
    std::string value;
    if (!read_text(reader, key) || !read_text(reader, value)) return false;
    out.emplace_back(std::move(key), std::move(value));
  }
  return true;
}

// The end of every decoder: read to its end, and all of `required` was there.
inline bool is_whole(const Reader& reader, std::uint32_t seen, std::uint32_t required) {
  return reader.ok() && reader.at_end() && (seen & required) == required;
}

}  // namespace rollcall
