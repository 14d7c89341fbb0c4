// Backups put in the place of the store. [P82]
#include "broker/io/store/schema.hpp"
#include "tests/store/running_store.hpp"

namespace rollcall {
namespace {

using nlohmann::json;

// A backup of events 1 … 500 and nodes node-1 and old.
const std::string& a_backup() {
  static const std::string bytes = [] {
    const StoreFolder folder;
    RunningStore store(folder.path("store.db"));
    store.write(499, 1000);
    store.write(1, 1000, "old");
    store.wait_stored();
    return store.back_up();
  }();
  return bytes;
}

// It, changed by SQL.
std::string changed_backup(const char* sql) {
  const StoreFolder folder;
  const std::string path = folder.path("copy.db");
  put_file(path, a_backup());
  {
    Database database(path);
    database.run(sql);
  }
  return get_file(path);
}

class Restore : public testing::Test {
 protected:
  void SetUp() override {
    store.write(7);
    store.wait_stored();
  }
  // It is refused with those words, and the store is as it was, and stores.
  void expect_refused(const std::string& bytes, const std::string& words,
                      QueryError code = QueryError::kBadRequest) {
    const StoreAnswer answer = store.restore(bytes);
    ASSERT_TRUE(answer.failure);
    EXPECT_EQ(answer.failure->code, code) << answer.failure->message;
    EXPECT_NE(answer.failure->message.find(words), std::string::npos) << answer.failure->message;
    expect_untouched();
  }
  void expect_untouched() {
    EXPECT_EQ(store.restored, nullptr);
    EXPECT_TRUE(folder.names("before-restore").empty());
    EXPECT_TRUE(folder.names("restoring").empty());
    store.write(1);
    store.wait_stored();
    const std::uint64_t newest = store.newest;
    store.close();
    EXPECT_EQ(seqs_in(folder.path("store.db")).size(), newest);
    store.open();
  }

  StoreFolder folder;
  RunningStore store{folder.path("store.db")};
};

TEST_F(Restore, TakesThePlaceOfTheStore) {
  const std::uint64_t story = store.contents.story;
  const StoreAnswer answer = store.restore(a_backup());
  ASSERT_FALSE(answer.failure) << answer.failure->message;
  const json result = json::from_msgpack(answer.result);
  EXPECT_EQ(result["events"], 500);
  EXPECT_EQ(result["nodes"], 2);
  ASSERT_NE(store.restored, nullptr);
  EXPECT_EQ(store.restored->story, story);
  EXPECT_EQ(store.restored->nodes.size(), 2u);
  EXPECT_EQ(store.restored->events.size(), 500u);
  EXPECT_EQ(store.newest, 500u);  // the higher one
  store.write(2);
  store.wait_stored();
  EXPECT_EQ(store.report.oldest, 1u);
  store.close();
  const auto seqs = seqs_in(folder.path("store.db"));
  EXPECT_EQ(seqs.size(), 502u);
  EXPECT_EQ(seqs.back(), 502u);
  const auto before = folder.names("before-restore");
  ASSERT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0], store.restored->set_aside);
  EXPECT_EQ(seqs_in(folder.path(before[0])).size(), 7u);
  EXPECT_TRUE(folder.names("restoring").empty());
  store.open();
  EXPECT_EQ(store.contents.story, story);
  EXPECT_EQ(store.contents.newest, 502u);
}

TEST_F(Restore, OfAnOlderOneNumbersGoOnFromTheStore) {
  const std::string bytes = store.back_up();
  store.write(93);
  store.wait_stored();
  ASSERT_FALSE(store.restore(bytes).failure);
  EXPECT_EQ(store.newest, 100u);
  store.write(2);
  store.wait_stored();
  store.close();
  EXPECT_EQ(seqs_in(folder.path("store.db")),
            (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 101, 102}));
  store.open();
  EXPECT_EQ(store.contents.newest, 102u);
  EXPECT_EQ(store.contents.oldest, 1u);
}

