#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "monitor/render/past_pages.hpp"
#include "monitor/render/svg.hpp"
#include "monitor/render/table.hpp"
#include "monitor/view/moment.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr double kWidth = 900;
constexpr double kLeft = 84;
constexpr double kRight = 176;
constexpr double kTop = 44;
constexpr double kPlot = kWidth - kLeft - kRight;
constexpr double kPanel = 130;     // of one chart
constexpr double kPanelRow = 190;  // with its title and its axis
constexpr double kBand = 22;       // of one track
constexpr std::size_t kTimeTicks = 8;
constexpr std::size_t kValueTicks = 4;
// Forecasts drawn; of more, the first.
constexpr std::size_t kForecasts = 60;

std::string_view css_of(Style style) {
  switch (style) {
    case Style::kGood: return "good";
    case Style::kNotice: return "notice";
    case Style::kWarning: return "warning";
    case Style::kBad: return "bad";
    case Style::kDim: return "dim";
    default: return "accent";
  }
}

struct Range {
  std::int64_t begins_ms = 0;
  std::int64_t ends_ms = 1;

  double x_of(double at_ms) const {
    const auto whole = static_cast<double>(std::max<std::int64_t>(1, ends_ms - begins_ms));
    return kLeft + (at_ms - static_cast<double>(begins_ms)) / whole * kPlot;
  }
};

// Ticks below a plot from `top` to `bottom`, with lines through it.
void draw_time(Svg& svg, const Range& span, double top, double bottom) {
  for (const Tick& tick : time_ticks(span.begins_ms, span.ends_ms, kTimeTicks)) {
    const double x = span.x_of(static_cast<double>(tick.at_ms));
    svg.line({x, top}, {x, bottom + 4}, "grid");
    svg.text({x, bottom + 18}, tick.label, "dim", Svg::Anchor::kMiddle);
  }
  svg.line({kLeft, bottom}, {kLeft + kPlot, bottom}, "axis");
}

void draw_values(Svg& svg, const Chart& chart, const Scale& scale, double top) {
  const auto steps = std::lround((scale.high - scale.low) / scale.step);
  for (long i = 0; i <= steps; ++i) {
    const double y = top + kPanel - kPanel * static_cast<double>(i) / static_cast<double>(steps);
    const double value = scale.low + static_cast<double>(i) * scale.step;
    svg.line({kLeft, y}, {kLeft + kPlot, y}, "grid");
    svg.text({kLeft - 8, y + 4}, axis_label(value, scale, chart.measure), "dim", Svg::Anchor::kEnd);
  }
}

void draw_line(Svg& svg, const Chart& chart, const ChartLine& line, const Scale& scale,
               double top) {
  const Range span{chart.begins_ms, chart.ends_ms()};
  std::vector<Svg::Point> points;
  const auto flush = [&] {
    svg.path(points, css_of(line.style), line.dotted, line.dotted ? -1 : top + kPanel);
    points.clear();
  };
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    if (std::isnan(line.values[i])) {
      flush();
      continue;
    }
    const double middle = (static_cast<double>(i) + 0.5) * static_cast<double>(chart.step_ms);
    const double share = (line.values[i] - scale.low) / (scale.high - scale.low);
    points.push_back({span.x_of(static_cast<double>(chart.begins_ms) + middle),
                      top + kPanel * (1 - std::clamp(share, 0.0, 1.0))});
  }
  flush();
}

// Right of the plot: what each line is, and between what it moved.
void draw_legend(Svg& svg, const Chart& chart, double top) {
  double y = top + 10;
  for (const ChartLine& line : chart.lines) {
    const double x = kLeft + kPlot + 16;
    svg.rect({x, y - 8}, 10, 10, css_of(line.style));
    svg.text({x + 16, y}, line.name, "ink", Svg::Anchor::kStart, true);
    if (const auto found = extremes_of(line.values)) {
      svg.text(
          {x + 16, y + 15},
          measured(found->least, chart.measure) + " … " + measured(found->greatest, chart.measure),
          "dim");
    }
    y += chart.lines.size() > 3 ? 31 : 36;
  }
}

void draw_chart(Svg& svg, const Chart& chart, double top) {
  svg.text({kLeft, top - 10}, chart.title, "ink", Svg::Anchor::kStart, true);
  const Scale scale = scale_of(chart, kValueTicks);
  draw_values(svg, chart, scale, top);
  draw_time(svg, {chart.begins_ms, chart.ends_ms()}, top, top + kPanel);
  for (const ChartLine& line : chart.lines) draw_line(svg, chart, line, scale, top);
  draw_legend(svg, chart, top);
}

std::string_view css_of(State state) {
  constexpr std::string_view kNames[] = {"good", "notice", "warning", "bad", "worst"};
  return kNames[static_cast<std::size_t>(state)];
}

// One row of colours, steps of one state together; and its legend.
void draw_states(Svg& svg, const PastHistory& history, const PastSeries& series, double top) {
  svg.text({kLeft - 8, top + 14}, "state", "dim", Svg::Anchor::kEnd);
  const Range span{history.begins_ms, history.ends_ms()};
  const auto x_of = [&](std::size_t i) {
    return span.x_of(static_cast<double>(history.begins_ms) +
                     static_cast<double>(i) * static_cast<double>(history.step_ms));
  };
  for (std::size_t i = 0; i < series.states.size();) {
    std::size_t end = i + 1;
    while (end < series.states.size() && series.states[end] == series.states[i]) ++end;
    if (series.states[i]) {
      svg.rect({x_of(i), top}, x_of(end) - x_of(i), kBand - 4, css_of(*series.states[i]));
    }
    i = end;
  }
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    const double x = kLeft + 90 * static_cast<double>(i);
    svg.rect({x, top + 28}, 10, 10, css_of(static_cast<State>(i)));
    svg.text({x + 16, top + 37}, kStateNames[i], "dim");
  }
}

