// Reads msgpack where it lies: a cursor over one frame, no allocation, no copies, bounded depth.
//
// Why not the library's own parser: it builds an object tree, or calls back for each token; the
// decoders here want the next value of a known type, and must refuse what the library lets pass
// (trailing bytes, repeated keys, text that is not UTF-8). msgpack-cxx writes all that we send, and
// referees this reader in tests/fuzz.
//
// The first failure sticks: later reads do nothing and return false, so a decoder may read on and
// look once at the end.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "shared/core/utf8.hpp"
#include "shared/protocol/key_word.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

// Bytes of a message; a view, never an owner.
using Bytes = std::string_view;

//
// A reader whose address nobody takes lives in registers, which is most of its speed. So the common
// reads are inline, and the rest is done aside, on a copy.
class Reader {
 public:
  // `bytes` must outlive the reader and everything that it returns.
  explicit Reader(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return failure_ == Refusal::kNone; }
  Refusal failure() const { return failure_; }
  bool at_end() const { return at_ == end_; }
  const char* position() const { return at_; }

  // Marks the message as refused; returns false, so that decoders can `return reader.fail(…)`.
  bool fail(Refusal why) {
    if (ok()) failure_ = why;
    at_ = end_;
    return false;
  }

  bool read_map(std::uint32_t& pairs);
  bool read_array(std::uint32_t& items);
  // Any integer that is not negative, in any width.
  bool read_uint(std::uint64_t& value);
  // Any number; an integer is converted. NaN and infinities are out of range.
  bool read_number(double& value);
  bool read_bool(bool& value);
  // Well-formed UTF-8 only.
  bool read_string(std::string_view& value);
  // A string whose bytes are not looked at: for keys, most of which are known by comparing.
  bool read_key(std::string_view& key);
  // Takes the key if it is the next string; leaves anything else, and a key so close to the end
  // that it cannot have a value of use behind it.
  bool take_key(const KeyToken& key);
  // Takes a nil if there is one; leaves anything else.
  bool take_nil();
  // True where the next value is a string.
  bool next_is_string() const;

  // Passes over one value of any type with at most `containers` nested containers in it; strings
  // in it must be UTF-8. `raw`, if given, is where it lies.
  bool skip(int containers, Bytes* raw = nullptr) {
    return aside(&Reader::pass_over, containers, raw, true);
  }
  // The same for what nobody but its sender will read again: any well-formed msgpack.
  bool skip_opaque(int containers, Bytes* raw) {
    return aside(&Reader::pass_over, containers, raw, false);
  }

  // work(reader, arguments…) on a copy of this reader, which then stands where the copy does.
  template <typename Work, typename... Arguments>
  bool aside_by(Work&& work, Arguments&&... arguments) {
    Reader copy = *this;
    const bool done = work(copy, std::forward<Arguments>(arguments)...);
    *this = copy;
    return done;
  }

 private:
  template <typename... Parameters, typename... Arguments>
  bool aside(bool (Reader::*work)(Parameters...), Arguments&&... arguments) {
    Reader copy = *this;
    const bool done = (copy.*work)(std::forward<Arguments>(arguments)...);
    *this = copy;
    return done;
  }
  bool need(std::size_t bytes) {
    return static_cast<std::size_t>(end_ - at_) >= bytes || fail(Refusal::kMalformed);
  }
  unsigned char peek() const { return static_cast<unsigned char>(*at_); }

