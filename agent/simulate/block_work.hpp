// The blocks of a simulated node: written, read and deleted as the load of the hour has it. A fresh
// node holds 50 to 150; their number then moves about a level of its own, and never above kMost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/inventory/block_set.hpp"
#include "agent/simulate/work_lines.hpp"
#include "shared/core/random.hpp"

namespace rollcall {

class BlockWork {
 public:
  static constexpr std::size_t kMost = 400;
  // Blocks of 4 to 128 MiB; smaller on a disk of less than 512 GiB, of which kMost of the largest
  // take a tenth.
  static constexpr std::uint64_t kLargestBytes = std::uint64_t{128} << 20;
  static constexpr int kSizes = 6;  // each half of the one before

  BlockWork(std::uint64_t seed, std::uint64_t capacity_bytes);

  // One model step. `load` is 0 to 1; `room_bytes` what may be written at most; while an operator
  // cleans up, blocks go and none come.
  void step(double load, std::uint64_t room_bytes, bool is_cleaning, WorkLines& lines);

  BlockSet& blocks() { return blocks_; }
  std::uint64_t bytes() const { return bytes_; }
  std::size_t size() const { return numbers_.size(); }

 private:
  bool write(std::uint64_t room_bytes, WorkLines* lines);
  void erase(WorkLines& lines);
  void read(WorkLines& lines);
  std::uint64_t size_of(std::uint64_t number) const;

  Random random_;
  std::uint64_t largest_bytes_;
  double usual_count_;
  std::uint64_t bytes_ = 0;
  std::vector<std::uint64_t> numbers_;  // the 48 bits in each id: small, and drawn from at random
  BlockSet blocks_;
};

}  // namespace rollcall
