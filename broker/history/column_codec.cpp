#include "broker/history/column_codec.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace rollcall {
namespace {

enum class Against : std::uint8_t { kNothing, kFirst, kBefore, kChange };

constexpr unsigned kAgainstBits = 2;
constexpr unsigned kShiftBits = 6;
constexpr unsigned kRiceBits = 5;
constexpr unsigned kMostRice = 31;

struct Way {
  Against against = Against::kNothing;
  bool is_sparse = false;
  unsigned shift = 0;
  unsigned rice = 0;
  std::uint64_t bits = UINT64_MAX;  // about
};

// Small numbers of either sign as small numbers: 0, -1, 1, -2 …
std::uint64_t zigzag(std::uint64_t difference) {
  return difference << 1 ^ (difference >> 63 != 0 ? UINT64_MAX : 0);
}
std::uint64_t unzigzag(std::uint64_t value) {
  return value >> 1 ^ ((value & 1u) != 0 ? UINT64_MAX : 0);
}

void residuals_of(std::span<const std::uint64_t> values, Against against,
                  std::vector<std::uint64_t>& residuals) {
  residuals.clear();
  std::uint64_t change = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::uint64_t step = values[i] - values[i - 1];
    switch (against) {
      case Against::kNothing: break;
      case Against::kFirst: residuals.push_back(values[i] - values[0]); break;
      case Against::kBefore: residuals.push_back(step); break;
      case Against::kChange: residuals.push_back(step - change); break;
    }
    change = step;
  }
}

// What all residuals have at zero at their low end, which shifting them down keeps reversible.
unsigned common_shift(const std::vector<std::uint64_t>& residuals) {
  std::uint64_t any = 0;
  for (const std::uint64_t residual : residuals) any |= residual;
  return any == 0 ? 0 : static_cast<unsigned>(std::countr_zero(any));
}

std::uint64_t shifted_down(std::uint64_t residual, unsigned shift) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(residual) >> shift);
}

using Widths = std::array<std::uint64_t, 65>;  // how many residuals are so many bits wide

// What they take in Rice's code, taking each for the middle of its width.
std::uint64_t cost(const Widths& widths, unsigned rice, bool is_sparse) {
  std::uint64_t bits = is_sparse ? widths[0] : 0;
  for (unsigned width = is_sparse ? 1 : 0; width < widths.size(); ++width) {
    const std::uint64_t count = widths[width];
    if (count == 0) continue;
    std::uint64_t each = is_sparse ? 1 : 0;
    const unsigned above = width > rice ? width - rice : 0;
    if (above > 4) {
      each += kLongestUnary + kWidthBits + width;
    } else {
      each += rice + 1 + (above == 0 ? 0 : (std::uint64_t{3} << above) / 4);
    }
    bits += count * each;
  }
  return bits;
}

void consider(Way candidate, const Widths& widths, Way& best) {
  for (const bool is_sparse : {false, true}) {
    for (unsigned rice = 0; rice <= kMostRice; ++rice) {
      const std::uint64_t bits = cost(widths, rice, is_sparse);
      if (bits >= best.bits) continue;
      best = candidate;
      best.is_sparse = is_sparse;
      best.rice = rice;
      best.bits = bits;
    }
  }
}

Way shortest_way(std::span<const std::uint64_t> values, std::vector<std::uint64_t>& residuals) {
  Way best;
  if (std::ranges::all_of(values, [&](std::uint64_t value) { return value == values[0]; })) {
    return best;
  }
  for (const Against against : {Against::kFirst, Against::kBefore, Against::kChange}) {
    residuals_of(values, against, residuals);
    Way way{.against = against, .shift = common_shift(residuals)};
    Widths widths{};
    for (const std::uint64_t residual : residuals) {
      ++widths[static_cast<std::size_t>(std::bit_width(zigzag(shifted_down(residual, way.shift))))];
    }
    consider(way, widths, best);
  }
  return best;
}

}  // namespace

void put_column(BitWriter& bits, std::span<const std::uint64_t> values) {
  std::vector<std::uint64_t> residuals;
  residuals.reserve(values.size());
  const Way way = shortest_way(values, residuals);
  bits.put(static_cast<std::uint64_t>(way.against), kAgainstBits);
  bits.put_varint(values[0]);
  if (way.against == Against::kNothing) return;
  bits.put(way.is_sparse ? 1 : 0, 1);
  bits.put(way.shift, kShiftBits);
  bits.put(way.rice, kRiceBits);
  residuals_of(values, way.against, residuals);
  for (const std::uint64_t residual : residuals) {
    std::uint64_t value = zigzag(shifted_down(residual, way.shift));
    if (way.is_sparse) {
      bits.put(value == 0 ? 0 : 1, 1);
      if (value == 0) continue;
      --value;
    }
    bits.put_rice(value, way.rice);
  }
}

bool get_column(BitReader& bits, std::span<std::uint64_t> values) {
  const auto against = static_cast<Against>(bits.get(kAgainstBits));
  values[0] = bits.get_varint();
  if (against == Against::kNothing) {
    std::ranges::fill(values, values[0]);
    return bits.ok();
  }
  const bool is_sparse = bits.get(1) == 1;
  const auto shift = static_cast<unsigned>(bits.get(kShiftBits));
  const auto rice = static_cast<unsigned>(bits.get(kRiceBits));
  std::uint64_t change = 0;
  for (std::size_t i = 1; i < values.size() && bits.ok(); ++i) {
    std::uint64_t value = 0;
    if (!is_sparse) {
      value = bits.get_rice(rice);
    } else if (bits.get(1) == 1) {
      value = bits.get_rice(rice) + 1;
    }
    const std::uint64_t residual = unzigzag(value) << shift;
    switch (against) {
      case Against::kNothing: break;
      case Against::kFirst: values[i] = values[0] + residual; break;
      case Against::kBefore: values[i] = values[i - 1] + residual; break;
      case Against::kChange:
        change += residual;
        values[i] = values[i - 1] + change;
        break;
    }
  }
  return bits.ok();
}

}  // namespace rollcall
