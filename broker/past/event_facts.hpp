// What a stored event says, decoded in place. Bodies were written by this broker or by another
// version of it, and may come from a damaged file: nothing in them is trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "broker/past/sources.hpp"

namespace rollcall {

// Moments and lengths of time are kept so far from the ends of 64 bits that sums of a few fit.
inline constexpr std::int64_t kMostMs = INT64_MAX / 8;
// 0 to kMostMs.
std::int64_t sane_ms(std::int64_t ms);

// Absent numbers are 0 or nothing, absent texts empty. Views point into the body.
struct EventFacts {
  std::uint64_t session = 0;
  std::uint64_t previous = 0;  // session
  std::optional<std::int64_t> silent_for_ms;
  std::optional<std::int64_t> back_in_ms;
  std::optional<std::int64_t> until_ms;
  std::optional<std::int64_t> late_by_ms;
  std::string_view from;
  std::string_view to;
  std::string_view state;
  std::string_view peer;
  std::string_view reason;
  std::string_view by;
  std::string_view text;
  std::string_view verdict;
};

// Where the body is malformed in any way, it says nothing at all: false, and no facts.
bool read_facts(Bytes body, EventFacts& facts);

}  // namespace rollcall
