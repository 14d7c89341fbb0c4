#include "broker/io/store/store_thread.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "broker/io/store/aside.hpp"
#include "broker/io/store/peek.hpp"
#include "shared/core/check.hpp"
#include "shared/core/limits.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kRetryFirstMs = 200;
constexpr std::int64_t kRetryMostMs = 10'000;
// How often samples are written: what a crash may cost.
constexpr std::int64_t kTendEveryMs = 1000;
// How often it looks whether the disk is done with a copy, or with a backup that came.
constexpr std::int64_t kTransferLookMs = 20;
// At the end, for what is still to be written.
constexpr std::int64_t kEndMs = 1000;
// And for the disk to let go: an order to stop is followed within two seconds.
constexpr std::int64_t kFinishMs = 1600;
constexpr int kLastTries = 3;

std::string advice(const StoreError& error, const std::string& path) {
  switch (error.trouble()) {
    case StoreTrouble::kFull:
      return fmt::format("the disk of {} is full; free some space: {}", path, error.what());
    case StoreTrouble::kReadOnly:
      return fmt::format("{} cannot be written: {}", path, error.what());
    case StoreTrouble::kBusy:
      return fmt::format(
          "another process has {} open, perhaps a broker that still runs; each needs "
          "a --store of its own",
          path);
    default: return fmt::format("{}: {}", path, error.what());
  }
}

}  // namespace

StoreThread::StoreThread(const StoreOptions& options)
    : options_(options),
      ballast_(options.path),
      event_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      transfers_(options) {
  ROLLCALL_CHECK(event_fd_ >= 0);
}

Result<std::unique_ptr<StoreThread>> StoreThread::open(const StoreOptions& options, Now now,
                                                       StoreContents& contents) {
  std::unique_ptr<StoreThread> it(new StoreThread(options));
  StoreThread& store = *it;
  store.report_.is_there = true;
  store.report_.is_durable = options.is_file();
  try {
    store.file_ = StoreFile::open(store.options_, 0, now.wall_ms, contents);
    store.file_->load(contents);
  } catch (const StoreError& error) {
    contents = StoreContents();
    if (error.trouble() == StoreTrouble::kFull && store.ballast_.give_up()) {
      return open(options, now, contents);
    }
    const bool is_ours = error.trouble() != StoreTrouble::kBusy && options.is_file();
    if (!is_ours || !peek(options, contents)) {
      return Error{"--store: " + advice(error, options.path)};
    }
    store.on_trouble(error);
  }
  store.story_ = contents.story;
  store.stored_ = store.report_.stored = contents.newest;
  store.report_.oldest = contents.oldest;
  if (store.file_ != nullptr) store.begin(now);
  store.thread_ = std::thread([&store] {
    store.run();
    const std::lock_guard lock(store.mutex_);
    store.is_done_ = true;
    store.done_.notify_one();
  });
  return it;
}

void StoreThread::begin(Now now) {
  try {
    file_->probe(now.wall_ms);
    is_short_ = !ballast_.take_up();
  } catch (const StoreError& error) {
    on_trouble(error);
  }
}

StoreThread::~StoreThread() {
  finish();
  close(event_fd_);
}

bool StoreThread::finish() {
  if (!thread_.joinable()) return true;
  {
    std::unique_lock lock(mutex_);
    stops_ = true;
    wake_.notify_one();
    if (!done_.wait_for(lock, std::chrono::milliseconds(kFinishMs), [this] { return is_done_; })) {
      return false;
    }
  }
  thread_.join();
  return true;
}

void StoreThread::take(StoreReport& report) {
  std::uint64_t count = 0;
  if (read(event_fd_, &count, sizeof count) < 0) count = 0;  // nothing came: no harm
  const std::lock_guard lock(mutex_);
  report.answers.clear();
  std::swap(report.answers, report_.answers);
  report.is_there = report_.is_there;
  report.is_durable = report_.is_durable;
  report.stored = report_.stored;
  report.oldest = report_.oldest;
  report.is_persisting = report_.is_persisting;
  report.why = report_.why;
  report.reopened = report_.reopened;
  report.set_aside = report_.set_aside;
  report.set_aside_name = report_.set_aside_name;
  report.restore_ticket = report_.restore_ticket;
  report.restore_newest = report_.restore_newest;
  report.restored = std::exchange(report_.restored, nullptr);
  report.set_aside_why = report_.set_aside_why;
  report.has_room =
      batches_waiting_ < limits::kBatchesWaiting && events_waiting_ < limits::kEventsWaiting;
}

