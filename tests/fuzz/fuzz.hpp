// What every fuzzer begins with. A broken promise aborts, in libFuzzer's way and in ours.
#pragma once

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

}  // namespace rollcall
