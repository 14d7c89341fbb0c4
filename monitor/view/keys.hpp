// Keys as a terminal sends them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace rollcall {

enum class Key : std::uint8_t {
  kQuit,
  kUp,
  kDown,
  kPageUp,
  kPageDown,
  kHome,
  kEnd,
  kSort,
  kPause,
  kHelp,
  kOther,
};

// The keys in what was read at once. A lone escape character is the key of
// that name, which quits.
std::vector<Key> parse_keys(std::string_view bytes);

}  // namespace rollcall
