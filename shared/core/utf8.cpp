#include "shared/core/utf8.hpp"

namespace rollcall {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; }

struct SecondByte {
  std::size_t length;
  unsigned char lowest;  // bounds of the second byte: they exclude overlong forms and surrogates
  unsigned char highest;
};

SecondByte expect_after(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

std::size_t utf8_prefix_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const SecondByte expected = expect_after(lead);
  if (expected.length == 0 || text.size() < expected.length) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  if (second < expected.lowest || second > expected.highest) return 0;
  for (std::size_t i = 2; i < expected.length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  return expected.length;
}

bool is_utf8_beyond_ascii(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_prefix_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace rollcall
