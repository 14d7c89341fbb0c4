#include "broker/budget.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

// Below this a broker is of no use to anybody; with the base it comes to 75 MiB.
constexpr Allowed kLeast{1000, 10'000, 256};

// How many of `each` bytes go into `room`, between the least of use and the default.
std::uint64_t share(std::uint64_t room, std::uint64_t each, std::uint64_t least,
                    std::uint64_t most) {
  return std::min(most, std::max(least, room / each));
}

std::uint64_t less(std::uint64_t a, std::uint64_t b) { return a - std::min(a, b); }

// The first have histories, too.
std::uint64_t share_of_nodes(std::uint64_t room, std::uint64_t most) {
  constexpr std::uint64_t kWithHistory = MemoryBudget::kNodeBytes + MemoryBudget::kHistoryBytes;
  constexpr std::uint64_t kHistories = limits::kHistorySeries * MemoryBudget::kHistoryBytes;
  const std::uint64_t few = share(room, kWithHistory, kLeast.nodes, most);
  if (few <= limits::kHistorySeries) return few;
  return share(less(room, kHistories), MemoryBudget::kNodeBytes, limits::kHistorySeries, most);
}

// Room for nodes first, since to know them is what the broker is for; a quarter of it is plenty.
// Then for connections, of which each node has two; and for blocks what is left.
Allowed fill(const Asked& asked, const Allowed& defaults, std::uint64_t limit_bytes) {
  Allowed allowed{asked.nodes.value_or(0), asked.blocks.value_or(0), asked.connections.value_or(0)};
  const auto room = [&] { return less(limit_bytes, MemoryBudget(allowed).total()); };
  if (!asked.nodes) {
    allowed.nodes = share_of_nodes(room() / 4, defaults.nodes);
  }
  if (!asked.connections) {
    allowed.connections =
        share(room() / 3, MemoryBudget::kConnectionBytes, kLeast.connections, defaults.connections);
  }
  if (!asked.blocks) {
    allowed.blocks = share(room(), MemoryBudget::kBlockBytes, kLeast.blocks, defaults.blocks);
  }
  return allowed;
}

std::string why_too_much(const Allowed& allowed, std::uint64_t limit_bytes, bool chosen) {
  const MemoryBudget budget(allowed);
  return fmt::format(
      "{} of memory may be needed: {} of its own, {} for {} nodes, {} for {} blocks and {} for {} "
      "connections; but {} {}: lower --max-nodes, --max-blocks or --max-connections, or raise "
      "--memory-limit",
      format_bytes(budget.total()), format_bytes(MemoryBudget::kBaseBytes),
      format_bytes(budget.nodes_bytes), format_count(allowed.nodes),
      format_bytes(budget.blocks_bytes), format_count(allowed.blocks),
      format_bytes(budget.connections_bytes), format_count(allowed.connections),
      chosen ? "--memory-limit is" : "this machine, or what limits us on it, has",
      format_bytes(limit_bytes));
}

}  // namespace

Result<Fitted> fit(const Asked& wanted, const Resources& there) {
  Asked asked = wanted;
  if (asked.connections == 0) asked.connections.reset();
  const std::uint64_t most_connections = less(there.descriptors, limits::kOwnDescriptors);
  if (asked.connections && *asked.connections > most_connections) {
    return Error{
        fmt::format("--max-connections {}: each takes a descriptor and the broker some {} more, "
                    "but it may open {} only; lower it, or raise the hard limit of open files "
                    "(ulimit -Hn, or LimitNOFILE= of its systemd unit)",
                    *asked.connections, limits::kOwnDescriptors, there.descriptors)};
  }
  const Allowed defaults{limits::kNodes, limits::kBlocksHeld, most_connections};
  Fitted fitted;
  fitted.memory_bytes = asked.memory_bytes.value_or(there.memory_bytes);
  fitted.allowed =
      fill(asked, defaults, fitted.memory_bytes == 0 ? UINT64_MAX : fitted.memory_bytes);
  fitted.lowered = (!asked.nodes && fitted.allowed.nodes < defaults.nodes) ||
                   (!asked.blocks && fitted.allowed.blocks < defaults.blocks) ||
                   (!asked.connections && fitted.allowed.connections < defaults.connections);
  if (fitted.memory_bytes == 0 || MemoryBudget(fitted.allowed).total() <= fitted.memory_bytes) {
    return fitted;
  }
  const bool chosen = asked.memory_bytes || asked.nodes || asked.blocks || asked.connections;
  if (chosen) {
    return Error{why_too_much(fitted.allowed, fitted.memory_bytes, asked.memory_bytes.has_value())};
  }
  fitted.too_small = true;
  return fitted;
}

}  // namespace rollcall
