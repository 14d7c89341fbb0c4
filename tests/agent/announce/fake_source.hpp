// A node whose readings and blocks the test sets.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/announce/member.hpp"
#include "agent/probe/source.hpp"

namespace rollcall {

class FakeSource : public Source {
 public:
  explicit FakeSource(bool has_blocks = true) : has_blocks_(has_blocks) {
    reading_.storage = {1, 2};
    reading_.memory = {3, 4};
    reading_.cpu_percent = 5;
  }
  void sample(Now, bool for_announcement) override { samples += for_announcement ? 1 : 0; }
  std::int64_t due_at_ms() const override { return due_ms; }
  const Reading& reading() const override { return reading_; }
  BlockSet* blocks() override { return has_blocks_ ? &set : nullptr; }
  int wake_fd() const override { return wakes ? 1'000'000 : -1; }
  bool is_down() const override { return down; }

  BlockSet set;
  bool down = false;
  bool wakes = false;  // it says of itself when there is something new
  int samples = 0;
  std::int64_t due_ms = kNever;

 private:
  bool has_blocks_;
  Reading reading_;
};

}  // namespace rollcall