void StoreThread::submit(StoreBatch& batch) {
  {
    const std::lock_guard lock(mutex_);
    events_waiting_ += batch.events.size();
    ++batches_waiting_;
    queue_.push_back(std::move(batch));
  }
  batch = StoreBatch();
  wake_.notify_one();
}

void StoreThread::ring() {
  const std::uint64_t one = 1;
  if (write(event_fd_, &one, sizeof one) < 0) return;  // it is readable already
}

void StoreThread::run() {
  // Signals are for the duty cycle.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (gather()) {
    try {
      work();
    } catch (const StoreError& error) {
      on_trouble(error);
    }
  }
  transfers_.store_closes("the broker ends");
  if (file_ == nullptr) return;
  const std::int64_t until_ms = read_clock().steady_ms + kEndMs;
  try {
    while (file_->tend(read_clock().wall_ms) && read_clock().steady_ms < until_ms) {
    }
    // Everything was stored: no number above the newest was used.
    if (is_short_ && waiting_.empty()) file_->drop_reserved();
    file_->settle();
  } catch (const StoreError&) {
    // It is as safe as after a crash, and that is safe enough.
  }
}

void StoreThread::wait(std::unique_lock<std::mutex>& lock) {
  const std::int64_t now_ms = read_clock().steady_ms;
  std::int64_t for_ms = has_more_ ? 0 : kTendEveryMs - (now_ms - tended_ms_);
  if (file_ == nullptr) for_ms = retry_at_ms_ - now_ms;
  const bool has_work = file_ != nullptr && (!waiting_.empty() || !asks_.empty() || swap_ != 0 ||
                                             transfers_.has_step());
  if (for_ms <= 0 || has_work) return;
  if (transfers_.is_waiting()) for_ms = std::min(for_ms, kTransferLookMs);
  wake_.wait_for(lock, std::chrono::milliseconds(for_ms),
                 [this] { return stops_ || (swap_ == 0 && !queue_.empty()); });
}

// Takes what was handed over; false where it is over.
bool StoreThread::gather() {
  std::unique_lock lock(mutex_);
  wait(lock);
  const bool got_some = take_queue();
  if (!stops_) return true;
  if (file_ == nullptr && !waiting_.empty() && last_tries_ < kLastTries) {
    ++last_tries_;
    retry_at_ms_ = 0;
    return true;
  }
  // One more turn where there is something to write, and somewhere to write it to.
  return got_some || (file_ != nullptr && (!waiting_.empty() || swap_ != 0));
}

// All of it, or up to where another file takes the place of this one.
bool StoreThread::take_queue() {
  std::size_t taken = 0;
  while (swap_ == 0 && taken < queue_.size()) {
    StoreBatch& batch = queue_[taken++];
    for (StoreAsk& ask : batch.asks) asks_.push_back(std::move(ask));
    batch.asks.clear();
    swap_ = batch.swap;
    skip_to_ = batch.skip_to;
    if (batch.empty() && batch.swap == 0) {
      --batches_waiting_;
    } else {
      waiting_.push_back(std::move(batch));
    }
  }
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(taken));
  return taken != 0;
}

void StoreThread::work() {
  if (file_ == nullptr) {
    for (const StoreAsk& ask : asks_) {
      const std::lock_guard lock(mutex_);
      report_.answers.push_back(
          {ask.ticket,
           PastFailure{QueryError::kUnavailable, "the store cannot be read at present"},
           {}});
    }
    if (!asks_.empty()) ring();
    asks_.clear();
    if (read_clock().steady_ms < retry_at_ms_) return;
    reopen();
  }
  // However busy it is: a copy comes to its end.
  transfers_.work(read_clock());
  pass_on_transfers();
  if (!waiting_.empty()) {
    write_waiting();
    // Where events never end, samples are written all the same.
    if (read_clock().steady_ms - tended_ms_ < 2 * kTendEveryMs) return;
    return tend();
  }
  if (swap_ != 0) return put_restored();
  if (!asks_.empty()) return answer_one();
  tend();
}

void StoreThread::write_waiting() {
  const auto began = std::chrono::steady_clock::now();
  const bool wrote = file_->write(waiting_);
  if (wrote) {
    commits_.add(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
                     .count());
  }
  std::size_t events = 0;
  for (const StoreBatch& batch : waiting_) {
    events += batch.events.size();
    if (!batch.events.empty()) stored_ = std::max(stored_, batch.events.back().seq);
  }
  const std::size_t batches = waiting_.size();
  waiting_.clear();
  const std::uint64_t oldest = file_->oldest();
  const std::lock_guard lock(mutex_);
  events_waiting_ -= events;
  batches_waiting_ -= batches;
  report_.stored = stored_;
  report_.oldest = oldest;
  report_.is_persisting = true;
  report_.why.clear();
  retry_after_ms_ = 0;
  ring();
}

