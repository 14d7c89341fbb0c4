#pragma once

#include <string>
#include <string_view>

namespace rollcall {

// `text` from outside, made safe for a terminal or a log line: control characters, the C1 range,
// direction overrides and malformed UTF-8 appear as \n, \t, \x1b, \u202e …; at most `most_bytes`
// of output, and "…" where it was cut; no letter or escape is cut in two.
std::string escaped(std::string_view text, std::size_t most_bytes = 512);

}  // namespace rollcall
