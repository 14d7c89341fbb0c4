#include "monitor/view/totals.hpp"

namespace rollcall {
namespace {

// Sums of what strangers report must not wrap.
void add(std::uint64_t& sum, std::uint64_t value) {
  if (__builtin_add_overflow(sum, value, &sum)) sum = UINT64_MAX;
}

}  // namespace

Totals totals_of(const Picture::Nodes& nodes) {
  Totals totals;
  std::uint64_t alive = 0;
  for (const auto& [id, node] : nodes) {
    const Record& record = node.record;
    ++totals.nodes;
    ++totals.by_presence[static_cast<std::size_t>(record.presence)];
    if (record.presence == Presence::kLeft) continue;
    const Status& status = record.status;
    ++alive;
    ++totals.by_state[static_cast<std::size_t>(status.state)];
    add(totals.storage.used, status.storage.used);
    add(totals.storage.total, status.storage.total);
    add(totals.memory.used, status.memory.used);
    add(totals.memory.total, status.memory.total);
    add(totals.network.rx, status.network.rx);
    add(totals.network.tx, status.network.tx);
    if (status.inventory) add(totals.blocks, status.inventory->count);
    totals.cpu_percent += status.cpu_percent;
  }
  if (alive != 0) totals.cpu_percent /= static_cast<double>(alive);
  return totals;
}

}  // namespace rollcall