TEST_F(Restore, WhatWaitsForItIsInTheStoreBefore) {
  // Events that were handed over before the backup takes its place, and others behind it.
  ASSERT_EQ(store.send(a_backup()), "");
  const std::uint64_t ticket = store.begin(restore_question(RestoreStep::kFinish));
  for (int i = 0; i < 50 && store.restored == nullptr; ++i) {
    store.write(1);
    store.hear();
  }
  ASSERT_FALSE(store.await(ticket).failure);
  store.write(1);
  store.wait_stored();
  store.close();
  const auto after = seqs_in(folder.path("store.db"));
  const auto before = seqs_in(folder.path(folder.names("before-restore").at(0)));
  EXPECT_EQ(after.back(), store.newest);
  EXPECT_GE(before.size(), 7u);
  for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(before[i], i + 1);
  EXPECT_EQ(after[499], 500u);
  // None was lost between the two.
  EXPECT_GT(after[500], 500u);
  for (std::size_t i = 501; i < after.size(); ++i) ASSERT_EQ(after[i], after[i - 1] + 1);
}

TEST_F(Restore, ThreeOfThoseBeforeAreKept) {
  const std::string& bytes = a_backup();
  for (int i = 0; i < 5; ++i) ASSERT_FALSE(store.restore(bytes).failure);
  EXPECT_EQ(folder.names("before-restore").size(), 3u);
}

TEST_F(Restore, BringsAnOlderOneUpToDate) {
  const std::string path = folder.path("older.db");
  {
    Database database(path);
    migrate_to(database, 1);
    database.run(
        "INSERT INTO names VALUES(1, 'n'); INSERT INTO events VALUES(9, 1795000000000, 0, 1, "
        "x'80')");
  }
  const StoreAnswer answer = store.restore(get_file(path));
  ASSERT_FALSE(answer.failure) << answer.failure->message;
  store.write(1);
  store.wait_stored();
  store.close();
  EXPECT_EQ(seqs_in(folder.path("store.db")), (std::vector<std::uint64_t>{9, 10}));
}

