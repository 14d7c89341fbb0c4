// Charts of what was measured over time, as data: a terminal draws them with braille (here), an SVG
// with lines (svg_pages.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "monitor/render/text.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

enum class Measure : std::uint8_t { kBytes, kRate, kPercent };

struct ChartLine {
  std::string name;
  std::vector<double> values;  // one for each step; NaN: a gap
  Style style = Style::kAccent;
  bool dotted = false;  // so that it is told from another without colours
};

struct Chart {
  std::string title;
  Measure measure = Measure::kPercent;
  std::int64_t begins_ms = 0;
  std::int64_t step_ms = 1;
  std::vector<ChartLine> lines;  // the last is drawn on top
  bool from_zero = false;

  std::size_t points() const { return lines.empty() ? 0 : lines.front().values.size(); }
  std::int64_t ends_ms() const { return begins_ms + step_ms * static_cast<std::int64_t>(points()); }
};

// Least, mean, greatest and last of what was measured; nothing where nothing was.
struct Extremes {
  double least = 0;
  double mean = 0;
  double greatest = 0;
  double last = 0;
};
std::optional<Extremes> extremes_of(const std::vector<double>& values);

// An axis of values that begins and ends at a tick.
struct Scale {
  double low = 0;
  double high = 1;
  double step = 1;
};
// Of about `ticks` steps; from 0 where the values come near it, or where it is wanted.
Scale scale_of(const Chart& chart, std::size_t ticks);
// "1.5 TiB", with as many digits as tell one tick from the next.
std::string axis_label(double value, const Scale& scale, Measure measure);
// With three digits: "93.1 %".
std::string measured(double value, Measure measure);

// Rows that are `width` columns at most: the title, `height` rows of the chart with labels to the
// left and the extremes to the right, and the axis of time.
Rows chart_rows(const Chart& chart, std::size_t width, std::size_t height);

// The columns in which a chart of this width is drawn: from `left`, so many.
struct PlotArea {
  std::size_t left = 0;
  std::size_t columns = 0;
};
PlotArea plot_area(std::size_t width);

// One cell for each of `columns`: the worst state in it; and what the cells mean.
Row state_strip(const std::vector<std::optional<State>>& states, std::size_t columns);
Row state_legend();

// The axis of time below `columns` columns: a line with ticks, and their labels.
Rows time_axis(std::int64_t begins_ms, std::int64_t ends_ms, std::size_t columns);

// "▁▃█ ▅": one cell for each value, from `low` to `high`; blank where there is none.
std::string sparkline(const std::vector<double>& values, double low, double high);

}  // namespace rollcall