void StoreThread::answer_one() {
  const StoreAsk ask = std::move(asks_.front());
  asks_.pop_front();
  if (TransferDesk::is_of_it(ask.question.op)) {
    transfers_.take(ask, file_->database(), read_clock());
    return pass_on_transfers();
  }
  StoreAnswer answer;
  answer.ticket = ask.ticket;
  const PastMoment moment{read_clock().wall_ms, options_.evict_after_ms};
  try {
    if (ask.question.op == PastOp::kStore) {
      StoreFigures figures;
      file_->fill(figures);
      figures.backup_at_ms = transfers_.backup_at_ms();
      Buffer out;
      write_store_figures(figures, options_, commits_, out);
      answer.result = out.view();
    } else {
      file_->answer(ask.question, moment, answer);
    }
  } catch (const StoreError& error) {
    answer.failure = PastFailure{QueryError::kUnavailable, "the store could not be read"};
    answer.result.clear();
    {
      const std::lock_guard lock(mutex_);
      report_.answers.push_back(std::move(answer));
    }
    ring();
    throw;
  } catch (const std::bad_alloc&) {
    answer.failure = PastFailure{QueryError::kUnavailable, "no memory for an answer; ask again"};
    answer.result.clear();
  }
  const std::lock_guard lock(mutex_);
  report_.answers.push_back(std::move(answer));
  ring();
}

void StoreThread::tend() {
  const Now now = read_clock();
  if (!has_more_ && now.steady_ms - tended_ms_ < kTendEveryMs) return;
  if (is_short_ && ballast_.take_up()) {
    file_->drop_reserved();
    is_short_ = false;
  }
  // The last room is for events.
  has_more_ = !is_short_ && file_->tend(now.wall_ms);
  if (!has_more_) tended_ms_ = now.steady_ms;
}

// The file is closed whatever happened: after a failed fsync nothing that SQLite still has in
// memory may be trusted. What was not written stays here.
void StoreThread::on_trouble(const StoreError& error) {
  transfers_.store_closes("the store takes nothing at present");
  pass_on_transfers();
  file_.reset();
  has_more_ = false;
  is_damaged_ = error.trouble() == StoreTrouble::kDamaged;
  const std::int64_t now_ms = read_clock().steady_ms;
  // Damage is mended at once, but not time and again on a disk that spoils what it is given.
  const bool is_first = retry_after_ms_ == 0;
  if ((is_damaged_ && is_first) || (error.trouble() == StoreTrouble::kFull && ballast_.give_up())) {
    is_short_ = !is_damaged_ || is_short_;
    if (is_damaged_) retry_after_ms_ = kRetryFirstMs;
    retry_at_ms_ = now_ms;
    return;
  }
  retry_after_ms_ = std::clamp(2 * retry_after_ms_, kRetryFirstMs, kRetryMostMs);
  retry_at_ms_ = now_ms + retry_after_ms_;
  report(false, advice(error, options_.path));
}

void StoreThread::report(bool is_persisting, const std::string& why) {
  const std::lock_guard lock(mutex_);
  report_.is_persisting = is_persisting;
  report_.why = why;
  ring();
}

void StoreThread::reopen() {
  const Now now = read_clock();
  StoreContents contents;
  if (is_damaged_ && options_.is_file()) {
    contents.set_aside_why = "its pages contradict each other";
    contents.set_aside = set_aside(options_.path, now.wall_ms);
    tell_set_aside(contents);
    contents = StoreContents();
  }
  is_damaged_ = false;
  try {
    file_ = StoreFile::open(options_, story_, now.wall_ms, contents);
  } catch (const StoreError&) {
    tell_set_aside(contents);  // it may have come so far
    throw;
  }
  tell_set_aside(contents);
  file_->probe(now.wall_ms);
  if (is_short_) file_->reserve(stored_);
  if (waiting_.empty()) report(true, {});
  const std::lock_guard lock(mutex_);
  ++report_.reopened;
  ring();
}

void StoreThread::tell_set_aside(const StoreContents& contents) {
  if (contents.set_aside.empty()) return;
  const std::lock_guard lock(mutex_);
  ++report_.set_aside;
  report_.set_aside_name = contents.set_aside;
  report_.set_aside_why = contents.set_aside_why;
  ring();
}

}  // namespace rollcall
