#include "shared/core/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rollcall {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out += static_cast<char>(value);
  return out;
}

// The definition itself, slow and plain: what is_utf8 must agree with.
bool encodes(std::uint32_t c, std::string& out) {
  out.clear();
  if (c >= 0xD800 && c <= 0xDFFF) return false;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80u | ((c >> shift) & 0x3Fu)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0u | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0u | (c >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0u | (c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
  return true;
}

TEST(Utf8, TakesEveryCodePointAndNoPartOfOne) {
  std::string text;
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (!encodes(c, text)) continue;
    ASSERT_TRUE(is_utf8(text)) << c;
    ASSERT_EQ(utf8_prefix_length(text), text.size()) << c;
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
      ASSERT_FALSE(is_utf8(std::string_view(text).substr(0, cut))) << c;
      ASSERT_FALSE(is_utf8(std::string_view(text).substr(cut))) << c;
    }
  }
}

TEST(Utf8, RefusesWhatRfc3629Excludes) {
  EXPECT_FALSE(is_utf8(bytes({0xC0, 0x80})));              // overlong NUL
  EXPECT_FALSE(is_utf8(bytes({0xC1, 0xBF})));              // overlong ASCII
  EXPECT_FALSE(is_utf8(bytes({0xE0, 0x9F, 0xBF})));        // overlong, three bytes
  EXPECT_FALSE(is_utf8(bytes({0xF0, 0x8F, 0xBF, 0xBF})));  // overlong, four bytes
  EXPECT_FALSE(is_utf8(bytes({0xED, 0xA0, 0x80})));        // a surrogate
  EXPECT_FALSE(is_utf8(bytes({0xF4, 0x90, 0x80, 0x80})));  // above U+10FFFF
  EXPECT_FALSE(is_utf8(bytes({0xF5, 0x80, 0x80, 0x80})));
  EXPECT_FALSE(is_utf8(bytes({0xFF})));
  EXPECT_FALSE(is_utf8(bytes({0x80})));
}

TEST(Utf8, LooksAtEveryPositionOfLongText) {
  for (std::size_t length = 0; length < 40; ++length) {
    std::string text(length, 'a');
    EXPECT_TRUE(is_utf8(text));
    for (std::size_t i = 0; i < length; ++i) {
      text[i] = static_cast<char>(0x80);
      EXPECT_FALSE(is_utf8(text)) << length << " " << i;
      text[i] = 'a';
    }
  }
}

TEST(Utf8, PrefixLengthOfNothingAndOfRubbishIsZero) {
  EXPECT_EQ(utf8_prefix_length(""), 0u);
  EXPECT_EQ(utf8_prefix_length(bytes({0xE2, 0x82})), 0u);
  EXPECT_EQ(utf8_prefix_length("€uro"), 3u);
}

}  // namespace
}  // namespace rollcall
