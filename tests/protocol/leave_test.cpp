#include <gtest/gtest.h>

#include "tests/protocol/samples.hpp"

namespace rollcall {
namespace {

Refusal with(std::string_view key, const std::string& value) {
  return judge_leave(leave_body().with(key, value).bytes());
}

// [P22] Leave.
TEST(Leave, SampleIsAcceptedAndReadAsItIs) {
  const std::string body = leave_body().bytes();
  LeaveView view;
  ASSERT_EQ(decode_leave(body, view), Refusal::kNone);
  EXPECT_EQ(why_invalid(view), Refusal::kNone);
  EXPECT_EQ(view.reason, "maintenance");
  EXPECT_EQ(view.back_in_ms, 60'000u);
}

TEST(Leave, ReasonAndBackInMayBeAbsent) {
  EXPECT_EQ(judge_leave(leave_body().without("reason").without("back_in").bytes()), Refusal::kNone);
  EXPECT_EQ(with("back_in", nil()), Refusal::kNone);
}

TEST(Leave, RefusesWhatIsNotALeave) {
  for (const char* key : {"v", "session", "seq", "at"}) {
    EXPECT_EQ(judge_leave(leave_body().without(key).bytes()), Refusal::kMissingKey) << key;
    EXPECT_EQ(judge_leave(leave_body().again(key, uint(1)).bytes()), Refusal::kDuplicateKey);
  }
  EXPECT_EQ(with("v", uint(2)), Refusal::kUnsupportedVersion);
  EXPECT_EQ(with("session", uint(0)), Refusal::kOutOfRange);
  EXPECT_EQ(with("reason", uint(1)), Refusal::kWrongType);
  EXPECT_EQ(with("reason", from_hex("a1 ff")), Refusal::kBadText);
  EXPECT_EQ(with("reason", text(std::string(200, 'r'))), Refusal::kNone);
  EXPECT_EQ(with("reason", text(std::string(201, 'r'))), Refusal::kOutOfRange);
  EXPECT_EQ(with("back_in", from_hex("ff")), Refusal::kOutOfRange);
  EXPECT_EQ(with("back_in", text("1s")), Refusal::kWrongType);
}

}  // namespace
}  // namespace rollcall
