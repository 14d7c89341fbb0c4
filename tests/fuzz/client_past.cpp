// What a broker may answer of the past: decoded within bounds or refused, and whatever was decoded
// can be drawn, on a terminal of any width and as a picture that a browser can read.
#include <cmath>
#include <string>

#include "monitor/render/past_pages.hpp"
#include "monitor/render/svg.hpp"
#include "monitor/render/trends.hpp"
#include "shared/core/limits.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/monitor/well_formed.hpp"

using namespace rollcall;

namespace {

void check_rows(const Rows& rows) {
  for (const Row& row : rows) {
    for (const char c : plain(row)) ROLLCALL_CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
}

void check_history(Bytes input, std::size_t width) {
  PastHistory history;
  if (!decode_history(input, history)) return;
  ROLLCALL_CHECK(history.points <= limits::kPastPoints && history.step_ms > 0);
  ROLLCALL_CHECK(history.begins_ms >= 0 && history.ends_ms() >= history.begins_ms);
  for (const PastSeries& series : history.series) {
    for (const auto& column : series.columns) {
      ROLLCALL_CHECK(column.empty() || column.size() == history.points);
    }
    ROLLCALL_CHECK(series.states.empty() || series.states.size() == history.points);
  }
  check_rows(history_page(history, width));
  check_rows(history_table(history));
  ROLLCALL_CHECK(why_not_well_formed(history_svg(history)).empty());
  Trends trends;
  add_trends(history, trends);
}

void check_moments(Bytes input, std::size_t width) {
  PastTimeline timeline;
  if (decode_timeline(input, timeline)) {
    for (const PastSpan& span : timeline.presence) ROLLCALL_CHECK(span.from_ms <= span.to_ms);
    check_rows(timeline_page(timeline, width));
    ROLLCALL_CHECK(why_not_well_formed(timeline_svg(timeline)).empty());
  }
  PastMomentAnswer at;
  if (!decode_at(input, at)) return;
  ROLLCALL_CHECK(at.nodes.size() <= limits::kPageMax);
  check_rows(at_summary_page(at));
  check_rows(at_nodes_page(at, width));
  check_rows(at_node_page(at));
}

void check_outlook(Bytes input, std::size_t width) {
  constexpr std::int64_t kNowMs = 1'700'000'000'000;
  std::vector<PastForecast> forecasts;
  if (decode_forecasts(input, forecasts)) {
    check_rows(forecast_page(forecasts, kNowMs));
    ROLLCALL_CHECK(why_not_well_formed(forecast_svg(forecasts, std::nullopt, kNowMs)).empty());
    PastHistory history;
    history.points = 3;
    history.step_ms = 60'000;
    history.series.resize(1);
    history.series[0].columns[static_cast<std::size_t>(PastColumn::kStorageUsed)] = {1, 2, 3};
    for (const PastForecast& forecast : forecasts) {
      const auto chart = forecast_chart(forecast, history);
      if (chart) check_rows(chart_rows(*chart, width, 6));
    }
  }
  PastBacktest backtest;
  if (decode_backtest(input, backtest)) check_rows(backtest_page(backtest));
  PastAvailability availability;
  if (decode_availability(input, availability)) {
    for (const auto& row : availability.rows)
      ROLLCALL_CHECK(!row.up || (*row.up >= 0 && *row.up <= 1));
    check_rows(availability_page(availability, width));
  }
}

void check_known(Bytes input, std::size_t width) {
  PastKnownPage known;
  if (decode_known(input, known)) {
    check_rows(known_page(known, width));
    for (const PastKnown& each : known.nodes) check_rows(known_node_page(each));
  }
  PastStore store;
  if (decode_store(input, store)) check_rows(store_page(store, 1'700'000'000'000));
}

}  // namespace

// The first byte is the width of the terminal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t width = data[0];
  const Bytes input = as_text(data + 1, size - 1);
  check_history(input, width);
  check_moments(input, width);
  check_outlook(input, width);
  check_known(input, width);
  return 0;
}
