// Whichever call to the disk or to memory fails, and at whatever moment: what was acknowledged is
// there afterwards, all of a batch or nothing of it, and what comes after it can be stored.
#include <sqlite3.h>

#include "broker/io/store/store_file.hpp"
#include "tests/store/a_store.hpp"
#include "tests/store/faulty_disk.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kBatches = 6;
constexpr std::uint64_t kEach = 3;

// Batches of three events and one fact, all of it once; true where nothing failed.
struct Outcome {
  std::uint64_t acknowledged = 0;
  std::string error;
};

Outcome run(const StoreOptions& options, StoreContents& contents) {
  Outcome result;
  try {
    const auto file = StoreFile::open(options, 0, kToday, contents);
    file->load(contents);
    file->probe(kToday);
    for (std::uint64_t first = file->newest(); first < kBatches * kEach; first += kEach) {
      const StoreBatch batch = a_batch(first, kEach);
      file->write(std::span(&batch, 1));
      result.acknowledged = first + kEach;
      file->tend(kToday + static_cast<std::int64_t>(first) * 1000);
    }
    file->settle();
  } catch (const StoreError& error) {
    result.error = error.what();
  }
  return result;
}

// What is in the file now, read by a disk that works.
void expect_sound(const StoreOptions& options, std::uint64_t acknowledged,
                  const std::string& when) {
  StoreContents found;
  const auto file = StoreFile::open(options, 0, kToday, found);
  file->load(found);
  ASSERT_EQ(found.set_aside, "") << when << ": " << found.set_aside_why;
  ASSERT_GE(found.newest, acknowledged) << when;
  ASSERT_EQ(found.newest % kEach, 0u) << when << ": half a batch";
  ASSERT_LE(found.newest, acknowledged + kEach) << when;
  ASSERT_EQ(found.events.size(), found.newest) << when;
  for (std::size_t i = 0; i < found.events.size(); ++i) ASSERT_EQ(found.events[i].seq, i + 1);
  ASSERT_EQ(found.nodes.empty(), found.newest == 0) << when;
  if (found.newest == 0) return;
  ASSERT_EQ(found.nodes[0].seq, found.newest) << when << ": half a batch";
}

class StoreFaults : public ::testing::Test {
 protected:
  ~StoreFaults() override { faulty::heal(); }

  // Fails the first call, the second, and so on (beyond fifty not every one), until a run does not
  // come to it any more.
  int fail_each(faulty::Call call, int code, bool for_good) {
    int nth = 1;
    for (; nth < 2000; nth += 1 + nth / 50) {
      const Folder folder;
      const StoreOptions options = options_of(folder.store());
      StoreContents contents;
      faulty::fail(call, nth, code, for_good);
      const Outcome first = run(options, contents);
      const bool reached = faulty::has_failed();
      faulty::heal();
      const std::string when = "call " + std::to_string(nth) + ": " + first.error;
      EXPECT_EQ(contents.set_aside, "") << when << ": a failure is no damage";
      expect_sound(options, first.acknowledged, when);
      StoreContents again;
      EXPECT_EQ(run(options, again).error, "") << when;
      expect_sound(options, kBatches * kEach, when + ", then again");
      if (!reached || HasFatalFailure()) break;
    }
    return nth;
  }
};

TEST_F(StoreFaults, NothingFails) {
  const Folder folder;
  const StoreOptions options = options_of(folder.store());
  StoreContents contents;
  EXPECT_EQ(run(options, contents).error, "");
  expect_sound(options, kBatches * kEach, "always");
}

TEST_F(StoreFaults, AWriteFindsNoSpace) {  // [P68]
  EXPECT_GT(fail_each(faulty::Call::kWrite, SQLITE_FULL, false), 30);
  fail_each(faulty::Call::kWrite, SQLITE_FULL, true);
}

TEST_F(StoreFaults, AWriteFails) { fail_each(faulty::Call::kWrite, SQLITE_IOERR_WRITE, true); }

TEST_F(StoreFaults, AFlushFails) {
  EXPECT_GT(fail_each(faulty::Call::kSync, SQLITE_IOERR_FSYNC, false), 8);
  fail_each(faulty::Call::kSync, SQLITE_IOERR_FSYNC, true);
}

TEST_F(StoreFaults, AReadFails) {
  fail_each(faulty::Call::kRead, SQLITE_IOERR_READ, false);
  fail_each(faulty::Call::kRead, SQLITE_IOERR_READ, true);
}

TEST_F(StoreFaults, AFileCannotBeOpened) {
  EXPECT_GT(fail_each(faulty::Call::kOpen, SQLITE_CANTOPEN, true), 2);
}

TEST_F(StoreFaults, AFileCannotBeCutOrRemoved) {
  fail_each(faulty::Call::kTruncate, SQLITE_IOERR_TRUNCATE, true);
  fail_each(faulty::Call::kDelete, SQLITE_IOERR_DELETE, true);
}

TEST_F(StoreFaults, ALockCannotBeHad) {
  fail_each(faulty::Call::kLock, SQLITE_IOERR_LOCK, true);
  fail_each(faulty::Call::kLock, SQLITE_BUSY, true);
}

TEST_F(StoreFaults, AnyCallFailsAndAllAfterIt) {
  fail_each(faulty::Call::kAny, SQLITE_IOERR, true);
}

TEST_F(StoreFaults, MemoryRunsOut) {
  // Of thousands of allocations all of the first, then fewer and fewer.
  for (int nth = 1; nth < 1'000'000; nth += 1 + nth / 40) {
    const Folder folder;
    const StoreOptions options = options_of(folder.store());
    StoreContents contents;
    faulty::fail_allocation(nth);
    const Outcome first = run(options, contents);
    const bool reached = faulty::has_failed();
    faulty::heal();
    const std::string when = "allocation " + std::to_string(nth) + ": " + first.error;
    ASSERT_EQ(contents.set_aside, "") << when;
    expect_sound(options, first.acknowledged, when);
    if (!reached || HasFatalFailure()) break;
  }
}

}  // namespace
}  // namespace rollcall
