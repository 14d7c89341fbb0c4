#include "shared/io/signals.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "shared/core/check.hpp"

namespace rollcall {

Signals::Signals(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  ROLLCALL_CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  ::signal(SIGPIPE, SIG_IGN);
  fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  ROLLCALL_CHECK(fd_ >= 0);
}

Signals::~Signals() { close(fd_); }

int Signals::take() {
  signalfd_siginfo info{};
  const ssize_t length = read(fd_, &info, sizeof info);
  return length == static_cast<ssize_t>(sizeof info) ? static_cast<int>(info.ssi_signo) : 0;
}

}  // namespace rollcall
