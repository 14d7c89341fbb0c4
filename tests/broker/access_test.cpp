// Who may speak, as whom: by moving keys.
#include "broker/access/access.hpp"

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

const Identity kAda{"key-a", Role::kAgent, "ada"};
const Identity kBob{"key-b", Role::kAgent, "bob"};
const Identity kEye{"key-m", Role::kMonitor, "eye"};
const Identity kBoss{"key-x", Role::kAdmin, "boss"};

std::string token_of(const Access& access, const Identity& identity, Door door) {
  return std::string(access.admit(identity.public_key, door).value_or("none"));
}

TEST(Access, NobodyIsLetInWithoutAKey) {
  const Access access;
  for (const Door door : {Door::kAnnounce, Door::kQuery, Door::kFeed}) {
    EXPECT_FALSE(access.admit("", door));
    EXPECT_FALSE(access.admit("key-a", door));
  }
  for (const char* const token : {"", "0", "1", "-1", "x", "0x", "99999999999999999999"}) {
    EXPECT_EQ(access.who(token), nullptr) << token;
  }
}

TEST(Access, EachRoleHasItsDoors) {
  Access access;
  const auto changes = access.replace({kAda, kEye, kBoss});
  EXPECT_EQ(changes.added.size(), 3u);
  EXPECT_TRUE(access.admit("key-a", Door::kAnnounce));
  EXPECT_TRUE(access.admit("key-a", Door::kFeed));  // its commands come there
  EXPECT_FALSE(access.admit("key-a", Door::kQuery));
  for (const Identity& reader : {kEye, kBoss}) {
    EXPECT_FALSE(access.admit(reader.public_key, Door::kAnnounce));
    EXPECT_TRUE(access.admit(reader.public_key, Door::kQuery));
    EXPECT_TRUE(access.admit(reader.public_key, Door::kFeed));
  }
}

TEST(Access, ATokenEndsWithItsKeyAndNeverMeansAnother) {
  Access access;
  access.replace({kAda});
  const std::string token = token_of(access, kAda, Door::kAnnounce);
  ASSERT_NE(access.who(token), nullptr);
  EXPECT_EQ(access.who(token)->name, "ada");
  const auto changes = access.replace({kBob});
  EXPECT_EQ(changes.removed, std::vector<Identity>{kAda});
  EXPECT_EQ(access.who(token), nullptr);
  access.replace({{"key-a", Role::kAgent, "carol"}});  // the same key, another node
  EXPECT_EQ(access.who(token), nullptr);
  access.replace({kAda});
  ASSERT_NE(access.who(token), nullptr) << "the same again: connections that lasted are good";
  EXPECT_EQ(access.who(token)->name, "ada");
}

TEST(Access, AKeyWithTwoNamesIsNobodys) {
  Access access;
  access.replace({kAda, {"key-a", Role::kAgent, "eve"}, kBob});
  EXPECT_FALSE(access.admit("key-a", Door::kAnnounce));
  EXPECT_TRUE(access.admit("key-b", Door::kAnnounce));
  access.replace({kAda, {"key-a", Role::kMonitor, "ada"}});  // two roles are two things
  EXPECT_TRUE(access.admit("key-a", Door::kAnnounce));
  EXPECT_TRUE(access.admit("key-a", Door::kQuery));
}

class Keyed : public testing::Test {
 protected:
  Keyed() : it_(with_keys()) {}
  BrokerConfig with_keys() {
    access_.replace({kAda, kBob, kEye});
    BrokerConfig config;
    config.access = &access_;
    return config;
  }
  void status_as(const Identity& who, const std::string& node, std::uint64_t session,
                 std::uint64_t seq) {
    it_.token = access_.admit(who.public_key, Door::kAnnounce).value_or("");
    it_.status(node, a_status(session, seq));
    it_.step();
  }
  std::uint64_t forbidden() { return it_.broker().intake().refused(Refusal::kForbidden); }

  Access access_;
  BrokerHarness it_;
};

TEST_F(Keyed, AKeySpeaksForItsNodeAlone) {
  status_as(kAda, "ada", 1, 1);
  status_as(kBob, "bob", 1, 1);
  EXPECT_EQ(it_.broker().registry().nodes().size(), 2u);
  status_as(kAda, "bob", 9, 1);  // a new session of another's node
  status_as(kAda, "carol", 1, 1);
  EXPECT_EQ(forbidden(), 2u);
  EXPECT_EQ(it_.broker().registry().nodes().size(), 2u);
  EXPECT_TRUE(it_.published("event.restarted").empty());
  EXPECT_TRUE(it_.published("event.refused.bob").empty()) << "what is forged is held against";
  EXPECT_EQ(it_.published("event.refused.ada").size(), 1u) << "the one who forged it";
}

TEST_F(Keyed, NobodyWithoutATokenIsHeard) {
  it_.token.clear();
  it_.status("ada", a_status(1, 1));
  it_.arrive("status.ada", "rubbish");
  it_.step();
  EXPECT_EQ(forbidden(), 2u);
  EXPECT_TRUE(it_.feed.empty());
}

TEST_F(Keyed, AKeyThatIsTakenAwayIsRefusedWithItsNextMessage) {
  status_as(kAda, "ada", 1, 1);
  it_.token = access_.admit(kAda.public_key, Door::kAnnounce).value_or("");
  access_.replace({kBob});
  it_.status("ada", a_status(1, 2));
  it_.step();
  EXPECT_EQ(forbidden(), 1u);
}

TEST_F(Keyed, OnlyWhoReadsMayAsk) {
  const auto answer = [&](std::string token) {
    it_.token = std::move(token);
    return it_.ask({{"op", "ping"}, {"id", 7}});
  };
  const auto no = answer("");
  EXPECT_EQ(no["error"]["code"], "forbidden");
  EXPECT_EQ(no["id"], 7);
  EXPECT_EQ(answer(std::string(*access_.admit("key-a", Door::kFeed)))["error"]["code"],
            "forbidden");
  EXPECT_EQ(answer(std::string(*access_.admit("key-m", Door::kQuery)))["ok"], true);
}

}  // namespace
}  // namespace rollcall
