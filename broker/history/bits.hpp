// Bits one behind the other, the highest of a value first; and numbers in them, most of which are
// small.
#pragma once

#include <bit>
#include <cstdint>
#include <string>

#include "shared/protocol/reader.hpp"

namespace rollcall {

// Residuals are written in Rice's code (R. F. Rice, "Some practical universal noiseless coding
// techniques", 1979): the value without its lowest `k` bits in unary, then these. Above kLongest
// ones the value comes whole, with its width before it: an outlier costs 80 bits, never 2^64.
inline constexpr unsigned kLongestUnary = 15;
inline constexpr unsigned kWidthBits = 6;

class BitWriter {
 public:
  explicit BitWriter(std::string& bytes) : bytes_(bytes) {}

  // The lowest `bits` of `value`, at most 64.
  void put(std::uint64_t value, unsigned bits) {
    if (bits > 32) {
      put(value >> 32, bits - 32);
      bits = 32;
    }
    if (bits == 0) return;
    held_ = held_ << bits | (value & ((std::uint64_t{1} << bits) - 1));
    count_ += bits;
    while (count_ >= 8) {
      count_ -= 8;
      bytes_.push_back(static_cast<char>(held_ >> count_ & 0xffu));
    }
  }
  // In groups of seven bits, each with whether another follows.
  void put_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) put((value & 0x7fu) | 0x80u, 8);
    put(value, 8);
  }
  void put_rice(std::uint64_t value, unsigned k) {
    const std::uint64_t quotient = value >> k;
    if (quotient < kLongestUnary) {
      const auto ones = static_cast<unsigned>(quotient);
      put((std::uint64_t{1} << (ones + 1)) - 2, ones + 1);
      put(value, k);
      return;
    }
    const auto width = static_cast<unsigned>(std::bit_width(value));
    put((std::uint64_t{1} << kLongestUnary) - 1, kLongestUnary);
    put(width - 1, kWidthBits);
    put(value, width);
  }
  // Fills the last byte with zeros.
  void finish() {
    if (count_ > 0) put(0, 8 - count_);
  }

 private:
  std::string& bytes_;
  std::uint64_t held_ = 0;
  unsigned count_ = 0;
};

// Reading behind the end gives zeros, and ok() is false from then on.
class BitReader {
 public:
  explicit BitReader(Bytes bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::uint64_t get(unsigned bits) {
    if (bits > 32) {
      const std::uint64_t high = get(bits - 32);
      return high << 32 | get(32);
    }
    while (count_ < bits) {
      ok_ = ok_ && at_ < bytes_.size();
      const unsigned char next = ok_ ? static_cast<unsigned char>(bytes_[at_++]) : 0;
      held_ = held_ << 8 | next;
      count_ += 8;
    }
    count_ -= bits;
    return held_ >> count_ & ((std::uint64_t{1} << bits) - 1);
  }
  std::uint64_t get_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t byte = get(8);
      value |= (byte & 0x7fu) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::uint64_t get_rice(unsigned k) {
    unsigned ones = 0;
    while (ones < kLongestUnary && get(1) == 1) ++ones;
    if (ones < kLongestUnary) return std::uint64_t{ones} << k | get(k);
    return get(static_cast<unsigned>(get(kWidthBits)) + 1);
  }
  // Whether all was read but the zeros that fill the last byte.
  bool is_finished() {
    return ok_ && at_ == bytes_.size() && (held_ & ((std::uint64_t{1} << count_) - 1)) == 0;
  }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  std::uint64_t held_ = 0;
  unsigned count_ = 0;
  bool ok_ = true;
};

}  // namespace rollcall
