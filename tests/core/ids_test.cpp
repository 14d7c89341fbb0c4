#include "shared/core/ids.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rollcall {
namespace {

// [P1] A node id is 1 to 128 of a fixed set of bytes and begins with a letter or a digit.
TEST(NodeId, TakesWhatThePatternTakes) {
  EXPECT_TRUE(is_node_id("a"));
  EXPECT_TRUE(is_node_id("7"));
  EXPECT_TRUE(is_node_id("NODE-000001"));
  EXPECT_TRUE(is_node_id("host.example:8080_x-y"));
  EXPECT_TRUE(is_node_id(std::string(128, 'x')));
}

TEST(NodeId, RefusesAllElse) {
  EXPECT_FALSE(is_node_id(""));
  EXPECT_FALSE(is_node_id(std::string(129, 'x')));
  for (const char* bad : {".", "..", "-a", "_a", ":a", ".a", "a b", "a/b", "a\n", "é", "a\x1b",
                          "a%", "a*", "a\\", "a,b"}) {
    EXPECT_FALSE(is_node_id(bad)) << bad;
  }
  EXPECT_FALSE(is_node_id(std::string_view("a\0", 2)));
}

TEST(NodeId, AgreesWithThePatternForEveryByte) {
  const std::string others = "_.:-";
  for (int value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    EXPECT_EQ(is_node_id(std::string(1, c)), word) << value;
    EXPECT_EQ(is_node_id(std::string("x") + c), word || others.find(c) != std::string::npos)
        << value;
  }
}

// The reference values of XXH64 with seed 0; the digest of an inventory is made of them. [P23]
TEST(Hash, IsXxh64WithSeedZero) {
  EXPECT_EQ(hash_of(""), 0xEF46DB3751D8E999u);
  EXPECT_EQ(hash_of("a"), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(hash_of("abc"), 0x44BC2CF5AD770999u);
}

}  // namespace
}  // namespace rollcall
