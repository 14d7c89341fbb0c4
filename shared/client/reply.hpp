// What a broker answers, decoded in place and never trusted: bounded, and garbage is told from
// answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/reader.hpp"

namespace rollcall {

// How good the broker's view is.
struct AsOf {
  std::uint64_t at_ms = 0;
  std::uint64_t broker = 0;  // the broker's session
  std::uint64_t uptime_s = 0;
  std::uint64_t event_seq = 0;  // the newest event that the answer takes into account
  double heard = 1;             // share of the known nodes that are present, 0 to 1
  bool warming_up = false;
  std::vector<std::string> holding = {};  // guards in force
  // The identity of its store, and the newest event that this held when the broker started; nothing
  // of a broker from before there were stores.
  std::optional<std::uint64_t> story = {};
  std::optional<std::uint64_t> resumed_at = {};
};

struct Reply {
  std::uint64_t id = 0;
  bool ok = false;
  AsOf as_of;
  Bytes result;     // a msgpack map, where ok; points into the frame
  Bytes as_of_raw;  // as it came
  std::string error_code;
  std::string error_message;
};

// False where the frame is not a reply of protocol version 1 with an id of ours.
bool decode_reply(Bytes frame, Reply& reply);

}  // namespace rollcall
