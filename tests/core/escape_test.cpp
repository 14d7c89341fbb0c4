#include "shared/core/escape.hpp"

#include <string>

#include <gtest/gtest.h>

#include "shared/core/random.hpp"
#include "shared/core/utf8.hpp"

namespace rollcall {
namespace {

TEST(Escape, LeavesReadableTextAlone) {
  EXPECT_EQ(escaped("node-1: 93 % voll, größer als 90 %, 日本 📱"),
            "node-1: 93 % voll, größer als 90 %, 日本 📱");
  EXPECT_EQ(escaped(""), "");
}

TEST(Escape, ShowsWhatWouldMoveTheCursor) {
  EXPECT_EQ(escaped("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(escaped("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(escaped(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(escaped("\x7f"), "\\x7f");
  EXPECT_EQ(escaped("\u0085"), "\\u0085");  // C1: next line
  EXPECT_EQ(escaped("\u009b"), "\\u009b");  // C1: CSI
}

TEST(Escape, ShowsWhatWouldReorderOrHideText) {
  EXPECT_EQ(escaped("\u202etxt.exe"), "\\u202etxt.exe");
  EXPECT_EQ(escaped("a\u200bb"), "a\\u200bb");
  EXPECT_EQ(escaped("\u2066x\u2069"), "\\u2066x\\u2069");
  EXPECT_EQ(escaped("\ufeff"), "\\ufeff");
}

TEST(Escape, ShowsMalformedUtf8ByteByByte) {
  EXPECT_EQ(escaped("a\xff\xc3z"), "a\\xff\\xc3z");
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(Escape, NeverExceedsItsLimitAndSaysWhereItCut) {
  EXPECT_EQ(escaped("abcdef", 6), "abcdef");
  EXPECT_EQ(escaped("abcdefg", 6), "abcdef…");
  EXPECT_EQ(escaped("abcde\x1b", 6), "abcde…");  // an escape is not cut in two
  EXPECT_EQ(escaped("abcdé", 5), "abcd…");       // nor is a letter
  EXPECT_EQ(escaped("abc", 0), "…");
}

TEST(Escape, OutputOfAnyBytesIsPrintableUtf8WithinTheLimit) {
  Random random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random.below(40), '\0');
    for (char& c : text) c = static_cast<char>(random.next());
    const std::string out = escaped(text, 32);
    ASSERT_TRUE(is_utf8(out));
    ASSERT_LE(out.size(), 32u + std::string_view("…").size());
    for (const char c : out) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
}

}  // namespace
}  // namespace rollcall
