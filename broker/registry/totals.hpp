// Sums over the nodes that count (present and late), kept up to date by adding and subtracting one
// node's share, so that a summary costs the same for ten nodes and for a million.
#pragma once

#include <array>
#include <cstdint>

#include "broker/registry/node.hpp"

namespace rollcall {

class Totals {
 public:
  // A node's share, before and after each change of it. Both look at the presence: a node that left
  // counts only as left.
  void add(const Node& node);
  void subtract(const Node& node);

  std::uint64_t present() const { return presences_[0]; }
  std::uint64_t late() const { return presences_[1]; }
  std::uint64_t left() const { return presences_[2]; }
  std::uint64_t counted() const { return present() + late(); }
  std::uint64_t in_state(State state) const { return states_[static_cast<std::size_t>(state)]; }

  UsedTotal storage() const { return {saturated(storage_used_), saturated(storage_total_)}; }
  UsedTotal memory() const { return {saturated(memory_used_), saturated(memory_total_)}; }
  NetworkRates network() const { return {saturated(rx_), saturated(tx_), saturated(capacity_)}; }
  // Mean over the nodes that count; 0 where there is none.
  double cpu_percent() const;

  std::uint64_t nodes_with_blocks() const { return nodes_with_blocks_; }
  std::uint64_t block_count() const { return saturated(block_count_); }
  std::uint64_t block_bytes() const { return saturated(block_bytes_); }

 private:
  // A million nodes of an exabyte each do not fit 64 bits.
  __extension__ using Wide = unsigned __int128;
  static std::uint64_t saturated(Wide value) {
    return value > UINT64_MAX ? UINT64_MAX : static_cast<std::uint64_t>(value);
  }
  std::array<std::uint64_t, kPresenceNames.size()> presences_{};
  std::array<std::uint64_t, kStateNames.size()> states_{};
  Wide storage_used_ = 0;
  Wide storage_total_ = 0;
  Wide memory_used_ = 0;
  Wide memory_total_ = 0;
  Wide rx_ = 0;
  Wide tx_ = 0;
  Wide capacity_ = 0;
  Wide block_count_ = 0;
  Wide block_bytes_ = 0;
  std::uint64_t nodes_with_blocks_ = 0;
  std::uint64_t cpu_steps_ = 0;
};

}  // namespace rollcall
