// forecast, backtest, availability.
#include <algorithm>

#include "monitor/io/output.hpp"
#include "monitor/io/past_options.hpp"
#include "monitor/io/past_paging.hpp"
#include "monitor/render/past_pages.hpp"
#include "monitor/render/svg.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kChartRows = 10;
constexpr std::int64_t kChartPoints = 120;
constexpr std::int64_t kDayMs = 86'400'000;

// The only forecast as a chart: what it rests on is asked for, too. Nothing where that fails.
std::optional<Chart> chart_of(Asker& asker, const PastQuery& query, const PastForecast& forecast,
                              std::int64_t now_ms) {
  if (!forecast.trend || now_ms <= 0) return std::nullopt;
  PastQuery past;
  past.op = "history";
  past.node = query.node;
  past.label = query.label;
  past.metrics = {"storage"};
  const std::int64_t span_ms = std::clamp<std::int64_t>(forecast.span_ms, kDayMs, 90 * kDayMs);
  past.since_ms = std::max<std::int64_t>(0, now_ms - span_ms);
  past.step_ms = span_ms / kChartPoints;
  const Answer answer = ask_past(asker, past);
  PastHistory history;
  if (answer.asked != Asked::kAnswered || !decode_history(answer.reply.result, history)) {
    return std::nullopt;
  }
  return forecast_chart(forecast, history);
}

}  // namespace

int run_forecast(const Settings& settings, const PastSettings& past, const PastQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  PastQuery limited = query;
  limited.limit = past.limit;
  const Answer answer = ask_past(asker, limited);
  if (answer.asked != Asked::kAnswered) return past_failed(settings, asker, answer, query);
  if (past.svg.empty() && settings.is_json()) return print_json(settings, answer.reply);
  std::vector<PastForecast> forecasts;
  if (!decode_forecasts(answer.reply.result, forecasts)) return malformed(settings);
  std::optional<Chart> chart;
  if (forecasts.size() == 1)
    chart = chart_of(asker, query, forecasts[0], moment_of(answer.reply.as_of));
  if (!past.svg.empty()) {
    return put_svg(past.svg, forecast_svg(forecasts, chart, moment_of(answer.reply.as_of)));
  }
  put_rows(forecast_page(forecasts, moment_of(answer.reply.as_of)), wants_colours());
  if (chart) put_rows(chart_rows(*chart, drawing_width(), kChartRows), wants_colours());
  return kExitDone;
}

int run_backtest(const Settings& settings, const PastQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer = ask_past(asker, query);
  if (answer.asked != Asked::kAnswered) return past_failed(settings, asker, answer, query);
  if (settings.is_json()) return print_json(settings, answer.reply);
  PastBacktest backtest;
  if (!decode_backtest(answer.reply.result, backtest)) return malformed(settings);
  put_rows(backtest_page(backtest), wants_colours());
  return kExitDone;
}

int run_availability(const Settings& settings, const PastSettings& past, const PastQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  PastAvailability all;
  PagesJson json("rows");
  const Paged paged = ask_pages(asker, query, past.limit, [&](const Reply& reply) -> PageSeen {
    PastAvailability page;
    const bool ok = decode_availability(reply.result, page);
    if (!ok || (settings.is_json() && !json.add(reply))) return {};
    all.since_ms = page.since_ms;
    all.until_ms = page.until_ms;
    const std::size_t count = page.rows.size();
    for (PastAvailabilityRow& row : page.rows) all.rows.push_back(std::move(row));
    return {true, count, page.next};
  });
  all.next = paged.next;
  return put_pages(settings, asker, query, paged, json,
                   [&](std::size_t columns) { return availability_page(all, columns); });
}

}  // namespace rollcall
