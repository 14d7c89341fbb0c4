#include "shared/protocol/reader.hpp"

#include <algorithm>
#include <array>

namespace rollcall {

bool Reader::read_long_key(std::string_view& key) {
  const unsigned char tag = peek();
  std::size_t length_bytes = 0;
  switch (tag) {
    case 0xd9: length_bytes = 1; break;
    case 0xda: length_bytes = 2; break;
    case 0xdb: length_bytes = 4; break;
    default: return fail_type();
  }
  if (!need(1 + length_bytes)) return false;
  std::size_t length = 0;
  if (length_bytes == 1) length = big_endian<std::uint8_t>(at_ + 1);
  if (length_bytes == 2) length = big_endian<std::uint16_t>(at_ + 1);
  if (length_bytes == 4) length = big_endian<std::uint32_t>(at_ + 1);
  return take_text(1 + length_bytes, length, key);
}

bool Reader::read_signed(std::int64_t& value) {
  const unsigned char tag = peek();
  if (tag >= 0xe0) {
    value = static_cast<signed char>(tag);
    ++at_;
    return true;
  }
  switch (tag) {
    case 0xd0: return take_signed<std::uint8_t, std::int8_t>(value);
    case 0xd1: return take_signed<std::uint16_t, std::int16_t>(value);
    case 0xd2: return take_signed<std::uint32_t, std::int32_t>(value);
    case 0xd3: return take_signed<std::uint64_t, std::int64_t>(value);
    default: return fail_type();
  }
}

// Numbers at the very end of a frame, and those that are encoded as signed.
bool Reader::read_rare_uint(std::uint64_t& value) {
  switch (peek()) {
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

bool Reader::read_rare_number(double& value) {
  if (!need(1)) return false;
  const unsigned char tag = peek();
  if (tag == 0xca) {
    std::uint32_t bits = 0;
    if (!take(bits)) return false;
    value = static_cast<double>(std::bit_cast<float>(bits));
  } else if (tag == 0xcb) {
    std::uint64_t bits = 0;
    if (!take(bits)) return false;
    value = std::bit_cast<double>(bits);
  } else if (tag >= 0xd0 && (tag <= 0xd3 || tag >= 0xe0)) {
    std::int64_t number = 0;
    if (!read_signed(number)) return false;
    value = static_cast<double>(number);
  } else {
    std::uint64_t number = 0;
    if (!read_uint(number)) return false;
    value = static_cast<double>(number);
  }
  return std::isfinite(value) || fail(Refusal::kOutOfRange);
}

bool Reader::read_bool(bool& value) {
  if (!need(1)) return false;
  const unsigned char tag = peek();
  if (tag != 0xc2 && tag != 0xc3) return fail_type();
  value = tag == 0xc3;
  ++at_;
  return true;
}

bool Reader::read_long_map(std::uint32_t& pairs) {
  if (!need(1)) return false;
  const unsigned char tag = peek();
  std::uint64_t count = 0;
  if (tag == 0xde) {
    if (!take_as<std::uint16_t>(count)) return false;
  } else if (tag == 0xdf) {
    if (!take_as<std::uint32_t>(count)) return false;
  } else {
    return fail_type();
  }
  pairs = static_cast<std::uint32_t>(count);
  return true;
}

bool Reader::read_long_array(std::uint32_t& items) {
  if (!need(1)) return false;
  const unsigned char tag = peek();
  std::uint64_t count = 0;
  if (tag == 0xdc) {
    if (!take_as<std::uint16_t>(count)) return false;
  } else if (tag == 0xdd) {
    if (!take_as<std::uint32_t>(count)) return false;
  } else {
    return fail_type();
  }
  items = static_cast<std::uint32_t>(count);
  return true;
}

bool Reader::take_nil() {
  if (at_ == end_ || peek() != 0xc0) return false;
  ++at_;
  return true;
}

bool Reader::next_is_string() const {
  if (at_ == end_) return false;
  const unsigned char tag = peek();
  return (tag & 0xe0u) == 0xa0u || (tag >= 0xd9 && tag <= 0xdb);
}

bool Reader::pass_over_bytes(std::size_t count) {
  if (!need(count)) return false;
  at_ += count;
  return true;
}

// A tag, a length of `length_bytes`, `extra` bytes and as many bytes as the length says.
bool Reader::pass_over_sized(std::size_t length_bytes, std::size_t extra) {
  if (!need(1 + length_bytes)) return false;
  std::size_t length = 0;
  if (length_bytes == 1) length = big_endian<std::uint8_t>(at_ + 1);
  if (length_bytes == 2) length = big_endian<std::uint16_t>(at_ + 1);
  if (length_bytes == 4) length = big_endian<std::uint32_t>(at_ + 1);
  return pass_over_bytes(1 + length_bytes + extra + length);
}

// The extension -1 is a time. What is none makes some libraries refuse all that it stands in.
bool Reader::is_sound_extension() {
  std::size_t header = 2;
  std::size_t length = 0;
  switch (peek()) {
    case 0xd4: length = 1; break;
    case 0xd5: length = 2; break;
    case 0xd6: length = 4; break;
    case 0xd7: length = 8; break;
    case 0xd8: length = 16; break;
    case 0xc7: header = 3; break;
    case 0xc8: header = 4; break;
    case 0xc9: header = 6; break;
    default: return true;
  }
  if (!need(header)) return false;
  if (static_cast<signed char>(at_[header - 1]) != -1) return true;
  if (header == 3) length = big_endian<std::uint8_t>(at_ + 1);
  if (!need(header + length)) return false;
  const char* const data = at_ + header;
  constexpr std::uint64_t kNanosecondsMost = 999'999'999;
  bool sound = length == 4;
  if (length == 8) sound = big_endian<std::uint64_t>(data) >> 34 <= kNanosecondsMost;
  if (length == 12) sound = big_endian<std::uint32_t>(data) <= kNanosecondsMost;
  return sound || fail(Refusal::kOutOfRange);
}

// Anything but strings, arrays and maps.
bool Reader::pass_over_scalar(bool strict) {
  if (strict && !is_sound_extension()) return false;
  const unsigned char tag = peek();
  if (tag < 0x80 || tag >= 0xe0) return pass_over_bytes(1);
  switch (tag) {
    case 0xc0:
    case 0xc2:
    case 0xc3: return pass_over_bytes(1);
    case 0xc4: return pass_over_sized(1, 0);
    case 0xc5: return pass_over_sized(2, 0);
    case 0xc6: return pass_over_sized(4, 0);
    case 0xc7: return pass_over_sized(1, 1);
    case 0xc8: return pass_over_sized(2, 1);
    case 0xc9: return pass_over_sized(4, 1);
    case 0xcc:
    case 0xd0: return pass_over_bytes(2);
    case 0xcd:
    case 0xd1: return pass_over_bytes(3);
    case 0xca:
    case 0xce:
    case 0xd2: return pass_over_bytes(5);
    case 0xcb:
    case 0xcf:
    case 0xd3: return pass_over_bytes(9);
    case 0xd4: return pass_over_bytes(3);
    case 0xd5: return pass_over_bytes(4);
    case 0xd6: return pass_over_bytes(6);
    case 0xd7: return pass_over_bytes(10);
    case 0xd8: return pass_over_bytes(18);
    default: return fail(Refusal::kMalformed);  // 0xc1: never used
  }
}

bool Reader::pass_over_string(bool strict) {
  std::string_view text;
  return strict ? read_string(text) : read_key(text);
}

bool Reader::pass_over(int containers, Bytes* raw, bool strict) {
  constexpr int kDeepest = 16;
  struct Open {
    std::uint64_t left = 0;  // values still to pass
    bool is_map = false;
  };
  std::array<Open, kDeepest + 1> open{};  // containers, the outermost first
  containers = std::clamp(containers, 0, kDeepest);
  const char* const begin = at_;
  std::size_t depth = 0;
  open[0].left = 1;
  while (true) {
    while (open[depth].left == 0) {
      if (depth == 0) {
        if (raw != nullptr) *raw = Bytes(begin, static_cast<std::size_t>(at_ - begin));
        return true;
      }
      --depth;
    }
    const bool is_key = open[depth].is_map && open[depth].left % 2 == 0;
    --open[depth].left;
    if (!need(1)) return false;
    if (strict && is_key && !next_is_string()) return fail_type();
    const unsigned char tag = peek();
    const bool is_map = (tag & 0xf0u) == 0x80u || tag == 0xde || tag == 0xdf;
    const bool is_array = (tag & 0xf0u) == 0x90u || tag == 0xdc || tag == 0xdd;
    if (is_map || is_array) {
      if (depth == static_cast<std::size_t>(containers)) return fail(Refusal::kTooDeep);
      std::uint32_t count = 0;
      if (is_map ? !read_map(count) : !read_array(count)) return false;
      open[++depth] = {is_map ? std::uint64_t{count} * 2 : count, is_map};
    } else if (next_is_string()) {
      if (!pass_over_string(strict)) return false;
    } else if (!pass_over_scalar(strict)) {
      return false;
    }
  }
}

}  // namespace rollcall
