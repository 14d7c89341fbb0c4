// What the queries `guards` and `explain` answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/protocol/reader.hpp"

namespace rollcall {

struct GuardInfo {
  std::string guard;  // as it came
  std::string node;
  std::string domain;
  std::string why;            // the store takes nothing
  std::int64_t since_ms = 0;  // wall clock
  std::int64_t lasted_ms = 0;
  std::optional<std::int64_t> for_ms;  // nothing: until its cause is gone
  // What the kinds count; 0 where they do not.
  std::uint64_t lost = 0;
  std::uint64_t of = 0;
  std::uint64_t returns = 0;
  std::uint64_t rate_per_s = 0;
  std::uint64_t used = 0;
  std::uint64_t limit = 0;
};

struct GuardsPage {
  std::vector<GuardInfo> guards;
  std::uint64_t total = 0;  // of which `guards` may be the first
};
bool decode_guards_page(Bytes result, GuardsPage& page);

struct Finding {
  std::string rule;
  std::string value;
  std::string text;
  std::string clears;
  std::int64_t since_ms = 0;  // wall clock; 0: not known
};

struct Explanation {
  std::string node;
  std::string presence;
  std::vector<Finding> findings;
};
bool decode_explanation(Bytes result, Explanation& explanation);

}  // namespace rollcall
