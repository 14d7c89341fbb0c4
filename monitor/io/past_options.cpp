#include "monitor/io/past_options.hpp"

#include <fmt/format.h>

#include "monitor/io/output.hpp"
#include "monitor/view/moment.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

constexpr const char* kTimes = "10m, 2h or 7d (ago), 14:00, 2026-11-25, '2026-11-25 14:00', now";

void add_span(OptionGroup& group, PastSettings& past, const char* usual) {
  group.text("since", past.since, fmt::format("from when: {}; without: {}", kTimes, usual));
  group.text("until", past.until, "until when; without: now");
}

void add_svg(OptionGroup& group, PastSettings& past) {
  group.text("svg", past.svg, "write a picture into this file; -: to standard output");
}

void add_limit(OptionGroup& group, PastSettings& past) {
  group.count("limit", past.limit, 0, limits::kNodes, "at most so many; 0: all");
}

void add_label(OptionGroup& group, PastSettings& past) {
  group.text("label", past.label, "of those with this label: zone=Z or rack=R");
}

void add_outlook_commands(Options& options, PastSettings& past, std::string& command) {
  OptionGroup forecast = options.command("forecast", command, "when storage will be full");
  forecast.positional("NODE", past.node, false, "a node; without: the whole fleet");
  add_label(forecast, past);
  forecast.text("by", past.by, "one forecast for each node, zone or rack, the most urgent first");
  forecast.count("limit", past.limit, 0, limits::kPageMax,
                 "at most so many; 0: as many as is usual");
  add_svg(forecast, past);
  OptionGroup backtest = options.command(
      "backtest", command, "what other rules for late and evicted would have made of the past");
  backtest.text("late-after", past.late_after, "silent for so long: late; such as 30s");
  backtest.text("evict-after", past.evict_after, "silent for so long: evicted; such as 5m");
  add_span(backtest, past, "a day ago");
  OptionGroup availability =
      options.command("availability", command, "how much of the time nodes were there");
  availability.positional("NODE", past.node, false, "a node; without: the whole fleet");
  availability.text("label", past.label, "of those with this label, KEY=VALUE");
  availability.text("by", past.by, "one row for each node, zone, rack, or value of another label");
  add_span(availability, past, "30 days ago");
  add_limit(availability, past);
}

Result<std::optional<std::pair<std::string, std::string>>> label_of(const std::string& text) {
  using Label = std::optional<std::pair<std::string, std::string>>;
  if (text.empty()) return Label{};
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{fmt::format("--label: '{}' is not KEY=VALUE", escaped(text, 80))};
  }
  return Label{std::pair(text.substr(0, equals), text.substr(equals + 1))};
}

// Each gives what is wrong, or nothing.
std::string read_times(const PastSettings& past, PastQuery& query) {
  const std::int64_t now_ms = read_clock().wall_ms;
  struct Given {
    const char* name;
    const std::string& text;
    std::optional<std::int64_t>& target;
  };
  for (const Given& given :
       {Given{"--since", past.since, query.since_ms}, Given{"--until", past.until, query.until_ms},
        Given{"TIME", past.time, query.time_ms}}) {
    if (given.text.empty()) continue;
    const auto moment = parse_moment(given.text, now_ms);
    if (!moment) return std::string(given.name) + ": " + moment.error();
    given.target = *moment;
  }
  if (query.since_ms && *query.since_ms >= query.until_ms.value_or(now_ms)) {
    return query.until_ms ? "--since is not before --until" : "--since is in the future";
  }
  return {};
}

std::string read_durations(const PastSettings& past, PastQuery& query) {
  struct Given {
    const char* name;
    const std::string& text;
    std::int64_t& target;
  };
  for (const Given& given : {Given{"--step", past.step, query.step_ms},
                             Given{"--late-after", past.late_after, query.late_after_ms},
                             Given{"--evict-after", past.evict_after, query.evict_after_ms}}) {
    if (given.text.empty()) continue;
    const auto duration = parse_duration_ms(given.text);
    if (!duration) return std::string(given.name) + ": " + duration.error();
    if (*duration == 0) return std::string(given.name) + ": it must be above 0";
    given.target = *duration;
  }
  return {};
}

std::string why_bad_metrics(const PastSettings& past) {
  for (const std::string& metric : past.metrics) {
    bool is_known = false;
    for (const char* const known : {"storage", "cpu", "memory", "network", "state"}) {
      is_known = is_known || metric == known;
    }
    if (is_known) continue;
    return fmt::format("--metric: '{}' is none of storage, cpu, memory, network, state",
                       escaped(metric, 80));
  }
  return {};
}