std::string group_name(const std::string& of) { return of == "all" ? "the fleet" : of; }

void draw_track(Svg& svg, const PastTimeline& timeline, const Track& track, double top) {
  svg.text({kLeft - 8, top + 14}, track.name, "dim", Svg::Anchor::kEnd);
  const Range whole{timeline.since_ms, timeline.until_ms};
  // What matters more is drawn later, and at least a pixel wide.
  for (const SpanLook& look : track.looks) {
    for (const PastSpan& span : track.spans) {
      if (&look_of(track, span) != &look) continue;
      const std::int64_t from_ms = std::max(span.from_ms, timeline.since_ms);
      const std::int64_t to_ms = std::min(span.to_ms, timeline.until_ms);
      if (to_ms < from_ms) continue;
      const double x = whole.x_of(static_cast<double>(from_ms));
      const double width = std::max(1.0, whole.x_of(static_cast<double>(to_ms)) - x);
      svg.rect({x, top}, width, kBand - 4, look.colour);
    }
  }
}

void draw_looks(Svg& svg, const Track& track, double top) {
  double y = top + 14;
  double x = kLeft;
  svg.text({kLeft - 8, y}, track.name, "dim", Svg::Anchor::kEnd);
  for (const SpanLook& look : track.looks) {
    svg.rect({x, y - 9}, 10, 10, look.colour);
    svg.text({x + 15, y}, look.word, "dim");
    x += 100;
  }
}

double draw_forecasts(Svg& svg, const std::vector<PastForecast>& forecasts, std::int64_t now_ms) {
  double y = kTop;
  const std::size_t count = std::min(forecasts.size(), kForecasts);
  const Rows rows = forecast_page(
      {forecasts.begin(), forecasts.begin() + static_cast<std::ptrdiff_t>(count)}, now_ms);
  for (std::size_t i = 0; i < count; ++i) {
    const PastForecast& forecast = forecasts[i];
    const double percent = percent_of(forecast.storage.used, forecast.storage.total);
    svg.text({20, y + 11}, cut(group_name(forecast.of), 22), "ink", Svg::Anchor::kStart, true);
    svg.rect({180, y}, 200, 14, "unknown");
    svg.rect({180, y}, 2 * std::clamp(percent, 0.0, 100.0), 14,
             percent >= 95 ? "bad" : (percent >= 80 ? "warning" : "good"));
    svg.text({392, y + 11}, format_percent(percent), "ink");
    // The words of the table: "A DAY", "95 %" and "SAYS"; columns stand two spans apart.
    const Row& row = rows[i + 1];
    if (forecast.trend) {
      svg.text({450, y + 11}, row[4].text + " a day", "dim");
      svg.text({560, y + 11}, "95 %: " + row[10].text, "dim");
    } else {
      svg.text({450, y + 11}, row.back().text, "dim");
    }
    y += kBand;
  }
  return y;
}

}  // namespace

std::string history_svg(const PastHistory& history) {
  Svg svg;
  double top = kTop;
  for (const PastSeries& series : history.series) {
    svg.text({20, top - 18}, group_name(series.of), "ink", Svg::Anchor::kStart, true);
    svg.text({kLeft + kPlot, top - 18}, between_text(history.begins_ms, history.ends_ms()), "dim",
             Svg::Anchor::kEnd);
    top += 20;
    for (const Chart& chart : history_charts(history, series)) {
      draw_chart(svg, chart, top);
      top += kPanelRow;
    }
    if (!series.states.empty()) {
      draw_states(svg, history, series, top - 16);
      top += 50;
    }
    top += kTop;
  }
  const std::string of = history.series.empty() ? "nothing" : group_name(history.series[0].of);
  return svg.document(kWidth, top - 20, "history of " + of);
}

std::string timeline_svg(const PastTimeline& timeline) {
  Svg svg;
  svg.text({20, kTop - 18}, timeline.node, "ink", Svg::Anchor::kStart, true);
  svg.text({kLeft + kPlot, kTop - 18}, between_text(timeline.since_ms, timeline.until_ms), "dim",
           Svg::Anchor::kEnd);
  const std::vector<Track> tracks = tracks_of(timeline);
  double top = kTop;
  const double bottom = kTop + kBand * static_cast<double>(tracks.size());
  draw_time(svg, {timeline.since_ms, timeline.until_ms}, kTop, bottom);
  for (const Track& track : tracks) {
    draw_track(svg, timeline, track, top);
    top += kBand;
  }
  top = bottom + 30;
  for (const Track& track : tracks) {
    draw_looks(svg, track, top);
    top += 18;
  }
  return svg.document(kWidth, top + 16, "timeline of " + timeline.node);
}

std::string forecast_svg(const std::vector<PastForecast>& forecasts,
                         const std::optional<Chart>& chart, std::int64_t now_ms) {
  Svg svg;
  svg.text({20, kTop - 18}, "storage, and when it is full", "ink", Svg::Anchor::kStart, true);
  double top = draw_forecasts(svg, forecasts, now_ms);
  if (chart) {
    draw_chart(svg, *chart, top + 40);
    top += 40 + kPanelRow;
  }
  return svg.document(kWidth, top + 20, "forecast of storage");
}

}  // namespace rollcall
