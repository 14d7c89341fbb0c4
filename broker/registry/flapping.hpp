// Nodes that come and go. Each return is remembered for a while; one too many, and the node is
// held: it stays late, however it beats, until it has stayed for long enough. Going again makes
// that longer, up to a limit. So an ill node costs its subscribers two events instead of thousands,
// and nobody relies on it meanwhile. (Route flap damping, RFC 2439, with a count that leaks instead
// of one that decays: it can be told in one sentence.)
#pragma once

#include <algorithm>
#include <cstdint>

namespace rollcall {

// Of a node. Times by the attention clock.
struct FlapMemory {
  static constexpr std::int64_t kNotHeld = -1;
  static constexpr std::int64_t kReleased = 0;  // by an operator: to be present with its next word

  std::uint32_t returns = 0;
  std::int64_t counted_ms = 0;  // up to when returns were forgiven
  std::int64_t hold_until_ms = kNotHeld;
  std::uint32_t holds = 0;      // how often the hold began anew
  std::uint32_t coalesced = 0;  // returns that were not told of
  bool said_goodbye = false;    // while held

  bool is_held() const { return hold_until_ms != kNotHeld; }
};

class FlapRules {
 public:
  static constexpr std::uint32_t kReturnsAllowed = 5;

  // A return is forgiven after the eviction time. The hold is a quarter of it at first, 30 s with
  // the usual 120 s, doubles each time, and ends at five of it.
  explicit FlapRules(std::int64_t evict_after_ms)
      : forgive_ms_(evict_after_ms), first_ms_(evict_after_ms / 4), most_ms_(5 * evict_after_ms) {}

  // A node that is not held came back: true where it is to be held from now on.
  bool on_return(FlapMemory& flap, std::int64_t now_ms) const {
    const std::int64_t forgiven = (now_ms - flap.counted_ms) / forgive_ms_;
    flap.counted_ms += forgiven * forgive_ms_;
    flap.returns -= static_cast<std::uint32_t>(std::min<std::int64_t>(forgiven, flap.returns));
    if (flap.returns == 0) flap.counted_ms = now_ms;
    if (++flap.returns <= kReturnsAllowed) return false;
    flap.returns = kReturnsAllowed;  // after the hold, the next return is one too many again
    flap.holds = 0;
    flap.coalesced = 1;
    flap.said_goodbye = false;
    flap.hold_until_ms = now_ms + first_ms_;
    return true;
  }

  // A node that is held went and came back.
  void prolong(FlapMemory& flap, std::int64_t now_ms) const {
    ++flap.holds;
    ++flap.coalesced;
    flap.said_goodbye = false;
    flap.hold_until_ms = now_ms + hold_ms(flap.holds);
  }

  std::int64_t hold_ms(std::uint32_t holds) const {
    return holds >= 16 ? most_ms_ : std::min(most_ms_, first_ms_ << holds);
  }

 private:
  std::int64_t forgive_ms_;
  std::int64_t first_ms_;
  std::int64_t most_ms_;
};

}  // namespace rollcall
