#include <map>

#include <gtest/gtest.h>

#include "shared/core/ids.hpp"
#include "shared/core/random.hpp"
#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

// A node that keeps its blocks and announces them as it should.
class Owner {
 public:
  Owner(BrokerHarness& broker, std::string node) : broker_(broker), node_(std::move(node)) {}

  std::map<std::string, std::uint64_t> set;
  std::uint64_t version = 0;
  std::uint64_t bytes_too_many = 0;  // in what its statuses claim

  void status() {
    Status status = a_status(1, ++seq_);
    status.inventory = summary();
    broker_.status(node_, status);
    broker_.step(1);  // those of one millisecond are asked once
  }
  InventorySummary summary() const {
    InventorySummary sum{version, set.size(), bytes_too_many, 0};
    for (const auto& [id, bytes] : set) {
      sum.bytes += bytes;
      sum.digest += hash_of(id);
    }
    return sum;
  }
  void whole(std::uint64_t parts = 1, std::uint64_t lost_part = 0) {
    std::vector<Block> all;
    for (const auto& [id, bytes] : set) all.push_back({id, bytes});
    for (std::uint64_t part = 1; part <= parts; ++part) {
      const std::size_t begin = all.size() * (part - 1) / parts;
      const std::size_t end = all.size() * part / parts;
      Blocks blocks = header(part, parts);
      blocks.add = std::span<const Block>(all).subspan(begin, end - begin);
      if (part != lost_part) send(blocks);
    }
  }
  void change(std::vector<Block> add, std::vector<std::string_view> remove) {
    for (const Block& block : add) set[std::string(block.id)] = block.bytes;
    for (const std::string_view id : remove) set.erase(std::string(id));
    const std::uint64_t from = version++;
    Blocks blocks = header(1, 1);
    blocks.from = from;
    blocks.add = add;
    blocks.remove = remove;
    send(blocks);
  }
  void lose_one() { ++seq_; }

 private:
  Blocks header(std::uint64_t part, std::uint64_t parts) {
    Blocks blocks;
    blocks.header.session = 1;
    blocks.header.seq = ++seq_;
    blocks.to = version;
    blocks.part = part;
    blocks.parts = parts;
    return blocks;
  }
  void send(const Blocks& blocks) {
    broker_.blocks(node_, blocks);
    broker_.step();
  }

  BrokerHarness& broker_;
  std::string node_;
  std::uint64_t seq_ = 0;
};

std::size_t commands(const BrokerHarness& it) { return it.published("command.").size(); }

TEST(Blocks, TheWholeSetIsAskedForAndThenAgrees) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 10}, {"y", 20}};
  owner.version = 7;
  owner.status();
  const auto asked = it.published("command.a");
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0]["kind"], "inventory");
  owner.whole();
  owner.status();
  EXPECT_EQ(commands(it), 1u);
  const auto blocks = it.result({{"op", "summary"}})["blocks"];
  EXPECT_EQ(blocks["in_sync"], 1);
  EXPECT_EQ(blocks["held"], 2);
  EXPECT_EQ(blocks["held_bytes"], 30);
  EXPECT_EQ(blocks["count"], 2);
}

TEST(Blocks, ABacklogOfStatusesIsAskedOnce) {
  BrokerHarness it;
  for (std::uint64_t seq = 1; seq <= 50; ++seq) {
    Status status = a_status(1, seq);
    status.inventory = InventorySummary{1, 1, 1, 1};
    it.status("a", status);
  }
  it.step();
  EXPECT_EQ(commands(it), 1u);
}

TEST(Blocks, AskedAgainEachIntervalUntilItCame) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 10}};
  for (int i = 0; i < 5; ++i) owner.status();
  EXPECT_EQ(commands(it), 5u);
}

TEST(Blocks, AnEmptySetNeedsNoQuestion) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.version = 3;
  owner.status();
  EXPECT_EQ(commands(it), 0u);
  owner.change({{"x", 1}}, {});
  owner.status();
  EXPECT_EQ(commands(it), 0u);
  EXPECT_EQ(it.broker().blocks().in_sync(), 1u);
}

