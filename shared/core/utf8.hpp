#pragma once

#include <string_view>

namespace rollcall {

// True where `text` is well-formed UTF-8 (RFC 3629: shortest form, no surrogates, at most
// U+10FFFF).
bool is_utf8(std::string_view text);

// Length in bytes of the well-formed code point that `text` begins with; 0 where there is none.
std::size_t utf8_prefix_length(std::string_view text);

}  // namespace rollcall
