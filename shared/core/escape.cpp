#include "shared/core/escape.hpp"

#include <fmt/format.h>

#include "shared/core/utf8.hpp"

namespace rollcall {
namespace {

char32_t code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  switch (text.size()) {
    case 1: return byte(0);
    case 2: return ((byte(0) & 0x1Fu) << 6) | (byte(1) & 0x3Fu);
    case 3: return ((byte(0) & 0x0Fu) << 12) | ((byte(1) & 0x3Fu) << 6) | (byte(2) & 0x3Fu);
    default:
      return ((byte(0) & 0x07u) << 18) | ((byte(1) & 0x3Fu) << 12) | ((byte(2) & 0x3Fu) << 6) |
             (byte(3) & 0x3Fu);
  }
}

// Moves the cursor, hides text or reorders it.
bool is_unsafe(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

std::string escape_of(char32_t c) {
  switch (c) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
  }
  const auto number = static_cast<unsigned>(c);
  return c < 0x80 ? fmt::format("\\x{:02x}", number) : fmt::format("\\u{:04x}", number);
}

// What stands for the first code point, or malformed byte, of `text`, which is `length` bytes long.
std::string shown(std::string_view text, std::size_t& length) {
  length = utf8_prefix_length(text);
  if (length == 0) {
    length = 1;
    return fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
  }
  const std::string_view letter = text.substr(0, length);
  const char32_t c = code_point(letter);
  return is_unsafe(c) ? escape_of(c) : std::string(letter);
}

}  // namespace

std::string escaped(std::string_view text, std::size_t most_bytes) {
  std::string out;
  out.reserve(text.size() < most_bytes ? text.size() : most_bytes);
  while (!text.empty()) {
    std::size_t length = 0;
    const std::string piece = shown(text, length);
    if (out.size() + piece.size() > most_bytes) return out + "…";
    out += piece;
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace rollcall
