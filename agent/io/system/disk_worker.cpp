#include "agent/io/system/disk_worker.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/io/system/data_directory.hpp"
#include "shared/core/check.hpp"
#include "shared/core/limits.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

// How long the end of the program waits for the thread; a disk in order answers within it.
constexpr std::chrono::milliseconds kFarewell{200};
// Scanning a million files must not take the processor from what the node is there for.
constexpr int kNiceness = 5;

// A flag that can be polled.
class Bell {
 public:
  Bell() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { ROLLCALL_CHECK(fd_ >= 0); }
  ~Bell() { ::close(fd_); }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  int fd() const { return fd_; }
  void ring() const { ::eventfd_write(fd_, 1); }
  void silence() const {
    eventfd_t count = 0;
    ::eventfd_read(fd_, &count);
  }

 private:
  int fd_;
};

struct Request {
  bool check = false;
  bool scan = false;
  bool stop = false;
};

}  // namespace

struct DiskWorker::Shared {
  explicit Shared(DiskOptions with) : options(std::move(with)) {}

  const DiskOptions options;
  Bell request_bell;  // the owner asked for something, or emptied the mailbox
  Bell mail_bell;

  std::mutex mutex;  // guards what follows; never held while the disk is touched
  Request request;
  DiskMail mail;
  bool has_mail = false;
  bool is_finished = false;
  std::condition_variable finished;
};

namespace {

// The thread's own side.
template <typename Shared>
class DiskThread {
 public:
  explicit DiskThread(Shared& shared)
      : shared_(shared), directory_(shared.options.path, shared.options.most_watches) {}

  void run() {
    while (true) {
      wait();
      const Request request = take_request();
      if (request.stop) return;
      if (request.scan) is_scan_wanted_ = true;
      if (request.check) check();
      work();
      post();
    }
  }

 private:
  bool has_room() const { return has_room_; }

  // Until there is something to do.
  void wait() {
    std::array<pollfd, 2> items{{{shared_.request_bell.fd(), POLLIN, 0},
                                 {has_room() ? directory_.watch_fd() : -1, POLLIN, 0}}};
    int timeout_ms = -1;
    if (has_room() && is_there_ && (is_scan_wanted_ || directory_.is_reading())) {
      timeout_ms = 0;
    } else if (has_room() && directory_.fresh_due_ms() != kNever) {
      const std::int64_t wait_ms = directory_.fresh_due_ms() - read_clock().steady_ms;
      timeout_ms = static_cast<int>(std::clamp<std::int64_t>(wait_ms, 0, 10'000));
    }
    ::poll(items.data(), items.size(), timeout_ms);
    has_events_ = (items[1].revents & POLLIN) != 0;
  }

  Request take_request() {
    shared_.request_bell.silence();
    const std::lock_guard lock(shared_.mutex);
    has_room_ =
        !shared_.mail.scan.has_value() &&
        shared_.mail.changes.size() + 3 * DataDirectory::kMostChangesAtOnce <= limits::kFileChanges;
    return std::exchange(shared_.request, {});
  }

  void check() {
    answer_ = shared_.options.look(shared_.options.path, shared_.options.must_be_writable);
    if (!shared_.options.finds_blocks) return;
    if (answer_->inode == 0) {
      directory_.forget();
      is_there_ = false;
      is_scan_wanted_ = true;
      return;
    }
    if (answer_->device != device_ || answer_->inode != inode_) {
      directory_.forget();
      is_scan_wanted_ = true;
    }
    if (had_fault_ && answer_->fault.empty()) is_scan_wanted_ = true;
    had_fault_ = !answer_->fault.empty();
    device_ = answer_->device;
    inode_ = answer_->inode;
    is_there_ = true;
  }

  void work() {
    if (!has_room() || !is_there_) return;
    if (is_scan_wanted_) {
      directory_.begin_scan();
      is_scan_wanted_ = false;
    }
    const Now now = read_clock();
    if (has_events_ && directory_.read_events(now, changes_)) {
      // Even one of the same name and number is another directory by now.
      directory_.forget();
      is_scan_wanted_ = true;
      check();
    }
    if (is_there_ && directory_.is_reading()) directory_.read_some(now, changes_);
    if (now.steady_ms >= directory_.fresh_due_ms()) directory_.read_fresh(now, changes_);
  }

  void post() {
    std::optional<ScanResult> scan = directory_.take_result();
    if (!answer_.has_value() && changes_.empty() && !scan.has_value()) return;
    {
      const std::lock_guard lock(shared_.mutex);
      DiskMail& mail = shared_.mail;
      if (answer_.has_value()) mail.answer = std::move(answer_);
      mail.changes.append(changes_);
      if (scan.has_value()) mail.scan = std::move(scan);
      mail.is_watched_whole = directory_.is_watched_whole();
      mail.overflows = directory_.overflows();
      shared_.has_mail = true;
    }
    answer_.reset();
    shared_.mail_bell.ring();
  }

  Shared& shared_;
  DataDirectory directory_;
  bool is_there_ = false;
  bool is_scan_wanted_ = true;
  bool has_room_ = true;
  bool has_events_ = false;
  bool had_fault_ = false;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  std::optional<DirectoryAnswer> answer_;
  ChangeBatch changes_;
};

}  // namespace

DiskWorker::DiskWorker(DiskOptions options)
    : shared_(std::make_shared<Shared>(std::move(options))),
      thread_([shared = shared_] { run(shared); }) {}

DiskWorker::~DiskWorker() {
  bool is_finished = false;
  {
    std::unique_lock lock(shared_->mutex);
    shared_->request.stop = true;
    shared_->request_bell.ring();
    is_finished = shared_->finished.wait_for(lock, kFarewell, [&] { return shared_->is_finished; });
  }
  if (is_finished) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void DiskWorker::run(const std::shared_ptr<Shared>& shared) {
  ::pthread_setname_np(::pthread_self(), "disk");
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  DiskThread<Shared>(*shared).run();
  const std::lock_guard lock(shared->mutex);
  shared->is_finished = true;
  shared->finished.notify_all();
}

int DiskWorker::wake_fd() const { return shared_->mail_bell.fd(); }

void DiskWorker::ask_for_check() {
  const std::lock_guard lock(shared_->mutex);
  shared_->request.check = true;
  shared_->request_bell.ring();
}

void DiskWorker::ask_for_scan() {
  const std::lock_guard lock(shared_->mutex);
  shared_->request.scan = true;
  shared_->request_bell.ring();
}

bool DiskWorker::collect(DiskMail& mail) {
  mail.answer.reset();
  mail.changes.clear();
  mail.scan.reset();
  shared_->mail_bell.silence();
  const std::lock_guard lock(shared_->mutex);
  if (!shared_->has_mail) return false;
  shared_->has_mail = false;
  std::swap(mail, shared_->mail);
  shared_->request_bell.ring();
  return true;
}

}  // namespace rollcall
