#include "monitor/render/table.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rollcall {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kFactName = 12;

std::vector<std::size_t> widths_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (const TableColumn& column : table.columns) widths.push_back(display_width(column.title));
  for (const Row& row : table.rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  return widths;
}

// How many columns fit: half a number would be read as another number, so that it is left out, and
// what follows with it. Text is cut where it meets the edge.
std::size_t columns_in(const Table& table, const std::vector<std::size_t>& widths,
                       std::size_t width) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const bool is_cut = begin + widths[i] > width;
    if (i > 0 && is_cut && (table.columns[i].is_number || begin >= width)) return i;
    begin += widths[i] + kGap;
  }
  return widths.size();
}

Style style_for(double percent) {
  if (percent >= 95) return Style::kBad;
  return percent >= 85 ? Style::kWarning : Style::kGood;
}

}  // namespace

Rows lay_out(const Table& table, std::size_t width) {
  const std::vector<std::size_t> widths = widths_of(table);
  const std::size_t fitting = width == 0 ? widths.size() : columns_in(table, widths, width);
  Rows rows;
  const auto add = [&](const Row& cells) {
    Row row;
    // An empty cell at the end leaves no blanks behind.
    std::size_t count = fitting;
    while (count > 1 && cells[count - 1].text.empty()) --count;
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_last = i + 1 == count;
      const bool is_number = table.columns[i].is_number;
      std::string text =
          is_last && !is_number ? cells[i].text : padded(cells[i].text, widths[i], is_number);
      row.push_back({std::move(text), cells[i].style});
      if (!is_last) row.push_back({std::string(kGap, ' '), Style::kPlain});
    }
    rows.push_back(width == 0 ? std::move(row) : cut(row, width));
  };
  Row header;
  for (const TableColumn& column : table.columns) header.push_back({column.title, Style::kDim});
  add(header);
  for (const Row& row : table.rows) add(row);
  return rows;
}

Row bar(double percent, std::size_t width) {
  constexpr std::array<std::string_view, 8> kEighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double clamped = std::clamp(percent, 0.0, 100.0);
  auto eighths =
      static_cast<std::size_t>(std::lround(clamped / 100 * 8 * static_cast<double>(width)));
  if (clamped > 0) eighths = std::max<std::size_t>(eighths, 1);
  std::string filled;
  for (std::size_t i = 0; i < eighths / 8; ++i) filled += "█";
  filled += kEighths[eighths % 8];
  std::string empty;
  for (std::size_t i = (eighths + 7) / 8; i < width; ++i) empty += "░";
  return {{filled, style_for(percent)}, {empty, Style::kDim}};
}

Row fact(const std::string& name, Row value) {
  const std::string shown = display_width(name) > kFactName ? name : padded(name, kFactName);
  value.insert(value.begin(), {shown + " ", Style::kDim});
  return value;
}

}  // namespace rollcall
