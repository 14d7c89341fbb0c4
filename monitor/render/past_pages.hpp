// What the commands that ask about the past print. `width` is that of the terminal, or what is
// taken for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "monitor/render/chart.hpp"
#include "monitor/render/text.hpp"
#include "shared/client/past.hpp"

namespace rollcall {

// One chart for each metric that was answered.
std::vector<Chart> history_charts(const PastHistory& history, const PastSeries& series);
Rows history_page(const PastHistory& history, std::size_t width);
// Every step as a row of numbers.
Rows history_table(const PastHistory& history);

// A track of a timeline, and how its words are shown.
struct SpanLook {
  std::string_view word;
  std::string_view cell;  // one column; no two of a track alike
  Style style;
  std::string_view colour;  // the class of an SVG
};
struct Track {
  std::string name;
  std::vector<PastSpan> spans;
  std::vector<SpanLook> looks;  // what matters more comes later, and hides what came before
};
// `presence`, `state`, `duty`, `session`; sessions are told apart by turns.
std::vector<Track> tracks_of(const PastTimeline& timeline);
// The look of a span's word; that of an unknown word where it is none of the track's.
const SpanLook& look_of(const Track& track, const PastSpan& span);
Rows timeline_page(const PastTimeline& timeline, std::size_t width);

Rows at_summary_page(const PastMomentAnswer& answer);
Rows at_nodes_page(const PastMomentAnswer& answer, std::size_t width);
Rows at_node_page(const PastMomentAnswer& answer);

// `now_ms`: the moment of the answer, from which "in 12d" counts.
Rows forecast_page(const std::vector<PastForecast>& forecasts, std::int64_t now_ms);
// What was used, and the fan of what is expected; nothing where nothing can be predicted. `past` is
// the history of the same.
std::optional<Chart> forecast_chart(const PastForecast& forecast, const PastHistory& past);

Rows backtest_page(const PastBacktest& backtest);
Rows availability_page(const PastAvailability& availability, std::size_t width);

Rows known_page(const PastKnownPage& page, std::size_t width);
Rows known_node_page(const PastKnown& known);
Rows store_page(const PastStore& store, std::int64_t now_ms);

}  // namespace rollcall
