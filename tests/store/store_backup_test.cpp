// Copies of a store, made while it goes on. [P82]
#include <sys/stat.h>

#include "tests/store/running_store.hpp"

namespace rollcall {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

TEST(Backup, IsAStoreThatOpensAlone) {
  const StoreFolder folder;
  RunningStore store(folder.path("store.db"));
  store.write(300, 4096);
  store.write(1, 100, "node-2");
  store.wait_stored();
  const auto made = store.result_of(backup_question());
  const std::string bytes = store.fetch(made);
  ASSERT_GT(bytes.size(), 2u * 512 * 1024);  // of several parts
  Digest digest;
  digest.add(bytes);
  EXPECT_EQ(digest.value(), made["digest"]);
  // Read and write version 1: it needs no log, and nothing lies beside it.
  EXPECT_EQ(bytes.substr(18, 2), std::string("\x01\x01"));
  EXPECT_EQ(folder.names("", "store.db.backups"), std::vector<std::string>{made["backup"]});
  EXPECT_EQ(mode_of(folder.path("store.db.backups")), 0700u);
  EXPECT_EQ(mode_of(folder.path("store.db.backups/") + std::string(made["backup"])), 0600u);

  put_file(folder.path("copy.db"), bytes);
  std::vector<std::string> nodes;
  const auto seqs = seqs_in(folder.path("copy.db"), &nodes);
  EXPECT_EQ(seqs.size(), 301u);
  EXPECT_EQ(seqs.back(), 301u);
  EXPECT_EQ(nodes, (std::vector<std::string>{"node-1", "node-2"}));
}

TEST(Backup, IsWholeThoughEventsAreWrittenMeanwhile) {
  const StoreFolder folder;
  RunningStore store(folder.path("store.db"));
  for (int i = 0; i < 8; ++i) store.write(200, 8000);  // 13 MB: several steps
  store.wait_stored();
  const std::uint64_t before = store.newest;
  const std::uint64_t ticket = store.begin(backup_question());
  std::uint64_t batches = 0;
  for (; batches < 20; ++batches) {
    store.write(1, 8000);
    store.hear();
  }
  const StoreAnswer answer = store.await(ticket);
  ASSERT_FALSE(answer.failure) << answer.failure->message;
  store.wait_stored();
  const auto made = nlohmann::json::from_msgpack(answer.result);
  put_file(folder.path("copy.db"), store.fetch(made));
  const auto seqs = seqs_in(folder.path("copy.db"));
  ASSERT_FALSE(seqs.empty());
  EXPECT_GE(seqs.back(), before);
  for (std::size_t i = 0; i < seqs.size(); ++i) ASSERT_EQ(seqs[i], i + 1);
}

TEST(Backup, OneIsMadeAtATime) {
  const StoreFolder folder;
  RunningStore store(folder.path("store.db"));
  for (int i = 0; i < 3; ++i) store.write(200, 8000);
  store.wait_stored();
  const std::uint64_t first = store.begin(backup_question());
  const StoreAnswer second = store.ask(backup_question());
  ASSERT_TRUE(second.failure);
  EXPECT_EQ(second.failure->code, QueryError::kUnavailable);
  EXPECT_FALSE(store.await(first).failure);
  EXPECT_FALSE(store.ask(backup_question()).failure);
}

TEST(Backup, TheNewestFiveAreKept) {
  const StoreFolder folder;
  RunningStore store(folder.path("store.db"));
  store.write(1);
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) made.push_back(store.result_of(backup_question())["backup"]);
  std::vector<std::string> newest(made.begin() + 2, made.end());
  std::sort(newest.begin(), newest.end());
  EXPECT_EQ(folder.names("", "store.db.backups"), newest);
  EXPECT_EQ(store.failure_of(backup_question(made[2], 0)), "");
}

TEST(Backup, NamesReachNothingElse) {
  const StoreFolder folder;
  RunningStore store(folder.path("store.db"));
  store.write(1);
  const std::string made = store.result_of(backup_question())["backup"];
  put_file(folder.path("store.db.backups/secret"), "secret");
  put_file(folder.path("store-20261125-140301.db"), "secret");
  std::filesystem::create_symlink(folder.path("store.db.backups/secret"),
                                  folder.path("store.db.backups/store-20261125-140302.db"));
  for (const std::string& name :
       {std::string("secret"), std::string("../store.db"), "../store.db.backups/" + made,
        "./" + made, "/" + made, made + "/", made + std::string(1, '\0'), made + "x",
        std::string("../store-20261125-140301.db"), std::string("store-20261125-140301.db"),
        std::string("store-20261125-140302.db"), std::string("store-2026112x-140302.db"),
        std::string(100'000, '0')}) {
    const StoreAnswer answer = store.ask(backup_question(name, 0));
    ASSERT_TRUE(answer.failure) << name;
    EXPECT_EQ(answer.failure->code, QueryError::kNotFound) << name;
  }
  const StoreAnswer behind = store.ask(backup_question(made, UINT64_MAX));
  ASSERT_TRUE(behind.failure);
  EXPECT_EQ(behind.failure->code, QueryError::kBadRequest);
}

TEST(Backup, FailsWithoutHarmWhereItsFolderCannotBe) {
  const StoreFolder folder;
  put_file(folder.path("store.db.backups"), "a file in its place");
  RunningStore store(folder.path("store.db"));
  store.write(3);
  const StoreAnswer answer = store.ask(backup_question());
  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code, QueryError::kUnavailable);
  store.write(3);
  store.wait_stored();
  EXPECT_TRUE(store.report.is_persisting);
}

TEST(Backup, WhatABrokerLeftUnfinishedIsRemoved) {
  const StoreFolder folder;
  RunningStore store(folder.path("store.db"));
  const std::string made = store.result_of(backup_question())["backup"];
  put_file(folder.path("store.db.backups/store-20200101-000000.db.tmp"), "half");
  put_file(folder.path("store.db.backups/mine.txt"), "not ours to remove");
  store.result_of(backup_question());
  EXPECT_TRUE(folder.names(".tmp", "store.db.backups").empty());
  EXPECT_EQ(folder.names("mine", "store.db.backups").size(), 1u);
}

TEST(Backup, MemoryHasNone) {
  RunningStore store("");
  store.write(3);
  const StoreAnswer answer = store.ask(backup_question());
  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code, QueryError::kUnavailable);
  EXPECT_NE(answer.failure->message.find("--store"), std::string::npos);
  EXPECT_TRUE(store.ask(restore_question(RestoreStep::kBegin)).failure);
}

TEST(Backup, TheBrokerMayEndInTheMiddleOfIt) {
  const StoreFolder folder;
  RunningStore store(folder.path("store.db"));
  for (int i = 0; i < 3; ++i) store.write(200, 8000);
  std::filesystem::create_directory(folder.path("store.db.backups"));
  store.begin(backup_question());
  store.close();
  EXPECT_TRUE(folder.names(".tmp", "store.db.backups").empty());
  EXPECT_EQ(seqs_in(folder.path("store.db")).back(), 600u);
}

}  // namespace
}  // namespace rollcall
