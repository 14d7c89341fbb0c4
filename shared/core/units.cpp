#include "shared/core/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>

#include <fmt/format.h>

namespace rollcall {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array<Unit, 5> kDurationUnits{
    {{"ms", 1.0}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}}};

constexpr std::array<Unit, 14> kSizeUnits{{{"", 1.0},
                                           {"B", 1.0},
                                           {"kB", 1e3},
                                           {"KB", 1e3},
                                           {"MB", 1e6},
                                           {"GB", 1e9},
                                           {"TB", 1e12},
                                           {"PB", 1e15},
                                           {"KiB", 0x1p10},
                                           {"MiB", 0x1p20},
                                           {"GiB", 0x1p30},
                                           {"TiB", 0x1p40},
                                           {"PiB", 0x1p50},
                                           {"EiB", 0x1p60}}};

bool is_number_byte(char c) { return (c >= '0' && c <= '9') || c == '.'; }

// Takes "12.5" off the front of `text`.
bool take_number(std::string_view& text, double& value) {
  std::size_t length = 0;
  while (length < text.size() && is_number_byte(text[length])) ++length;
  if (length == 0) return false;
  const char* const end = text.data() + length;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return false;
  text.remove_prefix(length);
  return true;
}

std::string_view take_word(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && !is_number_byte(text[length])) ++length;
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  return word;
}

template <std::size_t N>
const Unit* find_unit(const std::array<Unit, N>& units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

Error bad_duration(std::string_view text) {
  return {fmt::format("'{}' is not a duration; write 500ms, 10s, 2m, 24h or 7d", text)};
}

Error bad_size(std::string_view text) {
  return {fmt::format("'{}' is not a size; write 4096, 10GiB or 10GB", text)};
}

std::string three_digits(double value) {
  if (value >= 99.95) return fmt::format("{:.0f}", value);
  if (value >= 9.995) return fmt::format("{:.1f}", value);
  return fmt::format("{:.2f}", value);
}

std::string scaled(double value, double step, const std::array<std::string_view, 7>& names) {
  std::size_t i = 0;
  while (value >= step * 0.9995 && i + 1 < names.size()) {
    value /= step;
    ++i;
  }
  if (i == 0) return fmt::format("{:.0f} {}", value, names[0]);
  return fmt::format("{} {}", three_digits(value), names[i]);
}

}  // namespace

Result<std::int64_t> parse_duration_ms(std::string_view text) {
  std::string_view rest = text;
  double total_ms = 0;
  do {
    double value = 0;
    if (!take_number(rest, value)) return bad_duration(text);
    const Unit* const unit = find_unit(kDurationUnits, take_word(rest));
    if (unit == nullptr) return bad_duration(text);
    total_ms += value * unit->factor;
  } while (!rest.empty());
  if (!(total_ms < 0x1p53)) return bad_duration(text);
  return static_cast<std::int64_t>(std::llround(total_ms));
}

Result<std::uint64_t> parse_size_bytes(std::string_view text) {
  std::string_view rest = text;
  double value = 0;
  if (!take_number(rest, value)) return bad_size(text);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const Unit* const unit = find_unit(kSizeUnits, rest);
  if (unit == nullptr) return bad_size(text);
  const double bytes = value * unit->factor;
  if (!(bytes < 0x1p63)) return bad_size(text);
  return static_cast<std::uint64_t>(bytes);
}

std::string format_duration_exact(std::int64_t duration_ms) {
  if (duration_ms <= 0) return "0s";
  struct Step {
    std::int64_t ms;
    const char* name;
  };
  constexpr std::array<Step, 5> kSteps{
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}}};
  std::string out;
  for (const Step& step : kSteps) {
    if (duration_ms < step.ms) continue;
    fmt::format_to(std::back_inserter(out), "{}{}", duration_ms / step.ms, step.name);
    duration_ms %= step.ms;
  }
  return out;
}

std::string format_duration(std::int64_t duration_ms) {
  if (duration_ms < 0) {
    // The most negative number has no positive twin.
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    return "-" + format_duration(duration_ms < -most ? most : -duration_ms);
  }
  const std::int64_t s = duration_ms / 1000;
  if (duration_ms < 10'000) {
    return fmt::format("{:.1f}s", static_cast<double>(duration_ms) / 1000.0);
  }
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600)
    return s % 60 == 0 ? fmt::format("{}m", s / 60) : fmt::format("{}m {}s", s / 60, s % 60);
  if (s < 86'400) {
    const std::int64_t m = s / 60;
    return m % 60 == 0 ? fmt::format("{}h", m / 60) : fmt::format("{}h {}m", m / 60, m % 60);
  }
  const std::int64_t h = s / 3600;
  return h % 24 == 0 ? fmt::format("{}d", h / 24) : fmt::format("{}d {}h", h / 24, h % 24);
}

std::string format_bytes(std::uint64_t bytes) {
  return scaled(static_cast<double>(bytes), 1024.0,
                {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"});
}

std::string format_rate(std::uint64_t bytes_per_second) {
  return scaled(static_cast<double>(bytes_per_second), 1000.0,
                {"B/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s", "EB/s"});
}

std::string format_percent(double percent) {
  if (percent > 0 && percent < 0.05) return "<0.1 %";
  if (percent < 100 && percent >= 99.95) return "99.9 %";
  if (percent == 0 || percent == 100) return fmt::format("{:.0f} %", percent);
  return fmt::format("{:.1f} %", percent);
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

double percent_of(std::uint64_t used, std::uint64_t total) {
  return total == 0 ? 0.0 : 100.0 * static_cast<double>(used) / static_cast<double>(total);
}

}  // namespace rollcall
