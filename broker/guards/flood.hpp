// Nodes that announce far too often. libzmq serves connections in turn, so that a flood costs other
// nodes nothing here; but each announcement goes on to every subscriber, whose queues are bounded:
// a flood would push out what others say. The busiest nodes are found by sampling, which costs
// nothing worth mention; who stays above the limit is held to its share, the rest is refused as
// "flood", until it has been quiet for a while.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "broker/guards/guard_list.hpp"
#include "broker/registry/registry.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

class FloodWatch {
 public:
  // A hundred thousand times what a node is meant to say; and for so long that no burst of block
  // lists is taken for it.
  static constexpr std::uint64_t kFloodPerS = 10'000;
  static constexpr int kSeconds = 10;
  // What a node that floods may still say: more than any that is sound.
  static constexpr std::int64_t kSharePerS = 100;
  static constexpr std::int64_t kQuietMs = 60'000;
  static constexpr std::uint32_t kSampleEvery = 64;

  // An announcement was accepted.
  void note(Slot slot) {
    if (++seen_ % kSampleEvery == 0) sample(slot);
  }
  bool holds_any() const { return !held_.empty(); }
  // False where another announcement of the node is beyond its share.
  bool allows(Slot slot, std::int64_t now_ms);
  // Once a second: who floods, and who no longer does.
  void judge(const Registry& registry, Now now, std::int64_t attended_ms, GuardList& guards);
  std::int64_t due_ms() const { return due_ms_; }
  bool is_due(std::int64_t attended_ms) const {
    return attended_ms >= due_ms_ && (seen_ != seen_at_judge_ || !held_.empty());
  }
  void forget(Slot slot, std::string_view node, GuardList& guards);
  bool release(Slot slot, std::string_view node, std::string_view by, GuardList& guards);

 private:
  struct Candidate {
    Slot slot = kNoSlot;
    std::uint32_t sampled = 0;  // in this second
    int seconds = 0;            // above the limit, one after the other
  };
  struct Held {
    Slot slot = kNoSlot;
    std::int64_t allowance = 0;
    std::int64_t refilled_ms = 0;
    std::uint64_t tried = 0;  // in this second
    std::int64_t loud_ms = 0;
  };
  void sample(Slot slot);
  bool drop(Slot slot);

  std::array<Candidate, limits::kFloods> candidates_{};
  std::vector<Held> held_;
  std::uint64_t seen_ = 0;
  std::uint64_t seen_at_judge_ = 0;
  std::int64_t due_ms_ = 0;
  std::int64_t judged_ms_ = 0;
};

}  // namespace rollcall
