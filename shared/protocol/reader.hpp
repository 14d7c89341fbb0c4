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
#include <cstdint>
#include <cstring>
#include <string_view>

#include "shared/protocol/words.hpp"

namespace rollcall {

// Bytes of a message; a view, never an owner.
using Bytes = std::string_view;

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
  // Takes a nil if there is one; leaves anything else.
  bool take_nil();
  // True where the next value is a string.
  bool next_is_string() const;

  // Passes over one value of any type with at most `containers` nested containers in it; strings
  // in it must be UTF-8. `raw`, if given, is where it lies.
  bool skip(int containers, Bytes* raw = nullptr);

 private:
  bool need(std::size_t bytes) {
    return static_cast<std::size_t>(end_ - at_) >= bytes || fail(Refusal::kMalformed);
  }
  unsigned char peek() const { return static_cast<unsigned char>(*at_); }

  template <typename T>
  T big_endian(const char* from) const {
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
  bool take_text(std::size_t header, std::size_t length, std::string_view& value);
  bool read_string_slow(std::string_view& value);
  bool read_signed(std::int64_t& value);
  bool skip_scalar();
  bool is_sound_extension();
  bool skip_bytes(std::size_t count);
  bool skip_sized(std::size_t length_bytes, std::size_t extra);

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
  switch (tag) {
    case 0xcc: return take_as<std::uint8_t>(value);
    case 0xcd: return take_as<std::uint16_t>(value);
    case 0xce: return take_as<std::uint32_t>(value);
    case 0xcf: return take_as<std::uint64_t>(value);
    default: break;
  }
  std::int64_t number = 0;
  if (!read_signed(number)) return false;
  if (number < 0) return fail(Refusal::kOutOfRange);
  value = static_cast<std::uint64_t>(number);
  return true;
}

inline bool Reader::read_string(std::string_view& value) {
  if (!need(1)) return false;
  const unsigned char tag = peek();
  if ((tag & 0xe0u) == 0xa0u) return take_text(1, tag & 0x1fu, value);
  return read_string_slow(value);
}

}  // namespace rollcall
