#include <limits>

#include <gtest/gtest.h>

#include "shared/core/limits.hpp"
#include "tests/protocol/samples.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::string used_total(const std::string& used, const std::string& total) {
  return map({{text("used"), used}, {text("total"), total}});
}

// The verdict on the sample with one key replaced.
Refusal with(std::string_view key, const std::string& value) {
  return judge_status(status_body().with(key, value).bytes());
}

TEST(Status, SampleIsAccepted) { EXPECT_EQ(judge_status(status_body().bytes()), Refusal::kNone); }

// [P16] Required keys.
TEST(Status, RefusesWhenARequiredKeyIsMissing) {
  for (const char* key :
       {"v", "session", "seq", "at", "interval", "state", "storage", "cpu", "memory"}) {
    EXPECT_EQ(judge_status(status_body().without(key).bytes()), Refusal::kMissingKey) << key;
  }
  EXPECT_EQ(with("storage", map({{text("used"), uint(1)}})), Refusal::kMissingKey);
  EXPECT_EQ(with("memory", map({{text("total"), uint(1)}})), Refusal::kMissingKey);
  EXPECT_EQ(with("network", map({{text("rx"), uint(1)}})), Refusal::kMissingKey);
  EXPECT_EQ(with("inventory", map({{text("version"), uint(1)}})), Refusal::kMissingKey);
}

// [P9] A key that occurs twice.
TEST(Status, RefusesAKeyThatComesTwice) {
  for (const char* key : {"v", "session", "seq", "at", "interval"}) {
    EXPECT_EQ(judge_status(status_body().again(key, uint(1)).bytes()), Refusal::kDuplicateKey)
        << key;
  }
  EXPECT_EQ(with("storage",
                 map({{text("used"), uint(1)}, {text("used"), uint(1)}, {text("total"), uint(1)}})),
            Refusal::kDuplicateKey);
  EXPECT_EQ(with("labels", map({{text("zone"), text("a")}, {text("zone"), text("b")}})),
            Refusal::kDuplicateKey);
}

// [P6] Keys that a reader does not know.
TEST(Status, PassesOverKeysThatItDoesNotKnow) {
  for (const std::string& value : {nil(), uint(1), text("x"), array({map({{text("k"), nil()}})}),
                                   from_hex("c4 01 ff"), from_hex("d4 01 00")}) {
    EXPECT_EQ(with("future", value), Refusal::kNone);
  }
  EXPECT_EQ(with("", uint(1)), Refusal::kNone);
  EXPECT_EQ(with(std::string(1000, 'k'), uint(1)), Refusal::kNone);
  EXPECT_EQ(
      with("storage",
           map({{text("used"), uint(1)}, {text("total"), uint(1)}, {text("reserved"), array({})}})),
      Refusal::kNone);
}

TEST(Status, NotesKeysNamedLikeThoseOfARecord) {
  for (const char* key :
       {"node", "presence", "duty", "silent_for", "joined_at", "peer", "missed"}) {
    StatusView view;
    const std::string body = status_body().with(key, text("mine")).bytes();
    EXPECT_EQ(decode_status(body, view), Refusal::kNone);
    EXPECT_TRUE(view.shadows_record) << key;
    EXPECT_EQ(decode_status(status_body().bytes(), view), Refusal::kNone);
    EXPECT_FALSE(view.shadows_record);
  }
}

TEST(Status, RefusesOtherTypes) {
  for (const char* key : {"v", "session", "seq", "at", "interval", "uptime"}) {
    EXPECT_EQ(with(key, text("1")), Refusal::kWrongType) << key;
    EXPECT_EQ(with(key, nil()), Refusal::kWrongType) << key;
    EXPECT_EQ(with(key, number(1.5)), Refusal::kWrongType) << key;
  }
  for (const char* key : {"storage", "memory", "network", "inventory", "labels"}) {
    EXPECT_EQ(with(key, array({})), Refusal::kWrongType) << key;
  }
  EXPECT_EQ(with("state", uint(1)), Refusal::kWrongType);
  EXPECT_EQ(with("cpu", text("1")), Refusal::kWrongType);
  EXPECT_EQ(with("reasons", text("x")), Refusal::kWrongType);
  EXPECT_EQ(with("reasons", array({uint(1)})), Refusal::kWrongType);
  EXPECT_EQ(with("labels", map({{text("a"), uint(1)}})), Refusal::kWrongType);
  EXPECT_EQ(with("labels", map({{uint(1), text("a")}})), Refusal::kWrongType);
  EXPECT_EQ(with("address", uint(1)), Refusal::kWrongType);
  EXPECT_EQ(with("software", from_hex("c4 01 61")), Refusal::kWrongType);
  EXPECT_EQ(judge_status(array({})), Refusal::kWrongType);
  EXPECT_EQ(judge_status(uint(1)), Refusal::kWrongType);
  EXPECT_EQ(judge_status(map({{uint(1), uint(1)}})), Refusal::kWrongType);
}

