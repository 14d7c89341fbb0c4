#include "monitor/view/moment.hpp"

#include <charconv>
#include <ctime>
#include <optional>

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
// The year 5138: room for any clock, and far from where arithmetic ends.
constexpr std::int64_t kLatestMs = 100'000'000'000'000;
// Digits alone are ms since 1970: from 1973 on, so that a forgotten unit is told from a moment.
constexpr std::int64_t kEarliestBareMs = 100'000'000'000;

Error bad_moment(std::string_view text) {
  return {fmt::format(
      "'{}' is not a time; write 10m or 7d (ago), 14:00, 2026-11-25, '2026-11-25 14:00', "
      "2026-11-25T14:00Z, ms since 1970, or now",
      escaped(text, 80))};
}

// Exactly `digits` digits off the front.
bool take_number(std::string_view& text, std::size_t digits, int& value) {
  if (text.size() < digits) return false;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  std::from_chars(text.data(), text.data() + digits, value);
  text.remove_prefix(digits);
  return true;
}

bool take_mark(std::string_view& text, char mark) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_clock(std::string_view& text, std::tm& parts) {
  if (!take_number(text, 2, parts.tm_hour) || !take_mark(text, ':')) return false;
  if (!take_number(text, 2, parts.tm_min)) return false;
  if (take_mark(text, ':') && !take_number(text, 2, parts.tm_sec)) return false;
  return parts.tm_hour < 24 && parts.tm_min < 60 && parts.tm_sec < 60;
}

bool take_date(std::string_view& text, std::tm& parts) {
  int year = 0;
  int month = 0;
  if (!take_number(text, 4, year) || !take_mark(text, '-')) return false;
  if (!take_number(text, 2, month) || !take_mark(text, '-')) return false;
  if (!take_number(text, 2, parts.tm_mday)) return false;
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  // A day that there is stays what it is.
  std::tm same = parts;
  timegm(&same);
  return year >= 1970 && same.tm_mon == parts.tm_mon && same.tm_mday == parts.tm_mday;
}

// "Z" or "+02:00": seconds east of Greenwich.
bool take_zone(std::string_view& text, std::int64_t& east_s) {
  if (take_mark(text, 'Z')) return true;
  const bool is_west = text.starts_with('-');
  if (!is_west && !text.starts_with('+')) return false;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!take_number(text, 2, hours)) return false;
  take_mark(text, ':');
  if (!take_number(text, 2, minutes) || hours > 14 || minutes > 59) return false;
  east_s = (hours * 60 + minutes) * (is_west ? -60 : 60);
  return true;
}

std::tm local(std::int64_t wall_ms) {
  const auto seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

std::int64_t ms_of_local(std::tm parts) {
  parts.tm_isdst = -1;  // whatever is in force then
  return static_cast<std::int64_t>(std::mktime(&parts)) * 1000;
}

std::optional<std::int64_t> moment_of_date(std::string_view text) {
  std::tm parts{};
  if (!take_date(text, parts)) return std::nullopt;
  if (text.empty()) return ms_of_local(parts);
  if (!take_mark(text, ' ') && !take_mark(text, 'T')) return std::nullopt;
  if (!take_clock(text, parts)) return std::nullopt;
  if (text.empty()) return ms_of_local(parts);
  std::int64_t east_s = 0;
  if (!take_zone(text, east_s) || !text.empty()) return std::nullopt;
  return (static_cast<std::int64_t>(timegm(&parts)) - east_s) * 1000;
}

// The last time that clocks showed it.
std::optional<std::int64_t> moment_of_clock(std::string_view text, std::int64_t now_ms) {
  std::tm parts = local(now_ms);
  parts.tm_sec = 0;
  if (!take_clock(text, parts) || !text.empty()) return std::nullopt;
  const std::int64_t today_ms = ms_of_local(parts);
  if (today_ms <= now_ms) return today_ms;
  --parts.tm_mday;
  return ms_of_local(parts);
}

std::optional<std::int64_t> moment_of_digits(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < kEarliestBareMs) return std::nullopt;
  return value;
}

}  // namespace

