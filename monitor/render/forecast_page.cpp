#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "monitor/render/past_pages.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr double kMostBytes = 0x1p63;
constexpr std::size_t kFanPoints = 120;

// "12 d", "5 h" below two days, "4 min" below two hours; "now" where it is over.
std::string from_now(std::int64_t at_ms, std::int64_t now_ms) {
  constexpr std::int64_t kMinuteMs = 60'000;
  constexpr std::int64_t kHourMs = 60 * kMinuteMs;
  if (at_ms <= now_ms) return "now";
  const std::int64_t left_ms = at_ms - now_ms;
  if (left_ms < 2 * kMinuteMs) return fmt::format("{} s", left_ms / 1000);
  if (left_ms < 2 * kHourMs) return fmt::format("{} min", left_ms / kMinuteMs);
  if (left_ms < 2 * kDayMs) return fmt::format("{} h", left_ms / kHourMs);
  return fmt::format("{} d", left_ms / kDayMs);
}

// "in 12 d (9 d … 16 d)"; "in 12 d (9 d or more)" where the history does not tell so far ahead.
std::string expected_text(const PastForecast& forecast, const PastExpected& when,
                          std::int64_t now_ms) {
  if (when.at_ms && *when.at_ms <= now_ms) return "passed";
  if (forecast.says == "cannot_predict") return "-";
  if (!when.at_ms) {
    if (!when.earliest_ms) return "not in sight";
    return fmt::format("not in sight ({} or more)", from_now(*when.earliest_ms, now_ms));
  }
  std::string text = "in " + from_now(*when.at_ms, now_ms);
  if (!when.earliest_ms) return text;
  if (!when.latest_ms)
    return text + fmt::format(" ({} or more)", from_now(*when.earliest_ms, now_ms));
  return text + fmt::format(" ({} … {})", from_now(*when.earliest_ms, now_ms),
                            from_now(*when.latest_ms, now_ms));
}

Style urgency(const PastExpected& when, std::int64_t now_ms) {
  if (!when.at_ms) return Style::kPlain;
  if (*when.at_ms - now_ms < 7 * kDayMs) return Style::kBad;
  return *when.at_ms - now_ms < 30 * kDayMs ? Style::kWarning : Style::kPlain;
}

std::string bytes_text(double bytes) {
  const double size = std::min(std::abs(bytes), kMostBytes);
  return (bytes < 0 ? "-" : "+") + format_bytes(static_cast<std::uint64_t>(size));
}

Span trend_span(const PastForecast& forecast) {
  if (!forecast.trend) return {"-", Style::kDim};
  return {bytes_text(forecast.trend->middle)};
}

Span says_span(const PastForecast& forecast) {
  if (forecast.says == "fills") return {"fills", Style::kWarning};
  if (forecast.says == "steady" || forecast.says == "empties") return {forecast.says, Style::kGood};
  if (forecast.says != "cannot_predict") return {escaped(forecast.says)};
  const std::string why = forecast.why.empty() ? "" : ": " + escaped(forecast.why);
  return {"cannot predict" + why, Style::kDim};
}

Span full_span(const PastForecast& forecast, std::uint64_t percent, std::int64_t now_ms) {
  for (const PastFull& full : forecast.full) {
    if (full.percent != percent) continue;
    return {expected_text(forecast, full.when, now_ms), urgency(full.when, now_ms)};
  }
  return {"-", Style::kDim};
}

Span used_span(const UsedTotal& storage) {
  if (storage.total == 0) return {"-", Style::kDim};
  return {fmt::format("{} of {}", format_percent(percent_of(storage.used, storage.total)),
                      format_bytes(storage.total))};
}

std::string name_of_group(const std::string& of) { return of == "all" ? "the fleet" : escaped(of); }

