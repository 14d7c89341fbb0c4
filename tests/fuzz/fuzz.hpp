// What every fuzzer begins with. A broken promise aborts, in libFuzzer's way and in ours.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shared/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace rollcall {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// True where `part` lies within `whole`: decoded views must point into their frame.
inline bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// Cuts an input into the parts that a fuzzer of many messages needs; short input gives short parts,
// so every input is a valid one.
class Pieces {
 public:
  explicit Pieces(std::string_view input) : rest_(input) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    const std::string_view one = take(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
  }
  std::uint16_t two_bytes() {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8u | byte());
  }
  // Text with its length before it, in one byte or in two.
  std::string_view short_text() { return take(byte()); }
  std::string_view long_text() { return take(two_bytes()); }

 private:
  std::string_view take(std::size_t length) {
    const std::string_view part = rest_.substr(0, std::min(length, rest_.size()));
    rest_.remove_prefix(part.size());
    return part;
  }

  std::string_view rest_;
};

}  // namespace rollcall