Result<std::int64_t> parse_moment(std::string_view text, std::int64_t now_ms) {
  std::optional<std::int64_t> moment;
  if (text == "now") return now_ms;
  if (const auto ago = parse_duration_ms(text)) {
    moment = now_ms - *ago;
  } else if (text.size() > 4 && text[4] == '-') {
    moment = moment_of_date(text);
  } else if (text.find(':') != std::string_view::npos) {
    moment = moment_of_clock(text, now_ms);
  } else {
    moment = moment_of_digits(text);
  }
  if (!moment || *moment < 0 || *moment > kLatestMs) return bad_moment(text);
  return *moment;
}

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kTickSteps[] = {
    1000,          5000,           10'000,         30'000,         kMinuteMs,     2 * kMinuteMs,
    5 * kMinuteMs, 10 * kMinuteMs, 15 * kMinuteMs, 30 * kMinuteMs, kHourMs,       2 * kHourMs,
    3 * kHourMs,   6 * kHourMs,    12 * kHourMs,   kDayMs,         2 * kDayMs,    7 * kDayMs,
    14 * kDayMs,   30 * kDayMs,    90 * kDayMs,    365 * kDayMs,   3650 * kDayMs, 36'500 * kDayMs};

// How far local clocks are ahead of Greenwich at that moment.
std::int64_t ahead_ms(std::int64_t at_ms) {
  std::tm parts = local(at_ms);
  return static_cast<std::int64_t>(timegm(&parts)) * 1000 - at_ms / 1000 * 1000;
}

std::string label_of(std::int64_t at_ms, std::int64_t step_ms) {
  const std::tm parts = local(at_ms);
  if (step_ms >= 30 * kDayMs)
    return fmt::format("{:04}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1);
  const bool is_midnight = parts.tm_hour == 0 && parts.tm_min == 0 && parts.tm_sec == 0;
  if (step_ms >= kDayMs || is_midnight) {
    return fmt::format("{:02}-{:02}", parts.tm_mon + 1, parts.tm_mday);
  }
  if (step_ms >= kMinuteMs) return fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
  return fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

// The first local multiple of the step at or after a moment; across a change of clocks, too.
std::int64_t next_tick(std::int64_t from_ms, std::int64_t step_ms) {
  const std::int64_t shown_ms = from_ms + ahead_ms(from_ms);
  const std::int64_t next_ms = (shown_ms + step_ms - 1) / step_ms * step_ms;
  const std::int64_t guess_ms = from_ms + (next_ms - shown_ms);
  const std::int64_t moved_ms = ahead_ms(guess_ms) - ahead_ms(from_ms);
  return guess_ms - moved_ms >= from_ms ? guess_ms - moved_ms : guess_ms;
}

}  // namespace

std::vector<Tick> time_ticks(std::int64_t begins_ms, std::int64_t ends_ms, std::size_t most) {
  std::vector<Tick> ticks;
  if (ends_ms <= begins_ms || most == 0 || begins_ms < 0 || ends_ms > kLatestMs) return ticks;
  const std::int64_t span_ms = ends_ms - begins_ms;
  std::int64_t step_ms = 0;
  for (const std::int64_t step : kTickSteps) {
    step_ms = step;
    if (span_ms / step < static_cast<std::int64_t>(most)) break;
  }
  std::int64_t at_ms = next_tick(begins_ms, step_ms);
  while (at_ms <= ends_ms && ticks.size() < most) {
    ticks.push_back({at_ms, label_of(at_ms, step_ms)});
    const std::int64_t next_ms = next_tick(at_ms + step_ms / 2 + 1, step_ms);
    at_ms = next_ms > at_ms ? next_ms : at_ms + step_ms;
  }
  return ticks;
}

std::string between_text(std::int64_t begins_ms, std::int64_t ends_ms) {
  const std::tm begins = local(begins_ms);
  const std::tm ends = local(ends_ms);
  const bool is_short = ends_ms - begins_ms < 10 * kMinuteMs;
  const auto clock = [&](const std::tm& parts) {
    std::string text = fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
    if (is_short) text += fmt::format(":{:02}", parts.tm_sec);
    return text;
  };
  const auto date = [](const std::tm& parts) {
    return fmt::format("{:04}-{:02}-{:02} ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
  };
  const bool is_one_day = begins.tm_yday == ends.tm_yday && begins.tm_year == ends.tm_year;
  return date(begins) + clock(begins) + " … " + (is_one_day ? "" : date(ends)) + clock(ends);
}

}  // namespace rollcall
