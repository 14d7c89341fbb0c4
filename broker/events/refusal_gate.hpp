// At most one `refused` event per node and minute; and of senders that never joined, whose names
// may be made up, no more than limits::kRefusedStrangers a minute.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "broker/registry/node.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

class RefusalGate {
 public:
  static constexpr std::int64_t kEveryMs = 60'000;

  // Whether to tell of a refusal now. `node` is the known node, or null for a stranger called `id`.
  bool opens(std::string_view id, Node* node, std::int64_t attended_ms);
  // A known node is about to be removed: what was said of it is still remembered for its minute.
  void forget(const Node& node, std::int64_t attended_ms);
  // Refusals of strangers that were counted, yet not told of.
  std::uint64_t untold() const { return untold_; }

 private:
  struct Told {
    std::uint64_t hash = 0;
    std::int64_t at_ms = INT64_MIN / 2;
  };
  // The entry of `hash`, or a free one, or null where there is none.
  Told* find(std::uint64_t hash, std::int64_t attended_ms);

  std::array<Told, limits::kRefusedStrangers> told_{};
  std::uint64_t untold_ = 0;
};

}  // namespace rollcall
