#include "shared/io/entropy.hpp"

#include <sys/random.h>

#include "shared/core/check.hpp"

namespace rollcall {

std::uint64_t draw_session() {
  std::uint64_t value = 0;
  while (value == 0) {
    ROLLCALL_CHECK(getrandom(&value, sizeof value, 0) == static_cast<ssize_t>(sizeof value));
  }
  return value;
}

}  // namespace rollcall