// Groups of these alone have a history of their own; the nodes of others are named one by one.
std::string why_bad_group(const PastSettings& past, const std::string& command) {
  if (command != "history" && command != "forecast") return {};
  const bool is_kept =
      past.label.empty() || past.label.starts_with("zone=") || past.label.starts_with("rack=");
  if (!is_kept) return "--label: " + command + " knows of zone=Z and rack=R only";
  const bool is_by = past.by.empty() || past.by == "node" || past.by == "zone" || past.by == "rack";
  return is_by ? "" : "--by: '" + escaped(past.by, 80) + "' is none of node, zone, rack";
}

std::string why_bad(const PastSettings& past, const std::string& command) {
  if (!past.node.empty() && !is_node_id(past.node)) {
    return fmt::format("'{}' cannot be the id of a node", escaped(past.node, 80));
  }
  const int chosen =
      (past.node.empty() ? 0 : 1) + (past.label.empty() ? 0 : 1) + (past.by.empty() ? 0 : 1);
  if (chosen > 1) return command + ": of NODE, --label and --by only one can be given";
  if (command == "backtest" && (past.late_after.empty() || past.evict_after.empty())) {
    return "backtest: it needs the rules to try: --late-after 30s --evict-after 5m";
  }
  if (command != "at") {
    const std::string why = why_bad_group(past, command);
    return why.empty() ? why_bad_metrics(past) : why;
  }
  if (past.what != "summary" && past.what != "nodes" && past.what != "node") {
    return fmt::format("at: '{}' is none of summary, nodes, node", escaped(past.what, 80));
  }
  if (past.what == "node" && past.node.empty()) return "at: of which node? at TIME node NODE";
  return past.what != "node" && !past.node.empty()
             ? "at: a NODE goes with 'node' only: at TIME node NODE"
             : "";
}

}  // namespace

void add_past_commands(Options& options, PastSettings& past, std::string& command) {
  OptionGroup history = options.command("history", command, "how it went, as charts");
  history.positional("NODE", past.node, false, "a node; without: the whole fleet");
  add_label(history, past);
  add_span(history, past, "an hour ago");
  history.text("step", past.step, "one value for each such time; without: about 240 in all");
  history.texts("metric", past.metrics, "only storage, cpu, memory, network or state");
  add_svg(history, past);
  OptionGroup timeline =
      options.command("timeline", command, "when a node was there, and how it was");
  timeline.positional("NODE", past.node, true, "its id");
  add_span(timeline, past, "a day ago");
  add_svg(timeline, past);
  OptionGroup at = options.command("at", command, "how it was at a moment");
  at.positional("TIME", past.time, true, kTimes);
  at.positional("WHAT", past.what, true, "summary, nodes or node");
  at.positional("NODE", past.node, false, "its id, of node");
  add_limit(at, past);
  add_outlook_commands(options, past, command);
  OptionGroup known =
      options.command("known", command, "nodes that were ever seen, with duty and notes");
  known.positional("NODE", past.node, false, "one of them, with its notes");
  known.text("prefix", past.prefix, "only ids that begin so");
  add_limit(known, past);
  options.command("store", command, "what the broker remembers, how far back, and how well");
}

Result<PastQuery> past_query_of(const PastSettings& past, const std::string& command) {
  PastQuery query;
  const auto label = label_of(past.label);
  if (!label) return Error{label.error()};
  for (const std::string& why :
       {why_bad(past, command), read_times(past, query), read_durations(past, query)}) {
    if (!why.empty()) return Error{why};
  }
  query.op = command;
  query.node = past.node;
  query.label = *label;
  query.by = past.by;
  query.what = past.what;
  query.prefix = past.prefix;
  query.metrics = past.metrics;
  return query;
}

std::optional<int> run_past(const Settings& settings, const PastSettings& past,
                            const std::string& command) {
  constexpr std::string_view kCommands[] = {"history",  "timeline",     "at",    "forecast",
                                            "backtest", "availability", "known", "store"};
  bool is_ours = false;
  for (const std::string_view name : kCommands) is_ours = is_ours || name == command;
  if (!is_ours) return std::nullopt;
  const auto query = past_query_of(past, command);
  if (!query) {
    complain(query.error());
    return kExitUsage;
  }
  if (command == "history") return run_history(settings, past, *query);
  if (command == "timeline") return run_timeline(settings, past, *query);
  if (command == "at") return run_at(settings, past, *query);
  if (command == "forecast") return run_forecast(settings, past, *query);
  if (command == "backtest") return run_backtest(settings, *query);
  if (command == "availability") return run_availability(settings, past, *query);
  if (command == "known") return run_known(settings, past, *query);
  return run_store(settings, *query);
}

}  // namespace rollcall
