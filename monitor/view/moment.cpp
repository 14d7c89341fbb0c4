#include "monitor/view/moment.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kDayMs = 86'400 * kSecondMs;

// Days from 1970-01-01 in the Gregorian calendar, and back; the year begins in March, so that the
// leap day is its last. From "chrono-Compatible Low-Level Date Algorithms" (H. Hinnant, 2013).
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

struct Date {
  std::int64_t year;
  std::int64_t month;
  std::int64_t day;
};

Date date_of(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day = days - era * 146'097;
  const std::int64_t year = (day - day / 1460 + day / 36'524 - day / 146'096) / 365;
  const std::int64_t of_year = day - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;
  const std::int64_t calendar = month < 10 ? month + 3 : month - 9;
  return {year + era * 400 + (calendar <= 2 ? 1 : 0), calendar,
          of_year - (153 * month + 2) / 5 + 1};
}

bool parse_number(std::string_view text, std::int64_t& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && !text.empty() && text[0] != '-';
}

// "YYYY-MM-DDThh:mmZ", with ":ss" where it is given.
std::optional<std::int64_t> parse_iso(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  if (text.size() != kShape.size() && text.size() != kShape.size() - 3) return std::nullopt;
  if (text.back() != 'Z') return std::nullopt;
  std::array<std::int64_t, 6> parts{};
  constexpr std::array<std::size_t, 6> kAt{0, 5, 8, 11, 14, 17};
  for (std::size_t i = 0; i < kAt.size() && kAt[i] < text.size() - 1; ++i) {
    const std::size_t length = i == 0 ? 4 : 2;
    if (!parse_number(text.substr(kAt[i], length), parts[i])) return std::nullopt;
    const std::size_t behind = kAt[i] + length;
    if (behind + 1 < text.size() && text[behind] != kShape[behind]) return std::nullopt;
  }
  const auto [year, month, day, hour, minute, second] = parts;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const std::int64_t days = days_of(year, month, day);
  const Date back = date_of(days);
  if (back.month != month || back.day != day || days < 0) return std::nullopt;
  return days * kDayMs + ((hour * 60 + minute) * 60 + second) * kSecondMs;
}

}  // namespace

std::optional<std::int64_t> parse_moment(std::string_view text, Now now) {
  std::int64_t at_ms = 0;
  if (text == "now") return now.wall_ms;
  if (parse_number(text, at_ms)) return at_ms;
  if (const auto iso = parse_iso(text)) return iso;
  const auto ago_ms = parse_duration_ms(text);
  if (!ago_ms || *ago_ms > now.wall_ms) return std::nullopt;
  return now.wall_ms - *ago_ms;
}

std::string moment_text(std::int64_t wall_ms) {
  const std::int64_t days = wall_ms / kDayMs - (wall_ms % kDayMs < 0 ? 1 : 0);
  const std::int64_t seconds = (wall_ms - days * kDayMs) / kSecondMs;
  const Date date = date_of(days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", date.year, date.month, date.day,
                     seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace rollcall