  template <typename T>
  static T big_endian(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    if constexpr (sizeof(T) == 1) return value;
    if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
    if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
    if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
  }
  // After the tag byte: a value of type T; then the cursor stands behind it.
  template <typename T>
  bool take(T& value) {
    if (!need(1 + sizeof(T))) return false;
    value = big_endian<T>(at_ + 1);
    at_ += 1 + sizeof(T);
    return true;
  }
  template <typename T>
  bool take_as(std::uint64_t& value) {
    T narrow{};
    if (!take(narrow)) return false;
    value = narrow;
    return true;
  }
  template <typename T, typename Signed>
  bool take_signed(std::int64_t& value) {
    T narrow{};
    if (!take(narrow)) return false;
    value = static_cast<Signed>(narrow);
    return true;
  }
  // The next value is of another type than it should be; 0xc1 is of no type at all.
  bool fail_type() { return fail(peek() == 0xc1 ? Refusal::kMalformed : Refusal::kWrongType); }
  bool take_text(std::size_t header, std::size_t length, std::string_view& text) {
    if (!need(header + length)) return false;
    text = std::string_view(at_ + header, length);
    at_ += header + length;
    return true;
  }
  bool read_long_key(std::string_view& key);
  bool read_long_map(std::uint32_t& pairs);
  bool read_long_array(std::uint32_t& items);
  bool read_rare_uint(std::uint64_t& value);
  bool read_rare_number(double& value);
  bool read_signed(std::int64_t& value);
  bool pass_over(int containers, Bytes* raw, bool strict);
  bool pass_over_string(bool strict);
  bool pass_over_scalar(bool strict);
  bool is_sound_extension();
  bool pass_over_bytes(std::size_t count);
  bool pass_over_sized(std::size_t length_bytes, std::size_t extra);

  const char* at_;
  const char* end_;
  Refusal failure_ = Refusal::kNone;
};

static_assert(std::endian::native == std::endian::little, "Reader swaps bytes for little endian");

inline bool Reader::read_uint(std::uint64_t& value) {
  if (!need(1)) return false;
  const unsigned char tag = peek();
  if (tag < 0x80) {
    value = tag;
    ++at_;
    return true;
  }
  // The four widths in one, without a branch for each: which it is changes from node to node.
  const bool is_wide = (tag & 0xfcu) == 0xccu;
  if (!is_wide || end_ - at_ < 9) [[unlikely]]
    return aside(&Reader::read_rare_uint, value);
  const unsigned width = 1u << (tag & 3u);
  value = big_endian<std::uint64_t>(at_ + 1) >> (64 - 8 * width);
  at_ += 1 + width;
  return true;
}

inline bool Reader::read_number(double& value) {
  if (end_ - at_ < 9 || peek() != 0xcb) return aside(&Reader::read_rare_number, value);
  value = std::bit_cast<double>(big_endian<std::uint64_t>(at_ + 1));
  at_ += 9;
  return std::isfinite(value) || fail(Refusal::kOutOfRange);
}

inline bool Reader::read_map(std::uint32_t& pairs) {
  if (at_ == end_ || (peek() & 0xf0u) != 0x80u) return aside(&Reader::read_long_map, pairs);
  pairs = peek() & 0x0fu;
  ++at_;
  return true;
}

inline bool Reader::read_array(std::uint32_t& items) {
  if (at_ == end_ || (peek() & 0xf0u) != 0x90u) return aside(&Reader::read_long_array, items);
  items = peek() & 0x0fu;
  ++at_;
  return true;
}

inline bool Reader::read_key(std::string_view& key) {
  if (!need(1)) return false;
  const unsigned char tag = peek();
  if ((tag & 0xe0u) == 0xa0u) [[likely]]
    return take_text(1, tag & 0x1fu, key);
  return aside(&Reader::read_long_key, key);
}

inline bool Reader::take_key(const KeyToken& key) {
  constexpr std::ptrdiff_t kLookedAt = 16;
  if (end_ - at_ < kLookedAt) return false;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::memcpy(&first, at_, sizeof first);
  if ((first & key.first_mask) != key.first) return false;
  if (key.bytes > sizeof first) {
    std::memcpy(&last, at_ + key.bytes - sizeof last, sizeof last);
    if (last != key.last) return false;
  }
  at_ += key.bytes;
  return true;
}

inline bool Reader::read_string(std::string_view& value) {
  return read_key(value) && (is_utf8(value) || fail(Refusal::kBadText));
}

}  // namespace rollcall
