// Builds the questions about the past (docs/protocol.md, section 10).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/protocol/writer.hpp"

namespace rollcall {

// The arguments of all of them; what is empty or 0 is left out. Which an operation takes, the
// protocol says; the broker refuses what does not belong.
struct PastQuery {
  std::string_view op;  // history, timeline, at, forecast, backtest, availability, known, store
  std::string node;
  std::vector<std::string> nodes;
  std::optional<std::pair<std::string, std::string>> label;
  std::string by;
  std::string what;
  std::string prefix;
  std::vector<std::string> metrics;
  std::optional<std::int64_t> since_ms;  // wall clock
  std::optional<std::int64_t> until_ms;
  std::optional<std::int64_t> time_ms;
  std::int64_t step_ms = 0;
  std::int64_t late_after_ms = 0;
  std::int64_t evict_after_ms = 0;
  std::uint64_t limit = 0;
  std::string after;
};

void write_past_request(std::uint64_t id, const PastQuery& query, Buffer& out);

}  // namespace rollcall
