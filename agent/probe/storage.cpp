#include "agent/probe/storage.hpp"

#include <algorithm>

namespace rollcall {
namespace {

// No product below overflows: file systems report up to 2^63 bytes, broken ones anything.
std::uint64_t bytes_of(std::uint64_t units, std::uint64_t unit_bytes) {
  if (unit_bytes == 0) return 0;
  return units > UINT64_MAX / unit_bytes ? UINT64_MAX : units * unit_bytes;
}

}  // namespace

UsedTotal space_of(const SpaceCounts& counts) {
  const std::uint64_t used = counts.units - std::min(counts.units, counts.free);
  return {bytes_of(used, counts.unit_bytes), bytes_of(counts.units, counts.unit_bytes)};
}

double full_percent(const SpaceCounts& counts) {
  const auto used = static_cast<double>(counts.units - std::min(counts.units, counts.free));
  // Over its quota, f_bavail of some file systems is below zero, that is, beyond the size.
  const auto available =
      counts.available > counts.units ? 0.0 : static_cast<double>(counts.available);
  return used + available <= 0.0 ? 0.0 : 100.0 * used / (used + available);
}

}  // namespace rollcall
