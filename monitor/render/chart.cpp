#include "monitor/render/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rollcall {
namespace {

constexpr std::size_t kGutter = 10;   // "1023 MiB" and the axis
constexpr std::size_t kNumbers = 10;  // "1.46 TiB" or "10.0 MB/s", of one line
constexpr std::size_t kPanel = 2 + 4 + 2 * kNumbers;
// Lines whose extremes stand beside each other.
constexpr std::size_t kCompared = 2;
// A narrower chart has no room for its extremes.
constexpr std::size_t kPanelFrom = 70;
constexpr std::size_t kWidest = 1000;
constexpr std::size_t kRowsPerTick = 2;

// Pixels in braille: two by four for each cell.
class Canvas {
 public:
  Canvas(std::size_t columns, std::size_t rows)
      : columns_(columns), rows_(rows), dots_(columns * rows, 0), styles_(columns * rows) {}

  long width() const { return static_cast<long>(columns_ * 2); }
  long height() const { return static_cast<long>(rows_ * 4); }

  void dot(long x, long y, Style style) {
    if (x < 0 || y < 0 || x >= width() || y >= height()) return;
    constexpr std::array<std::array<unsigned, 4>, 2> kBits{
        {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}};
    const auto cell = static_cast<std::size_t>(y / 4) * columns_ + static_cast<std::size_t>(x / 2);
    dots_[cell] |= kBits[static_cast<std::size_t>(x % 2)][static_cast<std::size_t>(y % 4)];
    styles_[cell] = style;
  }

  // A straight line, both ends included; every second pixel of it where it is dotted.
  void line(long x, long y, long to_x, long to_y, const ChartLine& look) {
    const long across = std::abs(to_x - x);
    const long down = -std::abs(to_y - y);
    long error = across + down;
    while (true) {
      if (!look.dotted || (x + y) % 2 == 0) dot(x, y, look.style);
      if (x == to_x && y == to_y) return;
      const long twice = 2 * error;
      if (twice >= down) {
        error += down;
        x += x < to_x ? 1 : -1;
      }
      if (twice <= across) {
        error += across;
        y += y < to_y ? 1 : -1;
      }
    }
  }

  Row row(std::size_t index) const {
    Row out;
    for (std::size_t i = index * columns_; i < (index + 1) * columns_; ++i) {
      const Style style = dots_[i] == 0 ? Style::kPlain : styles_[i];
      if (out.empty() || out.back().style != style) out.push_back({"", style});
      out.back().text += dots_[i] == 0 ? " " : braille(dots_[i]);
    }
    return out;
  }

 private:
  // U+2800 and the dots.
  static std::string braille(unsigned dots) {
    return {'\xe2', static_cast<char>(0xa0u | dots >> 6u),
            static_cast<char>(0x80u | (dots & 0x3fu))};
  }

  std::size_t columns_;
  std::size_t rows_;
  std::vector<unsigned> dots_;
  std::vector<Style> styles_;
};

void draw(const ChartLine& line, const Scale& scale, Canvas& canvas) {
  const auto count = static_cast<double>(line.values.size());
  const double per_value = static_cast<double>(canvas.height() - 1) / (scale.high - scale.low);
  bool is_on = false;
  long last_x = 0;
  long last_y = 0;
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    const double value = line.values[i];
    if (std::isnan(value)) {
      is_on = false;
      continue;
    }
    const double place = (static_cast<double>(i) + 0.5) / count;
    const long x = static_cast<long>(place * static_cast<double>(canvas.width()));
    const long y = std::lround((scale.high - std::clamp(value, scale.low, scale.high)) * per_value);
    canvas.line(is_on ? last_x : x, is_on ? last_y : y, x, y, line);
    is_on = true;
    last_x = x;
    last_y = y;
  }
}

