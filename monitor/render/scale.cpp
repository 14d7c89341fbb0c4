// What a chart's axis of values is, and how values are written beside it.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "monitor/render/chart.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::array<std::string_view, 7> kByteUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
constexpr std::array<std::string_view, 7> kRateUnits{"B/s",  "kB/s", "MB/s", "GB/s",
                                                     "TB/s", "PB/s", "EB/s"};
// Where the least is below this share of the greatest, the axis begins at 0: the picture then shows
// how much there is; above it, how it changed.
constexpr double kNearZero = 0.6;
// Less of a change than this is none to be seen.
constexpr double kFlat = 0.001;
// Below this there is nothing to be seen, and steps would come near the end of numbers.
constexpr double kNothing = 1e-6;

struct Unit {
  double factor = 1;
  std::string_view name = "%";
};

Unit unit_of(double greatest, Measure measure) {
  if (measure == Measure::kPercent) return {};
  const bool is_bytes = measure == Measure::kBytes;
  const double base = is_bytes ? 1024 : 1000;
  const auto& names = is_bytes ? kByteUnits : kRateUnits;
  Unit unit{1, names[0]};
  for (std::size_t i = 1; i < names.size() && greatest >= unit.factor * base; ++i) {
    unit = {unit.factor * base, names[i]};
  }
  return unit;
}

// The smallest of 1, 2 and 5 times a power of ten that is not below `wanted`.
double round_step(double wanted) {
  const double power = std::pow(10, std::floor(std::log10(wanted)));
  for (const double times : {1.0, 2.0, 5.0}) {
    if (times * power >= wanted * (1 - 1e-9)) return times * power;
  }
  return 10 * power;
}

std::uint64_t whole(double value) {
  if (!(value > 0)) return 0;
  return value >= 0x1p64 ? UINT64_MAX : static_cast<std::uint64_t>(value);
}

}  // namespace

std::optional<Extremes> extremes_of(const std::vector<double>& values) {
  Extremes found;
  std::size_t count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    found.least = count == 0 ? value : std::min(found.least, value);
    found.greatest = count == 0 ? value : std::max(found.greatest, value);
    ++count;
    // So, not as a sum, which may be beyond all numbers.
    found.mean += (value - found.mean) / static_cast<double>(count);
    found.last = value;
  }
  if (count == 0) return std::nullopt;
  return found;
}

Scale scale_of(const Chart& chart, std::size_t ticks) {
  std::optional<Extremes> all;
  for (const ChartLine& line : chart.lines) {
    const auto found = extremes_of(line.values);
    if (!found) continue;
    if (!all) all = found;
    all->least = std::min(all->least, found->least);
    all->greatest = std::max(all->greatest, found->greatest);
  }
  if (!all || all->greatest < kNothing) {
    return chart.measure == Measure::kPercent ? Scale{0, 100, 50} : Scale{0, 1, 1};
  }
  double low = all->least;
  const double high = all->greatest;
  const bool is_flat = high - low < high * kFlat;
  if (chart.from_zero || is_flat || low < high * kNearZero) low = 0;
  const Unit unit = unit_of(high, chart.measure);
  const double wanted =
      (high - low) / unit.factor / static_cast<double>(std::max<std::size_t>(ticks, 1));
  Scale scale;
  scale.step = round_step(wanted) * unit.factor;
  scale.low = std::floor(low / scale.step) * scale.step;
  scale.high = std::ceil(high / scale.step * (1 - 1e-9)) * scale.step;
  return scale;
}

std::string axis_label(double value, const Scale& scale, Measure measure) {
  const Unit unit = unit_of(scale.high, measure);
  const double step = scale.step / unit.factor;
  const int decimals =
      step >= 1 ? 0 : std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 4);
  return fmt::format("{:.{}f} {}", value / unit.factor, decimals, unit.name);
}

std::string measured(double value, Measure measure) {
  switch (measure) {
    case Measure::kBytes: return format_bytes(whole(value));
    case Measure::kRate: return format_rate(whole(value));
    default: return format_percent(value);
  }
}

}  // namespace rollcall
