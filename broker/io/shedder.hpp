// Turns newcomers away while no descriptor is left to take them in.
//
// Where accept() fails for want of a descriptor, libzmq's thread tries again at once, for ever, and
// takes a whole core: the newcomer stays in the queue that woke it. So somebody must take them out
// of it. This does, on a thread with a table of descriptors of its own (they are counted per
// table): it never competes with the rest of the program for the few that become free.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

namespace rollcall {

class Shedder {
 public:
  Shedder();
  ~Shedder();
  Shedder(const Shedder&) = delete;
  Shedder& operator=(const Shedder&) = delete;

  // False where the system gives no thread a table of its own, or no descriptor was left.
  bool works() const { return works_; }
  // Accepts on `listeners` and closes at once what came. Does nothing where it does so already.
  void start(std::span<const int> listeners);
  // Returns once it holds on to no listener any more, so that its port can be bound anew.
  void stop();
  bool running() const { return running_; }

  std::uint64_t turned_away() const { return turned_away_.load(std::memory_order_relaxed); }

 private:
  void work(int control);
  bool take_orders(int control, std::vector<int>& listeners);
  void turn_away(int listener);

  int control_ = -1;
  bool works_ = false;
  bool running_ = false;
  std::atomic<std::uint64_t> turned_away_{0};
  std::thread thread_;
};

}  // namespace rollcall
