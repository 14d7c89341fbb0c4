#include "broker/past/history_answer.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "broker/history/accumulator.hpp"
#include "broker/history/quantise.hpp"
#include "broker/past/history_columns.hpp"
#include "broker/past/history_plan.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kLongestStepMs = std::int64_t{366} * 24 * kHourMs;
constexpr std::size_t kShownBytes = 64;

using Failure = std::optional<PastFailure>;

Failure bad_request(std::string message) {
  return PastFailure{QueryError::kBadRequest, std::move(message)};
}

struct Grid {
  std::int64_t begins_ms = 0;
  std::int64_t step_ms = 0;
  std::int64_t until_ms = 0;
  std::uint64_t points = 0;
};

struct Wanted {
  bool is_group = false;
  std::string of;
  SeriesId series = kNoSeries;
};

Failure no_history(std::string_view of) {
  return PastFailure{QueryError::kNotFound,
                     fmt::format("no history of '{}' is kept", escaped(of, kShownBytes))};
}

Failure find_group(const PastQuestion& question, const History& history, Wanted& wanted) {
  wanted.is_group = true;
  wanted.of = "all";
  if (!question.labels.empty()) {
    const auto& [key, value] = question.labels.front();
    if (question.labels.size() > 1 || (key != "zone" && key != "rack")) {
      return bad_request("'labels' must name one zone or one rack: histories are kept of these");
    }
    wanted.of = key + "=" + value;
  }
  wanted.series = history.find(true, wanted.of);
  if (wanted.series == kNoSeries && !question.labels.empty()) return no_history(wanted.of);
  return std::nullopt;
}

Failure find_series(const PastQuestion& question, const History& history,
                    std::vector<Wanted>& wanted) {
  const int ways = !question.node.empty() + !question.nodes.empty() + !question.labels.empty();
  if (ways > 1) return bad_request("give one of 'node', 'nodes' and 'labels', or none for all");
  if (question.nodes.size() > limits::kHistoryNodes) {
    return bad_request(fmt::format("{} nodes are too many: at most {} in one question",
                                   question.nodes.size(), limits::kHistoryNodes));
  }
  for (const std::string& node : question.nodes) {
    wanted.push_back({false, node, history.find(false, node)});
  }
  if (!wanted.empty()) return std::nullopt;
  wanted.emplace_back();
  if (question.node.empty()) return find_group(question, history, wanted.front());
  wanted.front() = {false, question.node, history.find(false, question.node)};
  return wanted.front().series == kNoSeries ? no_history(question.node) : std::nullopt;
}

// The shortest step with which so many points are enough for the span.
std::int64_t least_step_ms(std::int64_t span_ms, std::uint64_t points) {
  const auto most = static_cast<std::int64_t>(points);
  return (span_ms + most - 1) / most;
}

std::size_t page_bytes(const PastQuestion& question) {
  return question.page_bytes == 0 ? limits::kReplyBytes : question.page_bytes;
}

// Points of each series that surely fit: a number takes nine bytes, a word as much.
std::uint64_t points_of_page(const PastQuestion& question, const std::vector<Wanted>& wanted) {
  constexpr std::size_t kValueBytes = 9;
  constexpr std::size_t kSeriesBytes = 512;  // its name, and those of its columns
  const std::size_t series_bytes = page_bytes(question) / wanted.size();
  const std::size_t columns = HistoryColumns::kMost;
  return std::max(series_bytes, 2 * kSeriesBytes) / (columns * kValueBytes);
}

