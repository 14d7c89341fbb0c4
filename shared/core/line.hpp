// One line of a program's story, as data: written for people as an icon and a sentence, for
// machines as an event with fields. Logic makes lines; io/log writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rollcall {

enum class Level : std::uint8_t { kInfo, kWarning, kError };

struct Line {
  using Value = std::variant<std::string, std::uint64_t, double>;

  Level level = Level::kInfo;
  std::string icon;   // "📱"; for people only
  std::string event;  // "joined"; for machines only
  std::string text;   // what happened; anything from outside in it is escaped already
  std::vector<std::pair<std::string, Value>> fields;  // for machines; not escaped
};

}  // namespace rollcall
