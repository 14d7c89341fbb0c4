// Messages as a broker makes them, for tests of its clients.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/announcement.hpp"

namespace rollcall::testing_wire {

struct NodeState {
  std::string node = "node-1";
  std::uint64_t session = 7;
  std::uint64_t seq = 1;
  std::uint64_t at_ms = 1000;
  State state = State::kHealthy;
  std::string presence = "present";
  std::uint64_t silent_for_ms = 0;
  std::uint64_t used = 50;
  std::vector<std::string> reasons = {};
  bool heard = true;
  bool flaps = false;
  std::string duty = "active";
  std::uint64_t until_ms = 0;    // of its order; by "op"
  std::uint64_t back_by_ms = 0;  // 0: not said
};

std::string status_body(const NodeState& state);
std::string record_of(const NodeState& state);
// `more`: further pairs, encoded, and how many.
std::string event_body(std::uint64_t seq, std::string_view kind, std::string_view node,
                       std::uint64_t at_ms = 1000, std::string_view more = {},
                       std::size_t more_pairs = 0);
std::string nodes_result(const std::vector<std::string>& records, std::string_view next = {});
std::string events_result(const std::vector<std::string>& events, std::uint64_t oldest,
                          std::uint64_t newest, std::uint64_t next = 0);
std::string summary_result(std::uint64_t nodes);
std::string ping_result();

struct AsOfValues {
  std::uint64_t broker = 99;
  std::uint64_t event_seq = 0;
  bool warming_up = false;
  std::optional<std::uint64_t> story = {};
  std::uint64_t resumed_at = 0;  // with `story`
  std::vector<std::string> holding = {};
};
std::string reply(std::uint64_t id, const AsOfValues& as_of, std::string_view result);
std::string error_reply(std::uint64_t id, std::string_view code, std::string_view message);

// What a request says; 0 and empty where it does not.
struct Asked {
  std::uint64_t id = 0;
  std::string op;
  std::string node;
  std::string after_text;
  std::string prefix;
  std::uint64_t after = 0;
  std::uint64_t limit = 0;
  std::uint64_t since = 0;
  std::uint64_t until = 0;
  std::uint64_t offset = 0;
  bool latest = false;
};
Asked parse_request(std::string_view body);

}  // namespace rollcall::testing_wire
