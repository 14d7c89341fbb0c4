#include "agent/announce/schedule.hpp"

#include "shared/core/ids.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kAtOnceNodes = 100;
constexpr std::int64_t kSpreadMs = 500;

}  // namespace

std::int64_t next_turn_ms(std::string_view node, std::int64_t now_ms, std::int64_t interval_ms) {
  const auto phase_ms =
      static_cast<std::int64_t>(hash_of(node) % static_cast<std::uint64_t>(interval_ms));
  // How far `now` is behind the node's last turn: 0 … interval - 1.
  const std::int64_t behind_ms = ((now_ms - phase_ms) % interval_ms + interval_ms) % interval_ms;
  return now_ms + interval_ms - behind_ms;
}

std::int64_t introduction_ms(std::size_t index, std::size_t nodes, std::int64_t now_ms) {
  if (nodes <= kAtOnceNodes) return now_ms;
  return now_ms + static_cast<std::int64_t>(index) * kSpreadMs / static_cast<std::int64_t>(nodes);
}

}  // namespace rollcall
