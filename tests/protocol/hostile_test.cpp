// What a broken or hostile peer sends: refused, at once, without taking memory.
#include <functional>

#include <gtest/gtest.h>
#include <malloc.h>

#include "shared/core/random.hpp"
#include "tests/protocol/samples.hpp"

namespace rollcall {
namespace {

using Judge = std::function<Refusal(const std::string&)>;

struct Kind {
  const char* name;
  Judge judge;
  std::vector<std::string> samples;
};

std::vector<Kind> kinds() {
  return {{"status",
           judge_status,
           {status_body().bytes(), golden("status_full"), golden("status_widths"),
            golden("status_future")}},
          {"blocks",
           judge_blocks,
           {blocks_body().bytes(), golden("blocks_change"), golden("blocks_whole")}},
          {"leave", judge_leave, {leave_body().bytes(), golden("leave")}}};
}

TEST(Hostile, EveryTruncationIsMalformed) {
  for (const Kind& kind : kinds()) {
    for (const std::string& sample : kind.samples) {
      for (std::size_t cut = 0; cut < sample.size(); ++cut) {
        EXPECT_EQ(kind.judge(sample.substr(0, cut)), Refusal::kMalformed)
            << kind.name << " " << cut;
      }
    }
  }
}

// [P4] One message, to the last byte.
TEST(Hostile, TrailingBytesAreRefused) {
  for (const Kind& kind : kinds()) {
    for (const std::string& sample : kind.samples) {
      EXPECT_EQ(kind.judge(sample + '\0'), Refusal::kTrailingBytes) << kind.name;
      EXPECT_EQ(kind.judge(sample + sample), Refusal::kTrailingBytes) << kind.name;
    }
  }
}

// Flips, cuts and splices: whatever is accepted, msgpack-cxx reads alike (see samples.cpp).
TEST(Hostile, MutationsNeverDivideUsFromTheReferee) {
  Random random(20);
  for (const Kind& kind : kinds()) {
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
      std::string body = kind.samples[random.below(kind.samples.size())];
      for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips) {
        body[random.below(body.size())] = static_cast<char>(random.next());
      }
      if (random.chance(0.1)) body.resize(random.below(body.size()));
      if (kind.judge(body) == Refusal::kNone) ++accepted;
    }
    EXPECT_GT(accepted, 100) << kind.name;
    EXPECT_LT(accepted, 20'000) << kind.name;
  }
}

// [P3] A claim costs nothing until its bytes are there.
TEST(Hostile, HugeClaimsTakeNoMemory) {
  for (const char* claim :
       {"dd ff ff ff ff", "df ff ff ff ff", "c6 ff ff ff ff", "db ff ff ff ff", "c9 ff ff ff ff"}) {
    const std::string bare = from_hex(claim);
    Body with_claim = status_body().with("future", bare);
    const std::string body = with_claim.bytes();
    const auto before = mallinfo2();
    StatusView status;
    BlocksView blocks;
    LeaveView leave;
    EXPECT_NE(decode_status(bare, status), Refusal::kNone);
    EXPECT_NE(decode_blocks(bare, blocks), Refusal::kNone);
    EXPECT_NE(decode_leave(bare, leave), Refusal::kNone);
    EXPECT_EQ(decode_status(body, status), Refusal::kMalformed) << claim;
    const auto after = mallinfo2();
    EXPECT_EQ(after.uordblks, before.uordblks) << claim;
    EXPECT_EQ(after.hblkhd, before.hblkhd) << claim;
  }
}

// The next three would outlast the test's timeout in a reader that believes claims or looks twice.
TEST(Hostile, AMegabyteOfOpenBracketsIsRefusedAtTheLimit) {
  const std::string brackets(1024 * 1024, '\x91');
  std::string body = status_body().without("memory").bytes();
  body[0] = static_cast<char>(body[0] + 1);
  body += text("future") + brackets;
  StatusView view;
  EXPECT_EQ(decode_status(body, view), Refusal::kTooDeep);
}

TEST(Hostile, AMegabyteOfNestedClaimsIsRefusedAtTheLimit) {
  std::string claims;
  while (claims.size() < 1024 * 1024) claims += from_hex("dd ff ff ff ff");
  BlocksView view;
  const std::string body = from_hex("81 a6 66 75 74 75 72 65") + claims;
  EXPECT_EQ(decode_blocks(body, view), Refusal::kTooDeep);
}

TEST(Hostile, AMegabyteOfSmallValuesIsReadToItsEnd) {
  std::string body = from_hex("df 00 07 ff ff");
  for (int i = 0; i < 0x7ffff; ++i) body += from_hex("a0") + "\x01";
  LeaveView view;
  EXPECT_EQ(decode_leave(body, view), Refusal::kMissingKey);
}

TEST(Hostile, TextThatIsNotUtf8IsRefusedWhereverItStands) {
  EXPECT_EQ(judge_status(status_body().with("future", from_hex("a1 ff")).bytes()),
            Refusal::kBadText);
  EXPECT_EQ(judge_status(status_body().with("\xff", uint(1)).bytes()), Refusal::kBadText);
  EXPECT_EQ(judge_status(status_body().with("state", from_hex("a1 ff")).bytes()),
            Refusal::kBadText);
  EXPECT_EQ(judge_status(status_body().with("address", from_hex("a2 c3 28")).bytes()),
            Refusal::kBadText);
}

}  // namespace
}  // namespace rollcall
