// When a broker that ended is started again, and whether in safe mode.
#pragma once

#include <cstdint>
#include <deque>

#include "broker/strain/strain.hpp"

namespace rollcall {

// How a run ended that was not meant to.
enum class Ending : std::uint8_t {
  kCrash,    // by a signal, or with a code that it never returns itself
  kFailure,  // it said why, and returned 1: a port is taken, a key cannot be read
};

class Restarts {
 public:
  struct Next {
    std::int64_t pause_ms = 0;
    bool safe_mode = false;
  };

  // A run that began at `began_ms` ended just now (steady clock, both).
  Next after(Ending ending, std::int64_t began_ms, std::int64_t now_ms);

  std::uint64_t count() const { return count_; }  // of restarts

 private:
  std::deque<std::int64_t> crashes_ms_;  // those of the last minute
  std::uint64_t count_ = 0;
  std::int64_t pause_ms_ = 0;
  bool in_safe_mode_ = false;
};

}  // namespace rollcall
