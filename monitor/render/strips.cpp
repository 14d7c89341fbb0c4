// What takes one row of a chart: an axis of time, a strip of states, a sparkline.
#include <algorithm>
#include <array>
#include <cmath>

#include "monitor/render/chart.hpp"
#include "monitor/render/words.hpp"
#include "monitor/view/moment.hpp"

namespace rollcall {
namespace {

// Taller is worse, so that they are told apart without colours.
constexpr std::array<std::string_view, kStateNames.size()> kStateCells{"▁", "▂", "▄", "▆", "█"};
constexpr std::array<std::string_view, 8> kSparks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
// Labels of an axis take up to this many columns, with a gap.
constexpr std::size_t kTickColumns = 8;

}  // namespace

Rows time_axis(std::int64_t begins_ms, std::int64_t ends_ms, std::size_t columns) {
  if (columns == 0) return {};
  std::vector<bool> is_tick(columns, false);
  std::string labels;
  const double span = static_cast<double>(std::max<std::int64_t>(1, ends_ms - begins_ms));
  const std::size_t most = std::max<std::size_t>(1, columns / kTickColumns);
  for (const Tick& tick : time_ticks(begins_ms, ends_ms, most)) {
    const double share = static_cast<double>(tick.at_ms - begins_ms) / span;
    const auto column =
        std::min(columns - 1, static_cast<std::size_t>(share * static_cast<double>(columns)));
    is_tick[column] = true;
    if (tick.label.size() > columns) continue;
    const std::size_t half = tick.label.size() / 2;
    const std::size_t begin =
        std::min(column < half ? 0 : column - half, columns - tick.label.size());
    if (!labels.empty() && begin <= labels.size()) continue;
    labels.resize(begin, ' ');
    labels += tick.label;
  }
  std::string line;
  for (const bool yes : is_tick) line += yes ? "┬" : "─";
  return {{{line, Style::kDim}}, {{labels, Style::kDim}}};
}

Row state_strip(const std::vector<std::optional<State>>& states, std::size_t columns) {
  Row row;
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t begin = column * states.size() / columns;
    const std::size_t end = std::max(begin + 1, (column + 1) * states.size() / columns);
    std::optional<State> worst;
    for (std::size_t i = begin; i < end && i < states.size(); ++i) {
      if (states[i] && (!worst || *states[i] > *worst)) worst = states[i];
    }
    const std::string cell(worst ? kStateCells[static_cast<std::size_t>(*worst)] : " ");
    const Style style = worst ? style_of(*worst) : Style::kPlain;
    if (row.empty() || row.back().style != style) row.push_back({"", style});
    row.back().text += cell;
  }
  return row;
}

Row state_legend() {
  Row row;
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    if (i != 0) row.push_back({"  "});
    row.push_back({std::string(kStateCells[i]), style_of(static_cast<State>(i))});
    row.push_back({" " + std::string(kStateNames[i]), Style::kDim});
  }
  return row;
}

std::string sparkline(const std::vector<double>& values, double low, double high) {
  std::string out;
  for (const double value : values) {
    if (std::isnan(value)) {
      out += ' ';
      continue;
    }
    const double share = high > low ? (value - low) / (high - low) : 0;
    const auto level = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * 7 + 0.5);
    out += kSparks[level];
  }
  return out;
}

}  // namespace rollcall
