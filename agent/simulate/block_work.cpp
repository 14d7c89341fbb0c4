#include "agent/simulate/block_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "agent/simulate/seed.hpp"

namespace rollcall {
namespace {

// The largest block is at most so small a part of the disk.
constexpr std::uint64_t kBlocksPerDisk = 4096;
constexpr std::uint64_t kFreshLeast = 50;
constexpr std::uint64_t kFreshMost = 150;
// A block takes a hundred bytes here, twice that until it is announced, and 10 000 nodes have to
// fit into one process.
constexpr double kUsualLeast = 50;
constexpr double kUsualMost = 110;

std::string id_of(std::uint64_t number) { return fmt::format("blk-{:012x}", number); }

}  // namespace

BlockWork::BlockWork(std::uint64_t seed, std::uint64_t capacity_bytes)
    : random_(seed),
      largest_bytes_(std::min(kLargestBytes, capacity_bytes / kBlocksPerDisk)),
      usual_count_(random_.uniform(kUsualLeast, kUsualMost)) {
  const std::uint64_t fresh = kFreshLeast + random_.below(kFreshMost - kFreshLeast + 1);
  numbers_.reserve(fresh);
  while (numbers_.size() < fresh) write(UINT64_MAX, nullptr);
}

void BlockWork::step(double load, std::uint64_t room_bytes, bool is_cleaning, WorkLines& lines) {
  const double writes = is_cleaning ? 0 : 0.04 + 0.3 * load;
  // As many go as come where the count is as usual.
  const double deletes =
      is_cleaning ? 0.5 : writes * static_cast<double>(numbers_.size()) / usual_count_;
  if (random_.chance(0.1 + 0.6 * load)) read(lines);
  if (random_.chance(writes)) write(room_bytes, &lines);
  if (random_.chance(deletes)) erase(lines);
}

bool BlockWork::write(std::uint64_t room_bytes, WorkLines* lines) {
  const std::uint64_t number = random_.next() >> 16;
  const std::uint64_t size_bytes = size_of(number);
  if (numbers_.size() >= kMost || size_bytes > room_bytes) return false;
  const std::string id = id_of(number);
  if (blocks_.contains(id) || !blocks_.put(id, size_bytes)) return false;
  numbers_.push_back(number);
  bytes_ += size_bytes;
  if (lines != nullptr) lines->tell("wrote", id, size_bytes);
  return true;
}

void BlockWork::erase(WorkLines& lines) {
  if (numbers_.empty()) return;
  std::uint64_t& drawn = numbers_[random_.below(numbers_.size())];
  const std::string id = id_of(drawn);
  const std::uint64_t size_bytes = size_of(drawn);
  blocks_.remove(id);
  bytes_ -= size_bytes;
  drawn = numbers_.back();
  numbers_.pop_back();
  lines.tell("deleted", id, size_bytes);
}

void BlockWork::read(WorkLines& lines) {
  if (numbers_.empty()) return;
  const std::uint64_t drawn = numbers_[random_.below(numbers_.size())];
  lines.tell("read", id_of(drawn), size_of(drawn));
}

// Follows from the number, so that it need not be kept: three of four are a full 128, 64 … 4 MiB,
// the others the last piece of a file.
std::uint64_t BlockWork::size_of(std::uint64_t number) const {
  Random random(number);
  const std::uint64_t full_bytes = largest_bytes_ >> random.below(kSizes);
  if (!random.chance(0.25)) return full_bytes;
  const std::uint64_t least_bytes = largest_bytes_ >> (kSizes - 1);
  return least_bytes + random.below(full_bytes - least_bytes + 1);
}

}  // namespace rollcall
