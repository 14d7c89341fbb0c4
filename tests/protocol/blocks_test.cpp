#include <gtest/gtest.h>

#include "tests/protocol/samples.hpp"

namespace rollcall {
namespace {

Refusal with(std::string_view key, const std::string& value) {
  return judge_blocks(blocks_body().with(key, value).bytes());
}

std::string block(const std::string& id, std::uint64_t bytes) {
  return array({text(id), uint(bytes)});
}

// [P19] The keys of a change.
TEST(Blocks, SampleIsAcceptedAndReadAsItIs) {
  const std::string body = blocks_body().bytes();
  BlocksView view;
  ASSERT_EQ(decode_blocks(body, view), Refusal::kNone);
  EXPECT_EQ(why_invalid(view), Refusal::kNone);
  EXPECT_EQ(view.from, 1u);
  EXPECT_EQ(view.to, 2u);
  EXPECT_EQ(view.add_count, 1u);
  EXPECT_EQ(view.remove_count, 1u);
  for_each_added(view, [](const Block& added) {
    EXPECT_EQ(added.id, "a");
    EXPECT_EQ(added.bytes, 10u);
  });
  for_each_removed(view, [](std::string_view id) { EXPECT_EQ(id, "b"); });
}

TEST(Blocks, PartPartsAddAndRemoveMayBeAbsent) {
  const std::string body =
      blocks_body().without("part").without("parts").without("add").without("remove").bytes();
  BlocksView view;
  ASSERT_EQ(decode_blocks(body, view), Refusal::kNone);
  EXPECT_EQ(why_invalid(view), Refusal::kNone);
  EXPECT_EQ(view.part, 1u);
  EXPECT_EQ(view.parts, 1u);
  EXPECT_EQ(view.add_count + view.remove_count, 0u);
}

TEST(Blocks, RefusesWhenARequiredKeyIsMissingOrComesTwice) {
  for (const char* key : {"v", "session", "seq", "at", "from", "to"}) {
    EXPECT_EQ(judge_blocks(blocks_body().without(key).bytes()), Refusal::kMissingKey) << key;
    EXPECT_EQ(judge_blocks(blocks_body().again(key, uint(1)).bytes()), Refusal::kDuplicateKey)
        << key;
  }
  EXPECT_EQ(judge_blocks(blocks_body().again("add", array({})).bytes()), Refusal::kDuplicateKey);
}

// [P20] A whole set has no `from`, and removes nothing.
TEST(Blocks, AWholeSetHasNilAsFromAndRemovesNothing) {
  EXPECT_EQ(judge_blocks(blocks_body().with("from", nil()).with("remove", array({})).bytes()),
            Refusal::kNone);
  EXPECT_EQ(with("from", nil()), Refusal::kOutOfRange);
}

TEST(Blocks, BoundsItsParts) {
  const auto part_of = [](std::uint64_t part, std::uint64_t parts) {
    return judge_blocks(blocks_body().with("part", uint(part)).with("parts", uint(parts)).bytes());
  };
  EXPECT_EQ(part_of(0, 1), Refusal::kOutOfRange);
  EXPECT_EQ(part_of(2, 1), Refusal::kOutOfRange);
  EXPECT_EQ(part_of(1, 0), Refusal::kOutOfRange);
  EXPECT_EQ(part_of(65'536, 65'536), Refusal::kNone);
  EXPECT_EQ(part_of(1, 65'537), Refusal::kOutOfRange);
}

// [P21] Block ids.
TEST(Blocks, BoundsItsIds) {
  EXPECT_EQ(with("add", array({block(std::string(128, 'x'), 1)})), Refusal::kNone);
  EXPECT_EQ(with("add", array({block(std::string(129, 'x'), 1)})), Refusal::kOutOfRange);
  EXPECT_EQ(with("add", array({block("", 1)})), Refusal::kOutOfRange);
  EXPECT_EQ(with("remove", array({text("")})), Refusal::kOutOfRange);
  EXPECT_EQ(with("add", array({array({from_hex("a1 ff"), uint(1)})})), Refusal::kBadText);
  EXPECT_EQ(with("remove", array({from_hex("a1 ff")})), Refusal::kBadText);
}

TEST(Blocks, RefusesOtherTypes) {
  EXPECT_EQ(with("add", map({})), Refusal::kWrongType);
  EXPECT_EQ(with("add", array({text("a")})), Refusal::kWrongType);
  EXPECT_EQ(with("add", array({array({text("a")})})), Refusal::kWrongType);
  EXPECT_EQ(with("add", array({array({text("a"), uint(1), uint(1)})})), Refusal::kWrongType);
  EXPECT_EQ(with("add", array({array({uint(1), uint(1)})})), Refusal::kWrongType);
  EXPECT_EQ(with("add", array({array({text("a"), number(1.5)})})), Refusal::kWrongType);
  EXPECT_EQ(with("add", array({array({text("a"), from_hex("ff")})})), Refusal::kOutOfRange);
  EXPECT_EQ(with("remove", array({uint(1)})), Refusal::kWrongType);
  EXPECT_EQ(with("to", nil()), Refusal::kWrongType);
  EXPECT_EQ(with("from", text("1")), Refusal::kWrongType);
}

}  // namespace
}  // namespace rollcall
