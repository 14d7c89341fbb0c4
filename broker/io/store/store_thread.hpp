// The store's own thread: the duty cycle hands it batches and never waits for the disk. What it
// takes it keeps until it is written, however often that fails; while the disk takes nothing it
// opens the file anew from time to time, and says meanwhile that nothing is stored.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "broker/io/store/ballast.hpp"
#include "broker/io/store/store_file.hpp"
#include "broker/io/store/store_options.hpp"
#include "broker/io/store/transfer_desk.hpp"
#include "broker/store/batch.hpp"
#include "shared/core/result.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

class StoreThread {
 public:
  // Opens the store and loads `contents`. A file that can only be read at present is no error; one
  // that cannot be read at all is, or that another process has.
  static Result<std::unique_ptr<StoreThread>> open(const StoreOptions& options, Now now,
                                                   StoreContents& contents);
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  // Readable when there is something to take.
  int fd() const { return event_fd_; }
  // What it says since the last time. Answers are moved to `report`.
  void take(StoreReport& report);
  // Takes `batch` and leaves an empty one.
  void submit(StoreBatch& batch);
  // Writes what it was handed, in at most a second or so, and closes the file. take() still works.
  // False where the disk does not let go of the thread: then this object must never be destroyed.
  bool finish();

 private:
  explicit StoreThread(const StoreOptions& options);

  void begin(Now now);
  void run();
  void wait(std::unique_lock<std::mutex>& lock);
  bool gather();
  bool take_queue();
  void work();
  void write_waiting();
  void answer_one();
  void tend();
  void reopen();
  void pass_on_transfers();
  void put_restored();
  std::string replace_file(Now now, StoreContents& contents);
  void cannot_replace(const std::string& why);
  void tell_set_aside(const StoreContents& contents);
  void on_trouble(const StoreError& error);
  void report(bool is_persisting, const std::string& why);
  void ring();

  const StoreOptions options_;
  Ballast ballast_;
  int event_fd_;

  // Of the thread alone.
  std::unique_ptr<StoreFile> file_;
  std::vector<StoreBatch> waiting_;  // not yet written
  std::deque<StoreAsk> asks_;
  TransferDesk transfers_;
  // Not 0: behind what is waiting a backup is put in place, and nothing else is gathered before.
  std::uint64_t swap_ = 0;
  std::uint64_t skip_to_ = 0;
  std::uint64_t story_ = 0;
  std::uint64_t stored_ = 0;
  std::int64_t retry_at_ms_ = 0;  // steady
  std::int64_t retry_after_ms_ = 0;
  int last_tries_ = 0;  // after it was told to stop, while the disk failed
  bool is_damaged_ = false;
  bool is_short_ = false;  // of space: the ballast was given up
  bool has_more_ = false;  // to tend
  std::int64_t tended_ms_ = 0;
  CommitTimes commits_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<StoreBatch> queue_;
  StoreReport report_;
  std::size_t events_waiting_ = 0;  // in the queue and with the thread
  std::size_t batches_waiting_ = 0;
  bool stops_ = false;
  bool is_done_ = false;
  std::condition_variable done_;

  std::thread thread_;  // the last: it uses the rest
};

}  // namespace rollcall
