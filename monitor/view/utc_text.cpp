#include "monitor/view/utc_text.hpp"

#include <fmt/format.h>

namespace rollcall {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kDayMs = 86'400 * kSecondMs;

// From days since 1970-01-01 in the Gregorian calendar; the year begins in March, so that the leap
// day is its last. From "chrono-Compatible Low-Level Date Algorithms" (H. Hinnant, 2013).
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

}  // namespace

std::string moment_text(std::int64_t wall_ms) {
  const std::int64_t days = wall_ms / kDayMs - (wall_ms % kDayMs < 0 ? 1 : 0);
  const std::int64_t seconds = (wall_ms - days * kDayMs) / kSecondMs;
  const Date date = date_of(days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", date.year, date.month, date.day,
                     seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace rollcall
