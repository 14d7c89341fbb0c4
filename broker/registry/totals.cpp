#include "broker/registry/totals.hpp"

namespace rollcall {
namespace {

bool counts(const Node& node) {
  return node.presence == Presence::kPresent || node.presence == Presence::kLate;
}

}  // namespace

void Totals::add(const Node& node) {
  ++presences_[static_cast<std::size_t>(node.presence)];
  if (!counts(node)) return;
  ++states_[static_cast<std::size_t>(node.state)];
  storage_used_ += node.storage.used;
  storage_total_ += node.storage.total;
  memory_used_ += node.memory.used;
  memory_total_ += node.memory.total;
  rx_ += node.network.rx;
  tx_ += node.network.tx;
  capacity_ += node.network.capacity;
  cpu_steps_ += node.cpu_steps;
  if (!node.has_inventory) return;
  ++nodes_with_blocks_;
  block_count_ += node.inventory()->count;
  block_bytes_ += node.inventory()->bytes;
}

void Totals::subtract(const Node& node) {
  --presences_[static_cast<std::size_t>(node.presence)];
  if (!counts(node)) return;
  --states_[static_cast<std::size_t>(node.state)];
  storage_used_ -= node.storage.used;
  storage_total_ -= node.storage.total;
  memory_used_ -= node.memory.used;
  memory_total_ -= node.memory.total;
  rx_ -= node.network.rx;
  tx_ -= node.network.tx;
  capacity_ -= node.network.capacity;
  cpu_steps_ -= node.cpu_steps;
  if (!node.has_inventory) return;
  --nodes_with_blocks_;
  block_count_ -= node.inventory()->count;
  block_bytes_ -= node.inventory()->bytes;
}

double Totals::cpu_percent() const {
  if (counted() == 0) return 0;
  return static_cast<double>(cpu_steps_) / Node::kCpuStepsPerPercent /
         static_cast<double>(counted());
}

}  // namespace rollcall
