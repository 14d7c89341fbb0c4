// backtest, availability.
#include <fmt/format.h>

#include "monitor/render/past_pages.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "monitor/view/moment.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

Span duration_span(const std::optional<std::int64_t>& duration_ms) {
  if (!duration_ms) return {"-", Style::kDim};
  return {format_duration(*duration_ms)};
}

Style style_of_outcome(const std::string& word) {
  if (word == "evicted") return Style::kBad;
  return word == "late" ? Style::kWarning : Style::kGood;
}

// What the numbers come to, in a sentence.
Rows meaning(const PastBacktest& backtest) {
  const PastVerdicts& was = backtest.as_it_was;
  const PastVerdicts& would = backtest.as_it_would_be;
  if (backtest.silences == 0) {
    return {{{"no node was silent for long enough to tell; choose a longer time with --since",
              Style::kWarning}}};
  }
  std::string text = "With these rules ";
  if (would.false_evictions == was.false_evictions) {
    text += fmt::format("as many nodes would have been evicted in error ({})",
                        format_count(was.false_evictions));
  } else {
    const bool fewer = would.false_evictions < was.false_evictions;
    const std::uint64_t difference = fewer ? was.false_evictions - would.false_evictions
                                           : would.false_evictions - was.false_evictions;
    text += counted(difference, fewer ? "fewer node" : "more node") +
            " would have been evicted in error";
  }
  if (was.mean_detection_ms && would.mean_detection_ms) {
    const std::int64_t change_ms = *would.mean_detection_ms - *was.mean_detection_ms;
    text += change_ms == 0 ? ", and a loss been noticed as soon"
                           : fmt::format(", and a loss been noticed {} {}",
                                         format_duration(change_ms < 0 ? -change_ms : change_ms),
                                         change_ms < 0 ? "sooner" : "later");
  }
  return {{{text + "."}}};
}

Table comparison(const PastBacktest& backtest) {
  Table table{{{""}, {"AS IT WAS", true}, {"AS IT WOULD BE", true}}, {}};
  const PastVerdicts& was = backtest.as_it_was;
  const PastVerdicts& would = backtest.as_it_would_be;
  const auto add = [&](const char* name, Span first, Span second) {
    table.rows.push_back({{name, Style::kDim}, std::move(first), std::move(second)});
  };
  const auto exact = [](const std::optional<std::int64_t>& ms) {
    return ms ? Span{format_duration_exact(*ms)} : Span{"3 intervals"};
  };
  add("late after", exact(was.late_after_ms), exact(would.late_after_ms));
  add("evicted after", exact(was.evict_after_ms), exact(would.evict_after_ms));
  add("late", {format_count(was.late)}, {format_count(would.late)});
  add("evicted", {format_count(was.evicted)}, {format_count(would.evicted)});
  add("of these in error", {format_count(was.false_evictions)},
      {format_count(would.false_evictions)});
  add("noticed after", duration_span(was.mean_detection_ms),
      duration_span(would.mean_detection_ms));
  return table;
}

Span up_span(const PastAvailabilityRow& row) {
  if (!row.up) return {"-", Style::kDim};
  const double percent = *row.up * 100;
  const Style style =
      percent < 99 ? Style::kBad : (percent < 99.9 ? Style::kWarning : Style::kGood);
  // Three digits behind the point: what people call three nines and four nines.
  std::string text = fmt::format("{:.3f} %", percent);
  if (percent < 100 && text == "100.000 %") text = "99.999 %";
  return {text, style};
}

Span time_span(std::int64_t duration_ms, Style style) {
  if (duration_ms == 0) return {"-", Style::kDim};
  return {format_duration(duration_ms), style};
}

}  // namespace

Rows backtest_page(const PastBacktest& backtest) {
  Rows rows{{{between_text(backtest.since_ms, backtest.until_ms), Style::kBold},
             {fmt::format("  {}, {}", counted(backtest.nodes, "node"),
                          counted(backtest.silences, "silence")),
              Style::kDim}}};
  for (Row& row : lay_out(comparison(backtest))) rows.push_back(std::move(row));
  rows.push_back({});
  for (Row& row : meaning(backtest)) rows.push_back(std::move(row));
  if (backtest.shortest_ms != 0) {
    rows.push_back({{fmt::format("silences shorter than {} were not recorded: a rule below that "
                                 "would find more",
                                 format_duration_exact(backtest.shortest_ms)),
                     Style::kDim}});
  }
  if (backtest.changed.empty()) {
    rows.push_back({{"no node would have been judged otherwise", Style::kGood}});
    return rows;
  }
  rows.push_back({});
  Table table{{{"NODE"}, {"SILENT SINCE"}, {"FOR", true}, {"WAS"}, {"WOULD BE"}}, {}};
  for (const PastChange& change : backtest.changed) {
    table.rows.push_back({{escaped(change.node), Style::kBold},
                          {date_text(change.at_ms)},
                          {format_duration(change.silent_for_ms)},
                          {escaped(change.was), style_of_outcome(change.was)},
                          {escaped(change.would_be), style_of_outcome(change.would_be)}});
  }
  for (Row& row : lay_out(table)) rows.push_back(std::move(row));
  if (backtest.changed_total > backtest.changed.size()) {
    rows.push_back({{fmt::format("… and {} more",
                                 format_count(backtest.changed_total - backtest.changed.size())),
                     Style::kDim}});
  }
  return rows;
}

Rows availability_page(const PastAvailability& availability, std::size_t width) {
  Rows rows{{{between_text(availability.since_ms, availability.until_ms), Style::kBold},
             {"  planned and unknown time does not count", Style::kDim}}};
  if (availability.rows.empty()) {
    rows.push_back({{"no node was there then; choose a longer time with --since"}});
    return rows;
  }
  Table table{{{"OF"},
               {"NODES", true},
               {"UP", true},
               {"DOWN", true},
               {"PLANNED", true},
               {"UNKNOWN", true},
               {"INCIDENTS", true},
               {"BETWEEN", true},
               {"BACK AFTER", true}},
              {}};
  for (const PastAvailabilityRow& row : availability.rows) {
    table.rows.push_back({{row.of == "all" ? "the fleet" : escaped(row.of), Style::kBold},
                          {format_count(row.nodes)},
                          up_span(row),
                          time_span(row.down_ms, Style::kWarning),
                          time_span(row.planned_ms, Style::kPlain),
                          time_span(row.unknown_ms, Style::kPlain),
                          {format_count(row.incidents)},
                          duration_span(row.between_failures_ms),
                          duration_span(row.to_return_ms)});
  }
  for (Row& row : lay_out(table, width)) rows.push_back(std::move(row));
  if (!availability.next.empty()) {
    rows.push_back({{"there are more: raise --limit", Style::kDim}});
  }
  return rows;
}

}  // namespace rollcall