TEST(Blocks, ChangesFollowOneAnother) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.status();
  owner.change({{"x", 1}, {"y", 2}}, {});
  owner.change({{"z", 4}, {"x", 8}}, {"y"});
  owner.status();
  EXPECT_EQ(commands(it), 0u);
  EXPECT_EQ(it.broker().blocks().held(), 2u);
  EXPECT_EQ(it.broker().blocks().held_bytes(), 12u);
}

TEST(Blocks, ALostChangeIsNoticedWithTheNextStatusAndHealed) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.status();
  owner.set["lost"] = 1;  // announced, and never arrived
  ++owner.version;
  owner.lose_one();
  owner.change({{"x", 1}}, {});
  owner.status();
  EXPECT_EQ(commands(it), 1u);
  owner.whole();
  owner.status();
  EXPECT_EQ(commands(it), 1u);
  EXPECT_EQ(it.broker().blocks().held(), 2u);
}

TEST(Blocks, SeveralPartsCountOnlyTogether) {
  BrokerHarness it;
  Owner owner(it, "a");
  for (int i = 0; i < 100; ++i) owner.set["block-" + std::to_string(i)] = 5;
  owner.status();
  owner.whole(7);
  owner.status();
  EXPECT_EQ(commands(it), 1u);
  EXPECT_EQ(it.broker().blocks().held(), 100u);
}

TEST(Blocks, ALostPartMakesTheBrokerAskAgain) {
  BrokerHarness it;
  Owner owner(it, "a");
  for (int i = 0; i < 100; ++i) owner.set["block-" + std::to_string(i)] = 5;
  owner.status();
  for (const std::uint64_t lost : {1u, 4u, 7u}) {
    owner.whole(7, lost);
    owner.status();
    owner.status();
    EXPECT_EQ(it.broker().blocks().in_sync(), 0u) << "part " << lost;
  }
  EXPECT_GE(commands(it), 4u);
  owner.whole(7);
  owner.status();
  EXPECT_EQ(it.broker().blocks().in_sync(), 1u);
  EXPECT_EQ(it.broker().blocks().held(), 100u);
}

TEST(Blocks, AStatusBetweenPartsAsksForNothing) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 1}, {"y", 2}};
  owner.status();
  Blocks first;
  first.header.session = 1;
  first.header.seq = 50;
  first.parts = 2;
  const Block x{"x", 1};
  first.add = std::span<const Block>(&x, 1);
  it.blocks("a", first);
  Status status = a_status(1, 51);
  status.inventory = owner.summary();
  it.status("a", status);
  it.step();
  EXPECT_EQ(commands(it), 1u);
}

TEST(Blocks, AWrongDigestIsNoticed) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 1}};
  owner.status();
  owner.whole();
  owner.set = {{"z", 1}};  // same count, same bytes, same version
  owner.status();
  EXPECT_EQ(commands(it), 2u);
}

TEST(Blocks, AnEvictedNodeHoldsNothing) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 1}};
  owner.status();
  owner.whole();
  owner.status();
  it.run_for(121'000);
  EXPECT_EQ(it.broker().blocks().held(), 0u);
  EXPECT_EQ(it.broker().blocks().in_sync(), 0u);
}

TEST(Blocks, ANodeThatNoLongerReportsBlocksHoldsNone) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 1}};
  owner.status();
  owner.whole();
  it.status("a", a_status(1, 99));
  it.step();
  EXPECT_EQ(it.broker().blocks().held(), 0u);
  EXPECT_EQ(it.result({{"op", "summary"}})["blocks"]["nodes"], 0);
}

TEST(Blocks, QuestionsAreSpreadAfterARestart) {
  BrokerHarness it;
  for (int i = 0; i < 3000; ++i) {
    Status status = a_status();
    status.inventory = InventorySummary{1, 1, 1, 1};
    it.status("n" + std::to_string(i), status);
  }
  it.step();
  EXPECT_EQ(commands(it), static_cast<std::size_t>(limits::kInventoriesPerSecond));
}

TEST(Blocks, LargeSetsAreAskedForOneAtATime) {
  BrokerHarness it;
  for (int i = 0; i < 10; ++i) {
    Status status = a_status();
    status.inventory = InventorySummary{1, limits::kInventoryBlocksPerSecond * 2, 1, 1};
    it.status("n" + std::to_string(i), status);
  }
  it.step();
  EXPECT_EQ(commands(it), 1u);
}