// [P17] The bounds of each value of a status.
TEST(Status, RefusesNumbersOutOfRange) {
  EXPECT_EQ(with("interval", uint(0)), Refusal::kOutOfRange);
  EXPECT_EQ(with("interval", uint(1)), Refusal::kNone);
  EXPECT_EQ(with("interval", uint(3'600'000)), Refusal::kNone);
  EXPECT_EQ(with("interval", uint(3'600'001)), Refusal::kOutOfRange);
  EXPECT_EQ(with("interval", from_hex("ff")), Refusal::kOutOfRange);
  EXPECT_EQ(with("cpu", number(0)), Refusal::kNone);
  EXPECT_EQ(with("cpu", number(100)), Refusal::kNone);
  EXPECT_EQ(with("cpu", uint(100)), Refusal::kNone);
  EXPECT_EQ(with("cpu", number(100.1)), Refusal::kOutOfRange);
  EXPECT_EQ(with("cpu", number(-0.1)), Refusal::kOutOfRange);
  EXPECT_EQ(with("cpu", number(std::numeric_limits<double>::quiet_NaN())), Refusal::kOutOfRange);
  EXPECT_EQ(with("cpu", number(std::numeric_limits<double>::infinity())), Refusal::kOutOfRange);
  EXPECT_EQ(with("storage", used_total(uint(2), uint(1))), Refusal::kOutOfRange);
  EXPECT_EQ(with("storage", used_total(uint(kMost), uint(kMost))), Refusal::kNone);
  EXPECT_EQ(with("storage", used_total(from_hex("ff"), uint(1))), Refusal::kOutOfRange);
  EXPECT_EQ(with("memory", used_total(uint(2), uint(1))), Refusal::kOutOfRange);
  EXPECT_EQ(with("state", text("unwell")), Refusal::kOutOfRange);
  EXPECT_EQ(with("state", text("")), Refusal::kOutOfRange);
}

// [P10] The keys that every announcement has.
TEST(Status, RefusesAHeaderThatCannotBe) {
  EXPECT_EQ(with("v", uint(0)), Refusal::kUnsupportedVersion);
  EXPECT_EQ(with("v", uint(2)), Refusal::kUnsupportedVersion);
  EXPECT_EQ(with("session", uint(0)), Refusal::kOutOfRange);
  EXPECT_EQ(with("session", uint(kMost)), Refusal::kNone);
  EXPECT_EQ(with("seq", uint(0)), Refusal::kOutOfRange);
  EXPECT_EQ(with("seq", uint(kMost)), Refusal::kNone);
  EXPECT_EQ(with("at", from_hex("d0 ff")), Refusal::kOutOfRange);
}

TEST(Status, TakesEveryStateByName) {
  for (const std::string_view name : kStateNames) {
    StatusView view;
    const std::string body = status_body().with("state", text(name)).bytes();
    ASSERT_EQ(decode_status(body, view), Refusal::kNone);
    EXPECT_EQ(name_of(view.state), name);
  }
}

TEST(Status, BoundsReasonsAndLabels) {
  const std::vector<std::string> sixteen(16, text(std::string(200, 'r')));
  EXPECT_EQ(with("reasons", array(sixteen)), Refusal::kNone);
  EXPECT_EQ(with("reasons", array(std::vector<std::string>(17, text("r")))), Refusal::kOutOfRange);
  EXPECT_EQ(with("reasons", array({text(std::string(201, 'r'))})), Refusal::kOutOfRange);
  EXPECT_EQ(with("reasons", array({from_hex("a1 ff")})), Refusal::kBadText);
  std::vector<std::pair<std::string, std::string>> labels;
  for (int i = 0; i < 32; ++i) labels.emplace_back(text("k" + std::to_string(i)), text("v"));
  EXPECT_EQ(with("labels", map(labels)), Refusal::kNone);
  labels.emplace_back(text("one more"), text("v"));
  EXPECT_EQ(with("labels", map(labels)), Refusal::kOutOfRange);
  const auto label = [](std::size_t key, std::size_t value) {
    return map({{text(std::string(key, 'k')), text(std::string(value, 'v'))}});
  };
  EXPECT_EQ(with("labels", label(64, 256)), Refusal::kNone);
  EXPECT_EQ(with("labels", label(65, 1)), Refusal::kOutOfRange);
  EXPECT_EQ(with("labels", label(1, 257)), Refusal::kOutOfRange);
  EXPECT_EQ(with("address", text(std::string(257, 'a'))), Refusal::kOutOfRange);
  EXPECT_EQ(with("software", text(std::string(129, 's'))), Refusal::kOutOfRange);
}

// [P5] Nesting.
TEST(Status, NestsEightDeepAndNoDeeper) {
  // The body's own map is the first level.
  EXPECT_EQ(with("future", nested(7)), Refusal::kNone);
  EXPECT_EQ(with("future", nested(8)), Refusal::kTooDeep);
  const auto inside = [](int levels) {
    return map({{text("used"), uint(1)}, {text("total"), uint(1)}, {text("x"), nested(levels)}});
  };
  EXPECT_EQ(with("storage", inside(6)), Refusal::kNone);
  EXPECT_EQ(with("storage", inside(7)), Refusal::kTooDeep);
}

TEST(Status, ForgetsTheMessageBefore) {
  StatusView view;
  ASSERT_EQ(decode_status(golden("status_full"), view), Refusal::kNone);
  ASSERT_TRUE(view.has_inventory);
  const std::string second = status_body().bytes();
  ASSERT_EQ(decode_status(second, view), Refusal::kNone);
  EXPECT_FALSE(view.has_inventory || view.has_network || view.has_uptime);
  EXPECT_TRUE(view.labels.empty() && view.reasons.empty() && view.address.empty());
}

TEST(Status, KeepsTheBodyBehindItsMapHeaderForRecords) {
  const std::string body = status_body().bytes();
  StatusView view;
  ASSERT_EQ(decode_status(body, view), Refusal::kNone);
  EXPECT_EQ(view.pairs, 9u);
  EXPECT_EQ(view.body_pairs, Bytes(body).substr(1));
}

}  // namespace
}  // namespace rollcall