// Whether the rest could take what the largest node holds.
std::optional<Row> absorb_row(const PastForecast& forecast, std::int64_t now_ms) {
  if (!forecast.absorb) return std::nullopt;
  const PastAbsorb& absorb = *forecast.absorb;
  const std::string of = name_of_group(forecast.of);
  const std::string largest =
      absorb.largest.empty() ? "its largest node" : escaped(absorb.largest) + ", its largest node,";
  if (absorb.now) {
    return Row{{fmt::format("⚠ {}: if {} is lost, the others could not take what it holds; add "
                            "room or free some",
                            of, largest),
                Style::kBad}};
  }
  std::string text = fmt::format("{}: the loss of {} can be absorbed", of, largest);
  text += absorb.when.at_ms ? "; no longer " + expected_text(forecast, absorb.when, now_ms)
                            : ", and as far as can be seen will be";
  return Row{{text, absorb.when.at_ms ? urgency(absorb.when, now_ms) : Style::kGood}};
}

}  // namespace

Rows forecast_page(const std::vector<PastForecast>& forecasts, std::int64_t now_ms) {
  if (forecasts.empty()) return {{{"nothing to forecast: no node is known yet"}}};
  Table table{{{"OF"},
               {"USED", true},
               {"A DAY", true},
               {"80 %"},
               {"90 %"},
               {"95 %"},
               {"RESTS ON"},
               {"SAYS"}},
              {}};
  for (const PastForecast& forecast : forecasts) {
    table.rows.push_back({{name_of_group(forecast.of), Style::kBold},
                          used_span(forecast.storage),
                          trend_span(forecast),
                          full_span(forecast, 80, now_ms),
                          full_span(forecast, 90, now_ms),
                          full_span(forecast, 95, now_ms),
                          {format_duration(forecast.span_ms)},
                          says_span(forecast)});
  }
  Rows rows = lay_out(table);
  for (const PastForecast& forecast : forecasts) {
    if (auto row = absorb_row(forecast, now_ms)) rows.push_back(std::move(*row));
  }
  rows.push_back(
      {{"in brackets: nine in ten cases; it goes on as it went, or it does not", Style::kDim}});
  return rows;
}

std::optional<Chart> forecast_chart(const PastForecast& forecast, const PastHistory& past) {
  if (!forecast.trend || past.series.empty() || past.points == 0) return std::nullopt;
  const auto& used = past.series[0].column(PastColumn::kStorageUsed);
  const auto known = extremes_of(used);
  if (!known) return std::nullopt;
  constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
  // As far ahead as behind, so that the two can be compared.
  const std::size_t ahead = std::min(kFanPoints, past.points);
  Chart chart;
  chart.title = "storage of " + name_of_group(forecast.of) + ", and what is expected";
  chart.measure = Measure::kBytes;
  chart.begins_ms = past.begins_ms;
  chart.step_ms = past.step_ms;
  const auto line = [&](const char* name, double per_day, Style style) {
    ChartLine fan{name, std::vector<double>(past.points, kGap), style, true};
    for (std::size_t i = 0; i < ahead; ++i) {
      const double days = static_cast<double>(past.step_ms) / static_cast<double>(kDayMs) *
                          static_cast<double>(i + 1);
      fan.values.push_back(std::clamp(known->last + per_day * days, 0.0, 1e30));
    }
    return fan;
  };
  chart.lines = {line("least", forecast.trend->low, Style::kDim),
                 line("most", forecast.trend->high, Style::kDim),
                 line("expected", forecast.trend->middle, Style::kNotice)};
  if (forecast.storage.total != 0) {
    const auto total = static_cast<double>(forecast.storage.total);
    // Where it comes near: else the line would press all others to the ground.
    const double highest = std::max(known->greatest, extremes_of(chart.lines[1].values)->greatest);
    if (highest > total / 2) {
      chart.lines.insert(
          chart.lines.begin(),
          {"full", std::vector<double>(past.points + ahead, total), Style::kBad, true});
    }
  }
  ChartLine was{"used", used, Style::kAccent};
  was.values.resize(past.points, kGap);
  was.values.resize(past.points + ahead, kGap);
  chart.lines.push_back(std::move(was));
  return chart;
}

}  // namespace rollcall
