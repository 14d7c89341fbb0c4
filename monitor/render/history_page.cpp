#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "monitor/render/past_pages.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "monitor/view/moment.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kChartRows = 6;

bool has_values(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
}

double last_of(const std::vector<double>& values) {
  const auto found = extremes_of(values);
  return found ? found->last : 0;
}

// "storage used, of 2.00 TiB: 73.1 %".
std::string title_of(const char* name, double used, double total) {
  if (total <= 0) return name;
  return fmt::format("{}, of {}: {}", name, measured(total, Measure::kBytes),
                     format_percent(100 * used / total));
}

Chart chart_of(const PastHistory& history, std::string title, Measure measure) {
  Chart chart;
  chart.title = std::move(title);
  chart.measure = measure;
  chart.begins_ms = history.begins_ms;
  chart.step_ms = history.step_ms;
  return chart;
}

Chart used_chart(const PastHistory& history, const char* name, const std::vector<double>& used,
                 const std::vector<double>& total) {
  Chart chart = chart_of(history, title_of(name, last_of(used), last_of(total)), Measure::kBytes);
  chart.lines.push_back({"used", used, Style::kAccent});
  return chart;
}

Rows heading(const PastHistory& history, const PastSeries& series) {
  std::string about =
      fmt::format("{}, each step {}", between_text(history.begins_ms, history.ends_ms()),
                  format_duration(history.step_ms));
  if (history.level != "full") {
    about += fmt::format(", from values of each {}", escaped(history.level));
  }
  const auto& nodes = series.column(PastColumn::kNodes);
  if (has_values(nodes)) {
    about += ", " + counted(static_cast<std::uint64_t>(last_of(nodes)), "node");
  }
  const std::string of = series.of == "all" ? "the fleet" : escaped(series.of);
  return {{{of, Style::kBold}, {"  " + about, Style::kDim}}};
}

Rows strip_rows(const PastSeries& series, std::size_t width) {
  const PlotArea area = plot_area(width);
  Row row{{padded("state", area.left - 1, true) + " ", Style::kDim}};
  for (Span& span : state_strip(series.states, area.columns)) row.push_back(std::move(span));
  Row legend{{std::string(area.left, ' ')}};
  for (Span& span : state_legend()) legend.push_back(std::move(span));
  return {cut(row, width), cut(legend, width)};
}

void append(Rows& rows, Rows more) {
  for (Row& row : more) rows.push_back(std::move(row));
}

Rows series_page(const PastHistory& history, const PastSeries& series, std::size_t width) {
  Rows rows = heading(history, series);
  const std::vector<Chart> charts = history_charts(history, series);
  for (const Chart& chart : charts) append(rows, chart_rows(chart, width, kChartRows));
  const bool has_states =
      std::any_of(series.states.begin(), series.states.end(),
                  [](const std::optional<State>& state) { return state.has_value(); });
  if (has_states) append(rows, strip_rows(series, width));
  if (charts.empty() && !has_states) {
    rows.push_back(
        {{"nothing was heard then (of groups there is a point a minute); see how far "
          "back it goes: rollcall-monitor store"}});
  }
  return rows;
}

Span cell(double value, Measure measure) {
  if (std::isnan(value)) return {"-", Style::kDim};
  return {measured(value, measure)};
}

}  // namespace

std::vector<Chart> history_charts(const PastHistory& history, const PastSeries& series) {
  std::vector<Chart> charts;
  const auto& storage = series.column(PastColumn::kStorageUsed);
  const auto& cpu = series.column(PastColumn::kCpu);
  const auto& cpu_max = series.column(PastColumn::kCpuMax);
  const auto& memory = series.column(PastColumn::kMemoryUsed);
  const auto& rx = series.column(PastColumn::kRx);
  const auto& tx = series.column(PastColumn::kTx);
  if (has_values(storage)) {
    charts.push_back(
        used_chart(history, "storage used", storage, series.column(PastColumn::kStorageTotal)));
  }
  if (has_values(cpu)) {
    charts.push_back(chart_of(history, "cpu", Measure::kPercent));
    if (has_values(cpu_max)) {
      charts.back().lines.push_back({"highest", cpu_max, Style::kDim, true});
    }
    charts.back().lines.push_back({"mean", cpu, Style::kAccent});
  }
  if (has_values(memory)) {
    charts.push_back(
        used_chart(history, "memory used", memory, series.column(PastColumn::kMemoryTotal)));
  }
  if (has_values(rx) || has_values(tx)) {
    charts.push_back(chart_of(history, "network", Measure::kRate));
    if (has_values(tx)) charts.back().lines.push_back({"↑ out", tx, Style::kNotice, true});
    if (has_values(rx)) charts.back().lines.push_back({"↓ in", rx, Style::kAccent});
  }
  return charts;
}

Rows history_page(const PastHistory& history, std::size_t width) {
  Rows rows;
  for (const PastSeries& series : history.series) {
    if (!rows.empty()) rows.push_back({});
    append(rows, series_page(history, series, width));
  }
  if (history.series.empty()) {
    rows.push_back({{"nothing was heard then; see how far back it goes: rollcall-monitor store"}});
  }
  return rows;
}

Rows history_table(const PastHistory& history) {
  Rows rows;
  struct Shown {
    PastColumn column;
    const char* title;
    Measure measure;
  };
  constexpr Shown kShown[] = {{PastColumn::kStorageUsed, "STORAGE", Measure::kBytes},
                              {PastColumn::kStorageTotal, "OF", Measure::kBytes},
                              {PastColumn::kCpu, "CPU", Measure::kPercent},
                              {PastColumn::kCpuMax, "HIGHEST", Measure::kPercent},
                              {PastColumn::kMemoryUsed, "MEMORY", Measure::kBytes},
                              {PastColumn::kMemoryTotal, "OF", Measure::kBytes},
                              {PastColumn::kRx, "RX", Measure::kRate},
                              {PastColumn::kTx, "TX", Measure::kRate}};
  for (const PastSeries& series : history.series) {
    if (!rows.empty()) rows.push_back({});
    append(rows, heading(history, series));
    Table table{{{"TIME"}}, {}};
    for (std::size_t i = 0; i < history.points; ++i) {
      const std::int64_t at_ms = history.begins_ms + history.step_ms * static_cast<std::int64_t>(i);
      table.rows.push_back({{date_text(at_ms)}});
    }
    for (const Shown& shown : kShown) {
      const auto& values = series.column(shown.column);
      if (values.empty()) continue;
      table.columns.push_back({shown.title, true});
      for (std::size_t i = 0; i < values.size(); ++i) {
        table.rows[i].push_back(cell(values[i], shown.measure));
      }
    }
    if (!series.states.empty()) table.columns.push_back({"STATE"});
    for (std::size_t i = 0; i < series.states.size(); ++i) {
      const auto& state = series.states[i];
      table.rows[i].push_back(state ? Span{std::string(name_of(*state)), style_of(*state)}
                                    : Span{"-", Style::kDim});
    }
    append(rows, lay_out(table));
  }
  return rows;
}

}  // namespace rollcall
