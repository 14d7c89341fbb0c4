#include "agent/simulate/work_lines.hpp"

#include <utility>

#include <fmt/format.h>

#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr const char* kIcon = "🔧";

}  // namespace

void WorkLines::tell(std::string_view event, std::string_view block, std::uint64_t bytes) {
  if (!has_room()) return;
  lines_.push_back({Level::kInfo,
                    kIcon,
                    std::string(event),
                    fmt::format("{} {} ({})", event, block, format_bytes(bytes)),
                    {{"node", node_}, {"block", std::string(block)}, {"bytes", bytes}}});
}

void WorkLines::tell_cleaning(double used_percent) {
  if (!has_room()) return;
  lines_.push_back(
      {Level::kInfo,
       kIcon,
       "cleaning",
       fmt::format("an operator cleans up: storage {} used", format_percent(used_percent)),
       {{"node", node_}, {"used_percent", used_percent}}});
}

std::vector<Line> WorkLines::take() {
  if (more_ != 0) {
    lines_.push_back({Level::kInfo,
                      kIcon,
                      "more_work",
                      fmt::format("… and {} more works on blocks", format_count(more_)),
                      {{"node", node_}, {"works", more_}}});
    more_ = 0;
  }
  return std::exchange(lines_, {});
}

bool WorkLines::has_room() {
  if (!tells_) return false;
  if (lines_.size() < kMost) return true;
  ++more_;
  return false;
}

}  // namespace rollcall
