// Signals as something to poll: blocked for every thread, read from a descriptor. So none of them
// interrupts a system call inside libzmq.
#pragma once

#include <initializer_list>

namespace rollcall {

class Signals {
 public:
  // Before any thread or context exists: threads inherit the block. SIGPIPE is always ignored.
  explicit Signals(std::initializer_list<int> signals);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int fd() const { return fd_; }
  // The next signal that came, or 0.
  int take();

 private:
  int fd_;
};

}  // namespace rollcall
