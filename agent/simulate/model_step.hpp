// A simulated machine moves in steps of fixed length, so that what it does depends on the time that
// passed and not on how often it is looked at.
#pragma once

#include <cstdint>

namespace rollcall {

inline constexpr std::int64_t kModelStepMs = 10'000;

}  // namespace rollcall
