// msgpack as JSON text, for -o json: order kept, 64-bit integers exact, always valid JSON.
#pragma once

#include <string>

#include "shared/protocol/reader.hpp"

namespace rollcall {

// Appends one value. Malformed UTF-8 becomes U+FFFD, binary a text likewise, NaN and infinities
// null. False, with `out` as it was, where `value` is not exactly one msgpack value, nests deeper
// than a reply may, or has a map key that is not a text.
bool append_json(Bytes value, std::string& out);
// Appends the pairs of a map without the braces around them: "a":1,"b":2.
bool append_json_pairs(Bytes map, std::string& out);
// Appends a quoted text.
void append_json_text(std::string_view text, std::string& out);

}  // namespace rollcall
