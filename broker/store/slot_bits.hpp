// A set of slots that costs a bit each, so that marking one again and again costs nothing: of a
// node that changes faster than the store takes it in, only the newest is taken.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "broker/registry/deadline_wheel.hpp"

namespace rollcall {

class SlotBits {
 public:
  // From then on slots below `slots` can be marked; of others nothing is noted.
  void make_room(std::size_t slots) {
    const std::size_t words = (slots + 63) / 64;
    if (words > words_.size()) words_.resize(std::max(words, 2 * words_.size()));
  }
  void mark(Slot slot) {
    if (slot / 64 < words_.size()) words_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }
  void clear(Slot slot) {
    if (slot / 64 < words_.size()) words_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  }

  // Calls take(slot) for marked slots from `cursor` on, unmarking each once it returned true; ends
  // where it returns false. True where the end was reached; `cursor` is then 0 again.
  template <typename Take>
  bool drain(std::size_t& cursor, Take&& take) {
    for (; cursor < words_.size(); ++cursor) {
      while (words_[cursor] != 0) {
        const auto bit = static_cast<unsigned>(std::countr_zero(words_[cursor]));
        if (!take(static_cast<Slot>(cursor * 64 + bit))) return false;
        words_[cursor] &= words_[cursor] - 1;
      }
    }
    cursor = 0;
    return true;
  }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace rollcall
