#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rollcall {

// Length in bytes of the well-formed code point that `text` begins with; 0 where there is none.
std::size_t utf8_prefix_length(std::string_view text);

// True where every byte is below 0x80. Nearly all text on the wire is: eight bytes at a time, the
// last word overlapping the one before.
inline bool is_ascii(std::string_view text) {
  const auto load = [&](std::size_t at, auto word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    return std::uint64_t{word};
  };
  const std::size_t size = text.size();
  std::uint64_t bits = 0;
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) bits |= load(at, std::uint64_t{});
    bits |= load(size - 8, std::uint64_t{});
  } else if (size >= 4) {
    bits = load(0, std::uint32_t{}) | load(size - 4, std::uint32_t{});
  } else if (size != 0) {
    bits =
        load(0, std::uint8_t{}) | load(size / 2, std::uint8_t{}) | load(size - 1, std::uint8_t{});
  }
  return (bits & 0x8080808080808080u) == 0;
}

bool is_utf8_beyond_ascii(std::string_view text);

// True where `text` is well-formed UTF-8 (RFC 3629: shortest form, no surrogates, at most
// U+10FFFF).
inline bool is_utf8(std::string_view text) { return is_ascii(text) || is_utf8_beyond_ascii(text); }

}  // namespace rollcall
