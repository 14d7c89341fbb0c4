// Writes lines to standard output from a thread of its own: a terminal that stands still (Ctrl-S, a
// full pipe) never stops the duty cycle. What does not fit the queue is dropped, oldest first, and
// counted.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "shared/core/line.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

enum class LogFormat : std::uint8_t { kText, kJson };

class Log {
 public:
  explicit Log(LogFormat format);
  // Writes what is queued, for half a second at most.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(Now now, const Line& line);
  // Lines dropped since the start.
  std::uint64_t dropped() const;

 private:
  struct Parts;
  LogFormat format_;
  std::unique_ptr<Parts> parts_;
};

// "{…}": the line as one JSON object.
std::string as_json(Now now, const Line& line);

}  // namespace rollcall
