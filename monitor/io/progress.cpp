#include "monitor/io/progress.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "monitor/render/words.hpp"
#include "shared/core/units.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kTellMs = 500;

}  // namespace

Progress::Progress(std::string noun)
    : noun_(std::move(noun)),
      is_shown_(isatty(STDERR_FILENO) == 1),
      began_ms_(read_clock().steady_ms),
      told_ms_(began_ms_) {}

Progress::~Progress() {
  if (is_begun_) fmt::print(stderr, "\n");
}

void Progress::tell(std::uint64_t count, std::optional<double> share) {
  if (!is_shown_) return;
  const std::int64_t now_ms = read_clock().steady_ms;
  if (now_ms < told_ms_ + kTellMs) return;
  told_ms_ = now_ms;
  const double seconds = static_cast<double>(now_ms - began_ms_) / 1000;
  const double rate = static_cast<double>(count) / std::max(0.001, seconds);
  const auto whole = static_cast<std::uint64_t>(rate);
  std::string line = noun_.empty() ? format_bytes(count) + ", " + format_rate(whole)
                                   : counted(count, noun_) + ", " + format_count(whole) + "/s";
  if (share) line += ", " + format_percent(100 * std::clamp(*share, 0.0, 1.0));
  fmt::print(stderr, "\r{}\x1b[K", line);
  is_begun_ = true;
}

}  // namespace rollcall
