// A check is for what cannot happen: it says where, and aborts, in every build type.
// For what can happen, see result.hpp.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace rollcall {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "rollcall: broken invariant at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace rollcall

#define ROLLCALL_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::rollcall::check_failed(#condition, __FILE__, __LINE__))