// What stands left of the plot, by row: a label where a tick is.
std::vector<std::string> gutters(const Chart& chart, const Scale& scale, std::size_t height) {
  std::vector<std::string> out(height, std::string(kGutter - 1, ' ') + "│");
  const auto steps = std::lround((scale.high - scale.low) / scale.step);
  std::size_t free_from = 0;
  for (long i = steps; i >= 0; --i) {
    const double value = scale.low + static_cast<double>(i) * scale.step;
    const double share = (scale.high - value) / (scale.high - scale.low);
    const auto row = static_cast<std::size_t>(std::lround(share * static_cast<double>(height - 1)));
    if (row < free_from || row >= height) continue;
    out[row] = padded(axis_label(value, scale, chart.measure), kGutter - 2, true) + " ┤";
    free_from = row + 1;
  }
  return out;
}

// Right of the plot, where many lines leave no room for more: each with its last value.
Rows last_values(const Chart& chart) {
  Rows rows;
  for (const ChartLine& line : chart.lines) {
    const auto found = extremes_of(line.values);
    rows.push_back({{"  " + padded(cut(line.name, kNumbers), kNumbers + 2), line.style},
                    {padded(found ? measured(found->last, chart.measure) : "-", kNumbers, true)}});
  }
  return rows;
}

// Right of the plot: names, and beneath each its extremes.
Rows panel(const Chart& chart) {
  if (chart.lines.size() > kCompared) return last_values(chart);
  Row names{{"      "}};
  std::array<Row, 4> rows;
  constexpr std::array<const char*, 4> kNames{"  max ", " mean ", "  min ", " last "};
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = {{kNames[i], Style::kDim}};
  for (const ChartLine& line : chart.lines) {
    const auto found = extremes_of(line.values);
    names.push_back({padded(cut(line.name, kNumbers - 1), kNumbers, true), line.style});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto text = [&] {
        const std::array<double, 4> values{found->greatest, found->mean, found->least, found->last};
        return measured(values[i], chart.measure);
      };
      rows[i].push_back({padded(found ? text() : "-", kNumbers, true)});
    }
  }
  return {names, rows[0], rows[1], rows[2], rows[3]};
}

}  // namespace

PlotArea plot_area(std::size_t width) {
  width = std::min(width, kWidest);
  const std::size_t taken = kGutter + (width >= kPanelFrom ? kPanel : 0);
  return {kGutter, width > taken + 1 ? width - taken : 1};
}

Rows chart_rows(const Chart& chart, std::size_t width, std::size_t height) {
  height = std::clamp<std::size_t>(height, 2, 100);
  const PlotArea area = plot_area(width);
  const Scale scale = scale_of(chart, std::max<std::size_t>(1, (height - 1) / kRowsPerTick));
  Canvas canvas(area.columns, height);
  for (const ChartLine& line : chart.lines) draw(line, scale, canvas);
  const std::vector<std::string> left = gutters(chart, scale, height);
  const Rows right = width >= kPanelFrom ? panel(chart) : Rows{};
  Row title{{chart.title, Style::kAccent}};
  // Where there is no panel to say which line is which.
  for (const ChartLine& line : chart.lines) {
    if (right.empty() && chart.lines.size() > 1) title.push_back({"  " + line.name, line.style});
  }
  Rows rows{cut(title, std::max<std::size_t>(width, area.left))};
  for (std::size_t i = 0; i < height; ++i) {
    Row row{{left[i], Style::kDim}};
    for (Span& span : canvas.row(i)) row.push_back(std::move(span));
    if (i < right.size()) row.insert(row.end(), right[i].begin(), right[i].end());
    rows.push_back(cut(row, width));
  }
  const Rows axis = time_axis(chart.begins_ms, chart.ends_ms(), area.columns);
  rows.push_back(cut(Row{{std::string(kGutter - 1, ' ') + "└", Style::kDim}, axis[0][0]}, width));
  rows.push_back(cut(Row{{std::string(kGutter, ' ')}, axis[1][0]}, width));
  return rows;
}

}  // namespace rollcall
