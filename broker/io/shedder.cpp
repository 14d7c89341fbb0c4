#include "broker/io/shedder.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rollcall {
namespace {

// Orders, and answers to them.
constexpr char kStart = 's';
constexpr char kStop = 'e';
constexpr char kDone = 'd';
constexpr char kCannot = 'c';

constexpr std::size_t kListeners = 3;
// Of one listener, before the others and the orders are looked at again.
constexpr int kInARow = 64;

// Leaves this thread `kept` and the standard three alone, in a table of its own.
bool unshare_descriptors(int kept) {
  const auto above = static_cast<unsigned>(kept) + 1;
  // The second way is for systems that know no close_range().
  if (close_range(above, UINT_MAX, CLOSE_RANGE_UNSHARE) != 0 && unshare(CLONE_FILES) != 0) {
    return false;
  }
  if (kept > STDERR_FILENO + 1) {
    close_range(STDERR_FILENO + 1, static_cast<unsigned>(kept) - 1, 0);
  }
  return true;
}

void say(int to, char what) {
  // A peer that is gone is noticed when it is read from.
  [[maybe_unused]] const ssize_t sent = send(to, &what, sizeof what, MSG_NOSIGNAL);
}

// What was said, or 0 where nobody is there any more.
char hear(int from) {
  char what = 0;
  while (recv(from, &what, sizeof what, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return what;
}

// Room for the ancillary data of a message with descriptors.
struct Ancillary {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kListeners * sizeof(int))> bytes{};
};

void send_listeners(int to, std::span<const int> listeners) {
  char order = kStart;
  iovec text{&order, sizeof order};
  Ancillary ancillary;
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.bytes.data();
  message.msg_controllen = CMSG_SPACE(listeners.size_bytes());
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(listeners.size_bytes());
  std::memcpy(CMSG_DATA(header), listeners.data(), listeners.size_bytes());
  [[maybe_unused]] const ssize_t sent = sendmsg(to, &message, MSG_NOSIGNAL);
}

}  // namespace

Shedder::Shedder() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  control_ = ends[0];
  thread_ = std::thread([this, theirs = ends[1]] { work(theirs); });
  works_ = hear(control_) == kDone;
  // In this table; the thread has it in its own, unless it could not have one and is gone.
  close(ends[1]);
}

Shedder::~Shedder() {
  if (control_ >= 0) close(control_);
  if (thread_.joinable()) thread_.join();
}

void Shedder::start(std::span<const int> listeners) {
  if (running_ || !works_ || listeners.empty() || listeners.size() > kListeners) return;
  send_listeners(control_, listeners);
  running_ = true;
}

void Shedder::stop() {
  if (!running_) return;
  running_ = false;
  say(control_, kStop);
  works_ = hear(control_) == kDone;
}

void Shedder::work(int control) {
  if (!unshare_descriptors(control)) return say(control, kCannot);
  say(control, kDone);
  std::vector<int> listeners;
  while (true) {
    std::array<pollfd, 1 + kListeners> items{{{control, POLLIN, 0}}};
    for (std::size_t i = 0; i < listeners.size(); ++i) items[i + 1] = {listeners[i], POLLIN, 0};
    if (poll(items.data(), 1 + listeners.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < listeners.size(); ++i) {
      if (items[i + 1].revents != 0) turn_away(listeners[i]);
    }
    if (items[0].revents != 0 && !take_orders(control, listeners)) break;
  }
  // Of a table that nobody else closes.
  for (const int listener : listeners) close(listener);
  close(control);
}

// False where the one that gives them is gone.
bool Shedder::take_orders(int control, std::vector<int>& listeners) {
  char order = 0;
  iovec text{&order, sizeof order};
  Ancillary ancillary;
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.bytes.data();
  message.msg_controllen = ancillary.bytes.size();
  const ssize_t got = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return got < 0 && errno == EINTR;
  if (order == kStop) {
    for (const int listener : listeners) close(listener);
    listeners.clear();
    say(control, kDone);
    return true;
  }
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return true;
  listeners.resize((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
  std::memcpy(listeners.data(), CMSG_DATA(header), listeners.size() * sizeof(int));
  // libzmq leaves them blocking, and takes it well where they are not: else accept() would hold us
  // up where libzmq was faster.
  for (const int it : listeners) fcntl(it, F_SETFL, fcntl(it, F_GETFL) | O_NONBLOCK);
  return true;
}

void Shedder::turn_away(int listener) {
  for (int i = 0; i < kInARow; ++i) {
    const int newcomer = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (newcomer < 0) return;
    // At once and for good: an orderly end would keep the kernel busy with it for a minute.
    const linger at_once{1, 0};
    setsockopt(newcomer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(newcomer);
    turned_away_.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace rollcall