TEST_F(Restore, RefusesWhatIsNoSuchFile) {
  expect_refused("", "");
  expect_refused("hello", "not a database");
  expect_refused(std::string(100'000, '\xff'), "not a database");
  const StoreFolder other;
  {
    Database database(other.path("foreign.db"));
    database.run("CREATE TABLE t(x); INSERT INTO t VALUES(1)");
  }
  expect_refused(get_file(other.path("foreign.db")), "not one of rollcall-broker");
}

TEST_F(Restore, RefusesADamagedOne) {
  std::string bytes = a_backup();
  for (std::size_t at = bytes.size() / 2; at < bytes.size() / 2 + 20'000; ++at) bytes[at] = '\x55';
  expect_refused(bytes, "nothing was changed");
}

TEST_F(Restore, RefusesAShortOne) {
  std::string bytes = a_backup();
  bytes.resize(bytes.size() / 2);
  expect_refused(bytes, "nothing was changed");
}

TEST_F(Restore, RefusesANewerOne) {
  expect_refused(changed_backup("PRAGMA user_version = 1000"), "newer rollcall-broker");
}

TEST_F(Restore, RefusesForeignTablesAndTriggers) {
  expect_refused(
      changed_backup("CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM nodes; END"),
      "tables are not those");
  expect_refused(changed_backup("CREATE TABLE more(x)"), "tables are not those");
  expect_refused(changed_backup("DROP INDEX events_by_node"), "tables are not those");
}

TEST_F(Restore, RefusesNumbersBeyondAllBounds) {
  expect_refused(changed_backup("UPDATE events SET seq = 9223372036854775807 WHERE seq = 500"),
                 "out of all bounds");
  expect_refused(changed_backup("UPDATE events SET seq = -5 WHERE seq = 1"), "out of all bounds");
}

TEST_F(Restore, RefusesAWrongDigest) {
  PastQuestion begin = restore_question(RestoreStep::kBegin);
  begin.transfer.bytes = 3;
  begin.transfer.digest = 1;
  EXPECT_EQ(store.failure_of(begin), "");
  PastQuestion data = restore_question(RestoreStep::kData);
  data.transfer.data = "abc";
  EXPECT_EQ(store.failure_of(data), "");
  const StoreAnswer answer = store.ask(restore_question(RestoreStep::kFinish));
  ASSERT_TRUE(answer.failure);
  EXPECT_NE(answer.failure->message.find("digest"), std::string::npos);
  expect_untouched();
}

TEST_F(Restore, PartsFollowEachOther) {
  EXPECT_NE(store.failure_of(restore_question(RestoreStep::kData)), "");    // none has begun
  EXPECT_NE(store.failure_of(restore_question(RestoreStep::kFinish)), "");  // nor this
  PastQuestion begin = restore_question(RestoreStep::kBegin);
  begin.transfer.bytes = 10;
  EXPECT_EQ(store.failure_of(begin), "");
  PastQuestion data = restore_question(RestoreStep::kData);
  data.transfer.data = "abcd";
  EXPECT_EQ(store.result_of(data)["received"], 4);
  data.transfer.offset = 3;
  EXPECT_NE(store.failure_of(data), "");
  data.transfer.offset = 5;
  EXPECT_NE(store.failure_of(data), "");
  data.transfer.offset = UINT64_MAX;
  EXPECT_NE(store.failure_of(data), "");
  data.transfer.offset = 4;
  data.transfer.data = "longer than it was to be";
  EXPECT_NE(store.failure_of(data), "");
  EXPECT_NE(store.failure_of(restore_question(RestoreStep::kFinish)), "");  // more is to come
  data.transfer.data = "ef";
  EXPECT_EQ(store.result_of(data)["received"], 6);
  EXPECT_EQ(store.failure_of(begin), "");  // begins anew
  data.transfer.offset = 0;
  EXPECT_EQ(store.result_of(data)["received"], 2);
  const StoreAnswer other = store.ask(restore_question(RestoreStep::kBegin, "bob"));
  ASSERT_TRUE(other.failure);
  EXPECT_EQ(other.failure->code, QueryError::kUnavailable);
}

TEST_F(Restore, TakesNoMoreThanTheDiskHas) {
  PastQuestion begin = restore_question(RestoreStep::kBegin);
  for (const std::uint64_t bytes : {UINT64_MAX, std::uint64_t{1} << 60}) {
    begin.transfer.bytes = bytes;
    const StoreAnswer answer = store.ask(begin);
    ASSERT_TRUE(answer.failure);
    EXPECT_EQ(answer.failure->code, QueryError::kTooLarge);
  }
  expect_untouched();
}

TEST_F(Restore, IsGivenUpAfterTenMinutes) {
  Restorer restorer(folder.path("other.db"));
  Transfer begin;
  begin.bytes = 10;
  ASSERT_FALSE(restorer.take(begin, "ann", {1000, 0}));
  EXPECT_EQ(folder.names("restoring").size(), 1u);
  EXPECT_FALSE(restorer.advance({1000 + limits::kRestoreAbandonedMs - 1, 0}));
  EXPECT_TRUE(restorer.take(begin, "bob", {2000, 0}));
  EXPECT_FALSE(restorer.advance({1000 + limits::kRestoreAbandonedMs, 0}));
  EXPECT_TRUE(folder.names("restoring").empty());
  EXPECT_FALSE(restorer.take(begin, "bob", {2000, 0}));
}

TEST_F(Restore, ABrokerThatEndsBeforeItIsInPlaceKeepsItsStore) {
  store.holds_swap = true;
  ASSERT_EQ(store.send(a_backup()), "");
  store.begin(restore_question(RestoreStep::kFinish));
  for (int i = 0; i < 100 && store.report.restore_ticket == 0; ++i) store.hear();
  ASSERT_NE(store.report.restore_ticket, 0u);
  EXPECT_EQ(store.report.restore_newest, 500u);
  store.close();
  EXPECT_EQ(seqs_in(folder.path("store.db")).size(), 7u);
  EXPECT_TRUE(folder.names("restoring").empty());
}

}  // namespace
}  // namespace rollcall