TEST(Blocks, ASetThatArrivesIsInStepAtOnce) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 1}};
  owner.status();
  owner.whole();
  EXPECT_EQ(it.broker().blocks().in_sync(), 1u);
}

TEST(Blocks, AnotherSizeIsADisagreementToo) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 5}};
  owner.status();
  owner.whole();
  EXPECT_EQ(it.broker().blocks().in_sync(), 1u);
  owner.set["x"] = 6;  // grew, and the change was lost; the version was not
  owner.status();
  EXPECT_EQ(it.broker().blocks().in_sync(), 0u);
}

TEST(Blocks, ANodeThatCannotAddUpIsAskedOnce) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 5}};
  owner.bytes_too_many = 1;
  owner.status();
  EXPECT_EQ(commands(it), 1u);
  owner.whole();
  for (int i = 0; i < 5; ++i) owner.status();
  EXPECT_EQ(commands(it), 1u);
  EXPECT_EQ(it.broker().blocks().in_sync(), 0u);
}

TEST(Blocks, ANodeThatNeverAnswersIsAskedLessOften) {
  BrokerHarness it;
  Owner owner(it, "a");
  owner.set = {{"x", 1}};
  for (int i = 0; i < 8; ++i) owner.status();
  EXPECT_EQ(commands(it), 8u);  // with each status at first
  for (int i = 0; i < 24; ++i) {
    it.run_for(10'000);
    owner.status();
  }
  EXPECT_EQ(commands(it), 8u + 3u);  // then each eighth interval
  owner.whole();
  owner.status();
  owner.lose_one();
  ++owner.version;
  owner.status();
  EXPECT_EQ(commands(it), 8u + 3u + 1u);  // it had answered: a new disagreement is asked at once
}

TEST(Blocks, ClaimingToBeLargeTakesNothingFromOthers) {
  BrokerHarness it;
  for (std::uint64_t seq = 1; seq <= 20; ++seq) {
    Status liar = a_status(1, seq);
    liar.inventory = InventorySummary{1, UINT64_MAX, 1, 1};
    it.status("liar", liar);
  }
  Owner honest(it, "honest");
  honest.set = {{"x", 1}};
  honest.status();
  ASSERT_FALSE(it.feed.empty());
  std::size_t to_honest = 0;
  for (const Published& message : it.feed) to_honest += message.topic == "command.honest";
  EXPECT_EQ(to_honest, 1u);
  EXPECT_EQ(commands(it), 2u);
}

TEST(Blocks, NoRoomIsARefusal) {
  BlockRegister blocks(10);
  const std::vector<std::string> ids{"a", "b", "c", "d", "e", "f"};
  std::vector<Block> add;
  for (const std::string& id : ids) add.push_back({id, 1});
  Blocks message;
  message.header.session = message.header.seq = 1;
  message.add = add;
  const std::string body = encoded(message);
  BlocksView view;
  ASSERT_EQ(decode_blocks(body, view), Refusal::kNone);
  ASSERT_TRUE(blocks.has_room(view));
  blocks.apply(0, Node{}, view);
  EXPECT_FALSE(blocks.has_room(view));
  EXPECT_EQ(blocks.held(), 6u);
}

// Random changes, losses and repairs: in the end the broker always holds what the node holds.
TEST(Blocks, AlwaysHealsToWhatTheNodeHolds) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    BrokerHarness it;
    Owner owner(it, "a");
    owner.status();
    for (int round = 0; round < 200; ++round) {
      const std::string id = "b" + std::to_string(random.below(40));
      if (random.chance(0.2)) {
        owner.lose_one();
        owner.set[id] = random.below(100);
        ++owner.version;
      } else if (owner.set.contains(id)) {
        owner.change({}, {id});
      } else {
        owner.change({{id, random.below(1000)}}, {});
      }
      if (random.chance(0.3)) owner.whole(1 + random.below(4), random.below(8));
      owner.status();
    }
    owner.whole();
    owner.status();
    EXPECT_EQ(it.broker().blocks().in_sync(), 1u) << "seed " << seed;
    EXPECT_EQ(it.broker().blocks().held(), owner.set.size()) << "seed " << seed;
    EXPECT_EQ(it.broker().blocks().held_bytes(), owner.summary().bytes) << "seed " << seed;
  }
}

}  // namespace
}  // namespace rollcall
