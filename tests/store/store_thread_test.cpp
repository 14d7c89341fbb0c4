// The thread of the store, over a disk that fails, stands still, and is whole again.
#include "broker/io/store/store_thread.hpp"

#include <chrono>

#include <poll.h>
#include <sqlite3.h>

#include "shared/io/clock.hpp"
#include "tests/store/a_store.hpp"
#include "tests/store/faulty_disk.hpp"

namespace rollcall {
namespace {

class StoreThreads : public ::testing::Test {
 protected:
  Folder folder_;
  StoreOptions options_ = options_of(folder_.store());
  std::unique_ptr<StoreThread> store_;
  StoreContents contents_;
  StoreReport report_;
  std::vector<StoreAnswer> answers_;

  ~StoreThreads() override {
    faulty::heal();
    faulty::let_go();
  }

  void open() {
    contents_ = StoreContents();
    auto opened = StoreThread::open(options_, read_clock(), contents_);
    ASSERT_TRUE(opened) << opened.error();
    store_ = std::move(*opened);
  }
  void submit(StoreBatch batch) { store_->submit(batch); }
  void take() {
    store_->take(report_);
    for (StoreAnswer& it : report_.answers) answers_.push_back(std::move(it));
  }
  // As the duty cycle waits; false where it does not come within ten seconds.
  template <typename Condition>
  bool wait_until(Condition&& condition) {
    const std::int64_t until_ms = read_clock().steady_ms + 10'000;
    while (true) {
      take();
      if (condition()) return true;
      if (read_clock().steady_ms > until_ms) return false;
      pollfd fd{store_->fd(), POLLIN, 0};
      poll(&fd, 1, 20);
    }
  }
  bool wait_for_stored(std::uint64_t seq) {
    return wait_until([&] { return report_.stored == seq; });
  }
  bool wait_for_trouble() {
    return wait_until([&] { return !report_.is_persisting; });
  }
  void expect_events(std::uint64_t newest) {
    const StoreContents found = contents_of(options_);
    EXPECT_EQ(found.newest, newest);
    ASSERT_EQ(found.events.size(), newest);
    for (std::size_t i = 0; i < newest; ++i) {
      ASSERT_EQ(found.events[i].seq, i + 1);
      ASSERT_EQ(found.events[i].body, "body of " + std::to_string(i + 1));
    }
  }
  static StoreBatch a_question(std::uint64_t ticket) {
    StoreBatch batch;
    PastQuestion question;
    question.op = PastOp::kStore;
    batch.asks.push_back({ticket, question});
    return batch;
  }
};

TEST_F(StoreThreads, WhatIsHandedOverIsStoredAndReported) {
  open();
  take();
  EXPECT_TRUE(report_.is_there && report_.is_durable && report_.is_persisting && report_.has_room);
  EXPECT_EQ(report_.stored, 0u);
  for (std::uint64_t first = 0; first < 30; first += 3) submit(a_batch(first, 3));
  EXPECT_TRUE(wait_for_stored(30));
  EXPECT_EQ(report_.oldest, 1u);
  store_.reset();
  expect_events(30);
}

TEST_F(StoreThreads, TroublePassesAndEverythingArrivesInOrder) {  // [P68]
  open();
  submit(a_batch(0, 3));
  ASSERT_TRUE(wait_for_stored(3));
  faulty::fail(faulty::Call::kWrite, 1, SQLITE_IOERR_WRITE, true);
  submit(a_batch(3, 3));
  ASSERT_TRUE(wait_for_trouble());
  EXPECT_NE(report_.why.find(options_.path), std::string::npos) << report_.why;
  EXPECT_EQ(report_.stored, 3u);
  submit(a_batch(6, 3));
  submit(a_batch(9, 3));
  faulty::heal();
  ASSERT_TRUE(wait_for_stored(12));
  EXPECT_TRUE(report_.is_persisting);
  EXPECT_EQ(report_.why, "");
  EXPECT_GE(report_.reopened, 1u);
  EXPECT_EQ(report_.set_aside, 0u);
  store_.reset();
  expect_events(12);
}

TEST_F(StoreThreads, AFlushThatFailsOnceIsNotBelieved) {
  open();
  submit(a_batch(0, 3));
  ASSERT_TRUE(wait_for_stored(3));
  faulty::fail(faulty::Call::kSync, 1, SQLITE_IOERR_FSYNC, false);
  submit(a_batch(3, 3));
  ASSERT_TRUE(wait_for_stored(6));
  EXPECT_TRUE(faulty::has_failed());
  EXPECT_EQ(report_.reopened, 1u) << "nothing that was in memory then may be trusted";
  store_.reset();
  expect_events(6);
}

TEST_F(StoreThreads, FullItGivesUpItsBallastBeforeItSaysAWord) {
  open();
  submit(a_batch(0, 3));
  ASSERT_TRUE(wait_for_stored(3));
  ASSERT_TRUE(std::filesystem::exists(options_.path + ".ballast"));
  faulty::fail(faulty::Call::kWrite, 1, SQLITE_FULL, false);
  submit(a_batch(3, 3));
  ASSERT_TRUE(wait_for_stored(6));
  EXPECT_TRUE(report_.is_persisting);
  store_.reset();
  expect_events(6);
}

TEST_F(StoreThreads, OfASlowDiskNothingIsSaidToBeStored) {  // [P67]
  open();
  submit(a_batch(0, 1));
  ASSERT_TRUE(wait_for_stored(1));
  faulty::hold_flushes();
  submit(a_batch(1, 1));
  ASSERT_TRUE(wait_until([] { return faulty::waiting() > 0; }));
  EXPECT_EQ(report_.stored, 1u);
  EXPECT_TRUE(report_.has_room);
  for (std::uint64_t i = 0; i < limits::kBatchesWaiting; ++i) submit(a_batch(2 + i, 1));
  take();
  EXPECT_FALSE(report_.has_room) << "the broker keeps the rest";
  EXPECT_EQ(report_.stored, 1u);
  faulty::let_go();
  ASSERT_TRUE(wait_for_stored(2 + limits::kBatchesWaiting));
  EXPECT_TRUE(report_.has_room);
}

TEST_F(StoreThreads, ManyEventsFillItAsManyBatchesDo) {
  open();
  faulty::hold_flushes();
  StoreBatch large;
  for (std::uint64_t seq = 1; seq <= limits::kEventsWaiting; ++seq) {
    large.events.push_back({seq, kToday, EventKind::kJoined, "n", ""});
  }
  submit(std::move(large));
  take();
  EXPECT_FALSE(report_.has_room);
  faulty::let_go();
  ASSERT_TRUE(wait_for_stored(limits::kEventsWaiting));
  EXPECT_TRUE(report_.has_room);
}

TEST_F(StoreThreads, QuestionsAreAnsweredWhileTheDiskFailsAndNothingGrows) {
  open();
  faulty::fail(faulty::Call::kAny, 1, SQLITE_IOERR, true);
  submit(a_batch(0, 1));
  ASSERT_TRUE(wait_for_trouble());
  const std::size_t many = 3 * limits::kBatchesWaiting;
  for (std::uint64_t ticket = 1; ticket <= many; ++ticket) submit(a_question(ticket));
  ASSERT_TRUE(wait_until([&] { return answers_.size() == many; }));
  for (const StoreAnswer& answer : answers_) {
    ASSERT_TRUE(answer.failure);
    EXPECT_EQ(answer.failure->code, QueryError::kUnavailable);
  }
  take();
  EXPECT_TRUE(report_.has_room) << "of questions that are answered nothing is left";
  faulty::heal();
  ASSERT_TRUE(wait_for_stored(1));
  submit(a_question(1));
  ASSERT_TRUE(wait_until([&] { return answers_.size() == many + 1; }));
  EXPECT_FALSE(answers_.back().failure);
}

TEST_F(StoreThreads, AtTheEndWhatWaitsIsWritten) {
  open();
  faulty::fail(faulty::Call::kWrite, 1, SQLITE_IOERR_WRITE, true);
  submit(a_batch(0, 3));
  ASSERT_TRUE(wait_for_trouble());
  faulty::heal();
  submit(a_batch(3, 3));
  store_->finish();  // whether it is just now waiting to try again, or not
  take();
  EXPECT_EQ(report_.stored, 6u);
  store_.reset();
  expect_events(6);
}

TEST_F(StoreThreads, ItEndsThoughTheDiskTakesNothing) {
  open();
  faulty::fail(faulty::Call::kWrite, 1, SQLITE_FULL, true);
  submit(a_batch(0, 3));
  ASSERT_TRUE(wait_for_trouble());
  submit(a_batch(3, 3));
  const std::int64_t began_ms = read_clock().steady_ms;
  store_->finish();
  EXPECT_LT(read_clock().steady_ms - began_ms, 2000);
  take();
  EXPECT_EQ(report_.stored, 0u);
}

TEST_F(StoreThreads, DamageThatComesUpLaterIsSetAsideAndSaid) {  // [P70]
  open();
  submit(a_batch(0, 3));
  ASSERT_TRUE(wait_for_stored(3));
  faulty::fail(faulty::Call::kWrite, 1, SQLITE_CORRUPT, false);
  submit(a_batch(3, 3));
  ASSERT_TRUE(wait_for_stored(6));
  EXPECT_EQ(report_.set_aside, 1u);
  EXPECT_EQ(folder_.damaged(), std::vector{report_.set_aside_name});
  store_.reset();
  const StoreContents found = contents_of(options_);
  EXPECT_EQ(found.story, contents_.story) << "numbers go on";
  ASSERT_EQ(found.events.size(), 3u);
  EXPECT_EQ(found.events[0].seq, 4u);
}

TEST_F(StoreThreads, WhatWasSetAsideIsSaidAlsoWhereTheNewOneCannotBeOpenedAtOnce) {
  open();
  submit(a_batch(0, 3));
  ASSERT_TRUE(wait_for_stored(3));
  faulty::fail(faulty::Call::kWrite, 1, SQLITE_CORRUPT, true);
  submit(a_batch(3, 3));
  ASSERT_TRUE(wait_until([&] { return !folder_.damaged().empty(); }));
  faulty::fail(faulty::Call::kOpen, 1, SQLITE_CANTOPEN, true);
  ASSERT_TRUE(wait_for_trouble());
  faulty::heal();
  ASSERT_TRUE(wait_for_stored(6));
  EXPECT_GE(report_.set_aside, 1u);
  EXPECT_NE(report_.set_aside_name, "");
}

// One that finds damage in all that it writes is not asked without a pause.
TEST_F(StoreThreads, ADiskThatSpoilsEverythingIsSoonLeftAlone) {
  open();
  faulty::fail(faulty::Call::kWrite, 1, SQLITE_CORRUPT, true);
  submit(a_batch(0, 3));
  ASSERT_TRUE(wait_for_trouble());
  take();
  EXPECT_LE(report_.set_aside, 3u);
}

TEST_F(StoreThreads, AnotherThatHasItOpenIsNamedInWords) {
  open();
  StoreContents contents;
  const auto second = StoreThread::open(options_, read_clock(), contents);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().find("another process has"), std::string::npos) << second.error();
  EXPECT_TRUE(folder_.damaged().empty());
}

}  // namespace
}  // namespace rollcall
