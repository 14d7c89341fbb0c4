// Files that something happened to while nobody had them open.
#include <fstream>
#include <random>

#include "broker/io/store/store_file.hpp"
#include "tests/store/a_store.hpp"

namespace rollcall {
namespace {

// A file with 2000 events and as many nodes, in order closed; or as a crash leaves it, with the
// log of changes beside it.
class StoreDamage : public ::testing::Test {
 protected:
  Folder folder_;
  StoreOptions options_ = options_of(folder_.store());
  StoreContents contents_;

  StoreDamage() {
    StoreContents contents;
    const auto file = StoreFile::open(options_, 0, kToday, contents);
    file->probe(kToday);
    for (std::uint64_t first = 0; first < 2000; first += 100) {
      StoreBatch batch = a_batch(first, 100);
      for (std::uint64_t i = first; i < first + 100; ++i) {
        batch.facts.push_back({kNoSlot, a_node("node-" + std::to_string(i))});
      }
      file->write(std::span(&batch, 1));
    }
    std::filesystem::copy(options_.path, options_.path + ".crashed");
    std::filesystem::copy(options_.path + "-wal", options_.path + ".crashed-wal");
  }

  void crash() {
    std::filesystem::rename(options_.path + ".crashed", options_.path);
    std::filesystem::rename(options_.path + ".crashed-wal", options_.path + "-wal");
  }
  void overwrite(const std::string& path, std::uintmax_t at, std::size_t bytes) {
    std::mt19937 dice(1);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    for (std::size_t i = 0; i < bytes; ++i) file.put(static_cast<char>(dice()));
  }
  std::unique_ptr<StoreFile> open() {
    contents_ = StoreContents();
    auto file = StoreFile::open(options_, 0, kToday, contents_);
    file->load(contents_);
    return file;
  }
  // It is put aside whole, said, and a new one works.
  void expect_set_aside() {
    const auto file = open();
    ASSERT_EQ(folder_.damaged(), std::vector{contents_.set_aside});
    EXPECT_NE(contents_.set_aside_why, "");
    EXPECT_EQ(contents_.newest, 0u);
    EXPECT_TRUE(contents_.nodes.empty());
    const StoreBatch batch = a_batch(0, 2);
    file->probe(kToday);
    file->write(std::span(&batch, 1));
    EXPECT_EQ(file->newest(), 2u);
  }
};

TEST_F(StoreDamage, ASoundFileIsSound) {
  open();
  EXPECT_EQ(contents_.set_aside, "");
  EXPECT_EQ(contents_.newest, 2000u);
  EXPECT_EQ(contents_.nodes.size(), 2000u);
}

TEST_F(StoreDamage, WhatACrashLeftIsSound) {
  crash();
  open();
  EXPECT_EQ(contents_.set_aside, "");
  EXPECT_EQ(contents_.newest, 2000u);
  EXPECT_EQ(contents_.nodes.size(), 2000u);
}

TEST_F(StoreDamage, GarbageOverTheHeader) {
  overwrite(options_.path, 0, 100);
  expect_set_aside();
}

TEST_F(StoreDamage, GarbageOverAllOfIt) {
  overwrite(options_.path, 0, std::filesystem::file_size(options_.path));
  expect_set_aside();
}

TEST_F(StoreDamage, CutShort) {
  std::filesystem::resize_file(options_.path, std::filesystem::file_size(options_.path) / 2);
  expect_set_aside();
}

TEST_F(StoreDamage, CutToAFewBytes) {
  std::filesystem::resize_file(options_.path, 50);
  expect_set_aside();
}

// Wherever it is hit, nothing crashes, and it is either set aside or whole enough to go on.
TEST_F(StoreDamage, FlippedBytesAnywhere) {
  const std::string whole = options_.path + ".whole";
  std::filesystem::copy(options_.path, whole);
  const std::uintmax_t size = std::filesystem::file_size(whole);
  std::mt19937 dice(7);
  int aside = 0;
  for (int round = 0; round < 60; ++round) {
    std::filesystem::copy(whole, options_.path, std::filesystem::copy_options::overwrite_existing);
    for (int i = 0; i < 8; ++i) overwrite(options_.path, dice() % size, 16);
    try {
      const auto file = open();
      aside += contents_.set_aside.empty() ? 0 : 1;
      const StoreBatch batch = a_batch(contents_.newest, 2);
      file->write(std::span(&batch, 1));
    } catch (const StoreError& error) {
      // Found while it was in use, as the thread will; or its version is not ours any more.
      EXPECT_TRUE(error.trouble() == StoreTrouble::kDamaged ||
                  error.trouble() == StoreTrouble::kFailed)
          << error.what();
    }
    std::filesystem::remove(options_.path + "-wal");
  }
  EXPECT_GT(aside, 10);
  EXPECT_LE(folder_.damaged().size(), limits::kDamagedFiles);
}

// SQLite takes it for a new one; the story shows that it is.
TEST_F(StoreDamage, AFileOfNoBytesIsANewOne) {
  open();
  const std::uint64_t story = contents_.story;
  std::filesystem::resize_file(options_.path, 0);
  open();
  EXPECT_EQ(contents_.newest, 0u);
  EXPECT_NE(contents_.story, story);
}

// Of the log of changes all is taken up to where it is damaged: older, but never half of anything.
TEST_F(StoreDamage, GarbageInTheLogOfChanges) {
  crash();
  const std::string log = options_.path + "-wal";
  overwrite(log, std::filesystem::file_size(log) / 2, 64);
  open();
  EXPECT_EQ(contents_.set_aside, "");
  EXPECT_LE(contents_.newest, 2000u);
  EXPECT_EQ(contents_.newest % 100, 0u) << "a batch is whole or not there";
  if (contents_.newest == 0) return;
  const auto last = "node-" + std::to_string(contents_.newest - 1);
  EXPECT_TRUE(std::any_of(contents_.nodes.begin(), contents_.nodes.end(),
                          [&](const RosterNode& node) { return node.id == last; }));
}

TEST_F(StoreDamage, ALogOfNothingButGarbage) {
  crash();
  const std::string log = options_.path + "-wal";
  overwrite(log, 0, std::filesystem::file_size(log));
  open();
  EXPECT_EQ(contents_.newest % 100, 0u);
}

// What is not ours is never touched: neither put away nor changed.
TEST_F(StoreDamage, SomebodyElsesDatabaseIsRefusedAndLeftAsItWas) {
  const std::string path = folder_.store() + ".theirs";
  { Database(path).run("CREATE TABLE accounts(name); INSERT INTO accounts VALUES('alice')"); }
  const auto bytes = [&] {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = bytes();
  options_.path = path;
  try {
    open();
    FAIL() << "it was opened";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.trouble(), StoreTrouble::kFailed) << error.what();
    EXPECT_NE(std::string(error.what()).find("not one of rollcall-broker"), std::string::npos);
  }
  EXPECT_TRUE(folder_.damaged().empty());
  EXPECT_EQ(bytes(), before);
}

TEST_F(StoreDamage, OfThoseThatWereSetAsideTheNewestStay) {
  for (int i = 0; i < 8; ++i) {
    overwrite(options_.path, 0, 100);
    open()->probe(kToday);
  }
  EXPECT_EQ(folder_.damaged().size(), limits::kDamagedFiles);
}

}  // namespace
}  // namespace rollcall
