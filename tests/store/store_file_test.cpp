// A store that nothing happens to: what goes in comes out.
#include "broker/io/store/store_file.hpp"

#include <sys/stat.h>

#include "broker/io/store/schema.hpp"
#include "tests/store/a_store.hpp"

namespace rollcall {
namespace {

class StoreFiles : public ::testing::Test {
 protected:
  Folder folder_;
  StoreOptions options_ = options_of(folder_.store());
  StoreContents contents_;

  std::unique_ptr<StoreFile> open() {
    contents_ = StoreContents();
    auto file = StoreFile::open(options_, 0, kToday, contents_);
    file->load(contents_);
    return file;
  }
  std::unique_ptr<StoreFile> new_file() {
    auto file = open();
    file->probe(kToday);
    return file;
  }
  static void write(StoreFile& file, const StoreBatch& batch) {
    EXPECT_TRUE(file.write(std::span(&batch, 1)));
  }
};

TEST_F(StoreFiles, EverythingThatIsKnownOfANodeComesBack) {  // [P67] [P69] [P71]
  RosterNode full = a_node(std::string("n\xc3\xb6-1"), 5);
  full.presence = Presence::kLeft;
  full.session = UINT64_MAX;
  full.seq = UINT64_MAX - 1;
  full.interval_ms = 86'400'000;
  full.labels = std::string("\x81\xa4zone\xa1z", 8);
  full.status = std::string("\0\x80status", 8);
  full.order = {Duty::kMaintenance, "alice", "new disks", kToday - 5, kToday + 5};
  full.back_by_ms = kToday + 77;
  full.leave_reason = "moves";
  full.told_overdue = true;
  StoreBatch batch;
  batch.facts = {{3, full}, {4, a_node("z")}};
  std::uint64_t story = 0;
  {
    const auto file = new_file();
    story = contents_.story;
    write(*file, batch);
  }
  open();
  EXPECT_NE(contents_.story, 0u);
  EXPECT_EQ(contents_.story, story);
  ASSERT_EQ(contents_.nodes.size(), 2u);
  const RosterNode& it = contents_.nodes[1];
  EXPECT_EQ(contents_.nodes[0].id, "n\xc3\xb6-1");
  EXPECT_EQ(it.id, "z");
  EXPECT_EQ(it.order.duty, Duty::kActive);
  const RosterNode& back = contents_.nodes[0];
  EXPECT_EQ(back.first_seen_ms, kToday);
  EXPECT_EQ(back.joined_at_ms, kToday);
  EXPECT_EQ(back.heard_at_ms, kToday + 5);
  EXPECT_EQ(back.presence, Presence::kLeft);
  EXPECT_EQ(back.session, UINT64_MAX);
  EXPECT_EQ(back.seq, UINT64_MAX - 1);
  EXPECT_EQ(back.sessions, 1u);
  EXPECT_EQ(back.interval_ms, 86'400'000u);
  EXPECT_EQ(back.peer, "10.0.0.1");
  EXPECT_EQ(back.labels, full.labels);
  EXPECT_EQ(back.status, full.status);
  EXPECT_EQ(back.order.duty, Duty::kMaintenance);
  EXPECT_EQ(back.order.by, "alice");
  EXPECT_EQ(back.order.reason, "new disks");
  EXPECT_EQ(back.order.since_ms, kToday - 5);
  EXPECT_EQ(back.order.until_ms, kToday + 5);
  EXPECT_EQ(back.back_by_ms, kToday + 77);
  EXPECT_EQ(back.leave_reason, "moves");
  EXPECT_TRUE(back.told_overdue);
}

TEST_F(StoreFiles, EventsComeBackUnderTheirNumbers) {  // [P67]
  StoreBatch batch;
  batch.events = {an_event(1), an_event(2, "-"), an_event(3, "node-2")};
  batch.events[1].kind = EventKind::kGuard;
  batch.events[1].body = std::string("\0\xff", 2);
  write(*new_file(), batch);
  open();
  EXPECT_EQ(contents_.newest, 3u);
  EXPECT_EQ(contents_.oldest, 1u);
  ASSERT_EQ(contents_.events.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(contents_.events[i].seq, batch.events[i].seq);
    EXPECT_EQ(contents_.events[i].at_ms, batch.events[i].at_ms);
    EXPECT_EQ(contents_.events[i].kind, batch.events[i].kind);
    EXPECT_EQ(contents_.events[i].node, batch.events[i].node);
    EXPECT_EQ(contents_.events[i].body, batch.events[i].body);
  }
}

TEST_F(StoreFiles, TheSameBatchesAgainChangeNothing) {
  const std::vector<StoreBatch> batches{a_batch(0, 3), a_batch(3, 2)};
  const auto file = new_file();
  file->write(batches);
  file->write(batches);
  file->write(std::span(batches).last(1));
  file->load(contents_);
  EXPECT_EQ(file->newest(), 5u);
  ASSERT_EQ(contents_.events.size(), 5u);
  ASSERT_EQ(contents_.nodes.size(), 1u);
  EXPECT_EQ(contents_.nodes[0].seq, 5u);
  EXPECT_EQ(contents_.nodes[0].sessions, 1u);
}

TEST_F(StoreFiles, WhoIsForgottenAndBackAtOnceIsKnown) {  // [P72]
  const auto file = new_file();
  write(*file, a_batch(0, 1));
  StoreBatch batch = a_batch(1, 1);  // it was heard again before the disk came to it
  batch.forgotten.push_back("node-1");
  write(*file, batch);
  file->load(contents_);
  ASSERT_EQ(contents_.nodes.size(), 1u);
  EXPECT_EQ(contents_.nodes[0].seq, 2u);
  EXPECT_EQ(contents_.nodes[0].sessions, 1u) << "as if it was never there before";
  StoreBatch last;
  last.forgotten.push_back("node-1");
  write(*file, last);
  contents_.nodes.clear();
  file->load(contents_);
  EXPECT_TRUE(contents_.nodes.empty());
}

TEST_F(StoreFiles, SamplesHaveNoHaste) {
  StoreBatch batch;
  batch.samples.push_back({0, {}});
  EXPECT_FALSE(new_file()->write(std::span(&batch, 1)));
}

TEST_F(StoreFiles, NumbersThatAreReservedAreNeverUsedByAnother) {  // [P67]
  {
    const auto file = new_file();
    write(*file, a_batch(0, 3));
    file->reserve(3);
  }
  {
    const auto file = open();
    EXPECT_GT(contents_.newest, 100'000u);
    EXPECT_EQ(file->newest(), 3u);
    write(*file, a_batch(contents_.newest, 1));  // and what it goes on with is taken
  }
  const std::uint64_t newest = contents_.newest;
  const auto file = open();
  EXPECT_EQ(contents_.newest, newest + 1);
  file->drop_reserved();
  EXPECT_EQ(file->newest(), newest + 1);
}

TEST_F(StoreFiles, ItIsReadByItsOwnerAlone) {
  const auto file = new_file();
  write(*file, a_batch(0, 1));
  for (const char* const part : {"", "-wal"}) {
    struct stat facts {};
    ASSERT_EQ(stat((options_.path + part).c_str(), &facts), 0) << part;
    EXPECT_EQ(facts.st_mode & 0777, 0600u) << part;
  }
}

TEST_F(StoreFiles, NoTwoHaveItOpen) {
  const auto file = new_file();
  try {
    StoreContents contents;
    StoreFile::open(options_, 0, kToday, contents);
    FAIL() << "it was opened twice";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.trouble(), StoreTrouble::kBusy) << error.what();
  }
  EXPECT_TRUE(folder_.damaged().empty());
}

TEST_F(StoreFiles, WhatIsTooOldGoesAndTheNewestStays) {
  options_.keep_events_ms = 1000;
  const auto file = new_file();
  for (std::uint64_t first = 0; first < 3000; first += 100) write(*file, a_batch(first, 100));
  int turns = 0;
  while (file->tend(kToday + 3500)) ASSERT_LT(++turns, 1000);
  EXPECT_EQ(file->oldest(), 2500u);
  EXPECT_EQ(file->newest(), 3000u);
  contents_.events.clear();
  file->load(contents_);
  EXPECT_EQ(contents_.events.size(), 501u);
  EXPECT_EQ(contents_.events.front().seq, 2500u);
  turns = 0;
  while (file->tend(kToday + 1'000'000)) ASSERT_LT(++turns, 1000);
  EXPECT_EQ(file->oldest(), 3000u) << "numbers go on from the newest";
}

TEST_F(StoreFiles, ItStaysAsSmallAsItWasTold) {
  options_.bytes = options_.history.bytes = 2 * 1024 * 1024;
  const auto file = new_file();
  std::uint64_t seq = 0;
  std::int64_t now_ms = kToday;
  std::uint64_t most = 0;
  for (int round = 0; round < 60; ++round) {
    StoreBatch batch = a_batch(seq, 500);
    for (KeptEvent& event : batch.events) event.body.assign(300, 'x');
    seq += 500;
    write(*file, batch);
    now_ms += 20'000;
    for (int i = 0; file->tend(now_ms) && i < 100; ++i) {
    }
    most = std::max(most, static_cast<std::uint64_t>(std::filesystem::file_size(options_.path)));
  }
  EXPECT_LT(most, 4 * options_.bytes);
  EXPECT_EQ(file->newest(), seq);
  file->load(contents_);
  ASSERT_FALSE(contents_.events.empty());
  EXPECT_GT(contents_.events.front().seq, 1u);
  EXPECT_EQ(contents_.events.back().seq - contents_.events.front().seq + 1, contents_.events.size())
      << "what is left has no holes";
}

TEST_F(StoreFiles, InMemoryItIsTheSameButForTheFile) {
  options_.path.clear();
  const auto file = new_file();
  write(*file, a_batch(0, 3));
  EXPECT_EQ(file->newest(), 3u);
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(StoreFiles, AnOlderVersionIsBroughtUpToDate) {
  {
    Database old(options_.path);
    migrate_to(old, 1);
    EXPECT_EQ(old.number("PRAGMA user_version"), 1);
    old.run(
        "INSERT INTO names VALUES(1, 'node-1');"
        "INSERT INTO events VALUES(1, 1000, 0, 1, x'61'), (2, 2000, 0, 1, x'62');"
        "INSERT INTO nodes VALUES(1, 'node-1', 1, 2, 3, 0, 4, 5, 6, 1000, 'peer', x'', x'80', "
        "0, '', '', 0, 0, 0, '', 0);"
        "INSERT INTO meta VALUES('story', 4711)");
  }
  const auto file = open();
  EXPECT_EQ(file->database().number("PRAGMA user_version"), kSchemaVersion);
  EXPECT_EQ(contents_.story, 4711u);
  EXPECT_EQ(contents_.newest, 2u);
  ASSERT_EQ(contents_.nodes.size(), 1u);
  EXPECT_EQ(contents_.nodes[0].sessions, 6u);
  write(*file, a_batch(2, 2));
  EXPECT_EQ(file->newest(), 4u);
}

TEST_F(StoreFiles, ANewerVersionIsLeftAlone) {
  new_file()->database().run("PRAGMA user_version = 99");
  try {
    open();
    FAIL() << "it was opened";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.trouble(), StoreTrouble::kFailed);
    EXPECT_NE(std::string(error.what()).find("newer"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(folder_.damaged().empty());
}

}  // namespace
}  // namespace rollcall
