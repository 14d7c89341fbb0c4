#include "broker/history/quantise.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rollcall {
namespace {

constexpr std::uint64_t kExactRates = 256;
constexpr unsigned kMantissaBits = 7;
constexpr std::uint64_t kMantissa = std::uint64_t{1} << kMantissaBits;
constexpr std::uint64_t kExactBytes = std::uint64_t{16} << 20;
constexpr std::uint64_t kByteStep = 4096;
constexpr double kMostCpu = 10'000;

}  // namespace

std::uint64_t kept_bytes(std::uint64_t bytes) {
  return bytes < kExactBytes ? bytes : bytes & ~(kByteStep - 1);
}

std::uint64_t cpu_code(double percent) {
  if (!(percent > 0)) return 0;
  return static_cast<std::uint64_t>(std::lround(std::min(percent, kMostCpu) * 100));
}

std::uint64_t rate_code(std::uint64_t rate) {
  if (rate < kExactRates) return rate;
  const unsigned shift = static_cast<unsigned>(std::bit_width(rate)) - kMantissaBits - 1;
  // Rounded; where that carries into the next power of two, the sum below does so as well.
  const std::uint64_t rounded = (rate >> shift) + ((rate >> (shift - 1)) & 1u);
  return std::min(kMostRateCode, kExactRates + (shift - 1) * kMantissa + (rounded - kMantissa));
}

std::uint64_t rate_of(std::uint64_t code) {
  if (code < kExactRates) return code;
  const std::uint64_t above = std::min(code, kMostRateCode) - kExactRates;
  return (kMantissa + above % kMantissa) << (above / kMantissa + 1);
}

std::uint64_t saturated(double value) {
  if (!(value > 0)) return 0;
  return value >= 0x1.0p64 ? UINT64_MAX : static_cast<std::uint64_t>(value);
}

}  // namespace rollcall
