// What the broker is short of, and what it leaves out because of that. Guards list it.
#pragma once

#include <cstdint>

namespace rollcall {

struct DescriptorUse {
  std::uint64_t used = 0;
  std::uint64_t limit = 0;        // 0: nobody measures
  std::uint64_t turned_away = 0;  // newcomers, since the start, because none was left for them
};

// On from 80 % until use is below 70 %: between the two it stays as it was, so that connections
// that come and go do not ring it each time.
class DescriptorAlarm {
 public:
  void count(const DescriptorUse& use) {
    use_ = use;
    const std::uint64_t percent = on_ ? kOffPercent : kOnPercent;
    on_ = use.limit != 0 && use.used * 100 >= use.limit * percent;
  }
  bool on() const { return on_; }
  const DescriptorUse& use() const { return use_; }

 private:
  static constexpr std::uint64_t kOnPercent = 80;
  static constexpr std::uint64_t kOffPercent = 70;
  DescriptorUse use_;
  bool on_ = false;
};

// For a while after crashes: the largest decoder and the largest state, those of blocks, are left
// alone. A crash would begin a new process and a new while; so the end of it means that none came.
class SafeMode {
 public:
  static constexpr std::int64_t kLastsMs = 10 * 60 * 1000;

  SafeMode(bool on, std::int64_t start_ms) : on_(on), until_ms_(start_ms + kLastsMs) {}
  bool on() const { return on_; }
  std::int64_t until_ms() const { return until_ms_; }
  void release() { on_ = false; }  // by an operator
  // True at the moment at which it is over.
  bool ends(std::int64_t now_ms) {
    if (!on_ || now_ms < until_ms_) return false;
    on_ = false;
    return true;
  }

 private:
  bool on_;
  std::int64_t until_ms_;
};

}  // namespace rollcall