Failure lay_grid(const PastQuestion& question, const PastMoment& moment, const History& history,
                 const std::vector<Wanted>& wanted, Grid& grid) {
  const std::int64_t now_ms = std::clamp<std::int64_t>(moment.wall_ms, 0, kLatestPointMs);
  grid.until_ms = std::clamp<std::int64_t>(question.until_ms.value_or(now_ms), 0, now_ms);
  const std::int64_t since_ms =
      std::max<std::int64_t>(question.since_ms.value_or(grid.until_ms - kHourMs), 0);
  if (since_ms >= grid.until_ms) {
    return bad_request("'since' must lie before 'until', and before now");
  }
  const std::uint64_t most =
      std::min(limits::kHistoryPoints, limits::kHistoryPointsInAll / wanted.size());
  const std::int64_t span_ms = grid.until_ms - since_ms;
  const std::int64_t least_ms = least_step_ms(span_ms, most);
  const auto usual = static_cast<std::int64_t>(
      std::min({limits::kUsualHistoryPoints, most, points_of_page(question, wanted)}));
  const std::int64_t finest_ms = wanted.front().is_group ? resolution_ms(HistoryLevel::kMinute) : 1;
  grid.step_ms =
      question.step_ms.value_or(usual_step_ms(history, since_ms, grid.until_ms, usual, finest_ms));
  if (grid.step_ms <= 0 || grid.step_ms > kLongestStepMs) {
    return bad_request("'step' must be at least 1 ms and at most 366 days");
  }
  if (grid.step_ms < least_ms) {
    return bad_request(fmt::format(
        "that would be {} points of each series, and {} is the most here ({} of one, {} "
        "in all): choose a 'step' of at least {} ms, or a later 'since'",
        span_ms / grid.step_ms, most, limits::kHistoryPoints, limits::kHistoryPointsInAll,
        least_ms));
  }
  grid.begins_ms = since_ms - since_ms % grid.step_ms;
  grid.points = static_cast<std::uint64_t>((grid.until_ms - grid.begins_ms - 1) / grid.step_ms + 1);
  if (grid.points > most) {  // by the part of a step before `since`
    grid.begins_ms += grid.step_ms;
    --grid.points;
  }
  return std::nullopt;
}

void fill(History& history, const Wanted& wanted, const std::vector<HistoryStretch>& plan,
          const Grid& grid, std::vector<Accumulator>& steps) {
  steps.assign(static_cast<std::size_t>(grid.points), {});
  if (wanted.series == kNoSeries) return;
  for (HistoryStretch stretch : plan) {
    // Of groups there are no full samples.
    if (wanted.is_group) stretch.level = std::max(stretch.level, HistoryLevel::kMinute);
    history.visit(stretch.level, wanted.series, stretch.since_ms, stretch.until_ms,
                  [&](const HistoryPoint& point) {
                    const auto step = (point.at_ms() - grid.begins_ms) / grid.step_ms;
                    steps[static_cast<std::size_t>(step)].add(point);
                  });
  }
}

}  // namespace

Failure answer_history(const PastQuestion& question, const PastMoment& moment, History& history,
                       Buffer& out) {
  std::vector<Wanted> wanted;
  if (Failure failure = find_series(question, history, wanted)) return failure;
  Grid grid;
  if (Failure failure = lay_grid(question, moment, history, wanted, grid)) return failure;
  HistoryColumns columns;
  if (!choose_columns(question.metrics, columns)) {
    return bad_request("'metrics' are storage, cpu, memory, network and state");
  }
  const auto plan = stretches(history, grid.begins_ms, grid.until_ms, grid.step_ms);
  const HistoryLevel level = wanted.front().is_group
                                 ? std::max(plan.front().level, HistoryLevel::kMinute)
                                 : plan.front().level;
  const std::size_t before = out.size();
  Writer writer(out);
  writer.map(5)
      .pair_ms("begins", grid.begins_ms)
      .pair_ms("step", grid.step_ms)
      .pair("points", grid.points)
      .pair("level", name_of(level))
      .text("series")
      .array(wanted.size());
  std::vector<Accumulator> steps;
  for (const Wanted& each : wanted) {
    fill(history, each, plan, grid, steps);
    writer.map(2).pair("of", each.of).text("columns");
    write_columns(columns, each.is_group, steps, writer);
    if (out.size() - before <= page_bytes(question)) continue;
    out.resize(before);
    return PastFailure{QueryError::kTooLarge,
                       "the answer would be too large: ask for fewer nodes, a longer 'step', or "
                       "some 'metrics' only"};
  }
  return std::nullopt;
}

}  // namespace rollcall
