#include "monitor/render/pages.hpp"

#include <fmt/format.h>

#include "monitor/render/columns.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "shared/client/json.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kBar = 20;

void append(Rows& rows, const Rows& more) { rows.insert(rows.end(), more.begin(), more.end()); }

Row as_of_row(const std::string& what, const AsOf& as_of) {
  return {{fmt::format("{}  as of {}", what, clock_text(static_cast<std::int64_t>(as_of.at_ms))),
           Style::kDim}};
}

// Of the late ones, who may only not have spoken yet.
std::string unheard(const Summary& summary) {
  if (summary.unheard == 0) return {};
  return fmt::format(" ({} not yet heard since the broker's start)", format_count(summary.unheard));
}

std::string of_total(const UsedTotal& value) {
  return fmt::format(" {}  {} of {}", format_percent(percent_of(value.used, value.total)),
                     format_bytes(value.used), format_bytes(value.total));
}

Row gauge(const std::string& name, const UsedTotal& value) {
  Row row = bar(percent_of(value.used, value.total), kBar);
  row.push_back({of_total(value)});
  return fact(name, std::move(row));
}

Row gauge(const std::string& name, double percent, const std::string& more) {
  Row row = bar(percent, kBar);
  row.push_back({" " + format_percent(percent) + more});
  return fact(name, std::move(row));
}

Row states_row(const Summary& summary) {
  Row row;
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    const std::uint64_t count = summary.by_state[i];
    if (!row.empty()) row.push_back({"  "});
    row.push_back({fmt::format("{} {}", format_count(count), kStateNames[i]),
                   count == 0 ? Style::kDim : style_of(static_cast<State>(i))});
  }
  return fact("States", std::move(row));
}

std::string counters(const std::vector<std::pair<std::string, std::uint64_t>>& values) {
  std::string out;
  std::uint64_t total = 0;
  for (const auto& [name, value] : values) {
    total += value;
    if (value == 0) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, format_count(value));
  }
  return total == 0 ? "0" : fmt::format("{} ({})", format_count(total), out);
}

}  // namespace

Rows summary_page(const Summary& summary, const AsOf& as_of) {
  Rows rows;
  rows.push_back(fact("Nodes", {{format_count(summary.nodes), Style::kBold},
                                {fmt::format("  {} present, ", format_count(summary.present))},
                                {fmt::format("{} late", format_count(summary.late)),
                                 summary.late == 0 ? Style::kPlain : Style::kWarning},
                                {unheard(summary)},
                                {fmt::format(", {} left", format_count(summary.left))}}));
  rows.push_back(states_row(summary));
  rows.push_back(gauge("Storage", summary.storage));
  rows.push_back(gauge("Memory", summary.memory));
  rows.push_back(gauge("CPU", summary.cpu_percent, " on average"));
  rows.push_back(fact("Network", {{fmt::format("↓ {}  ↑ {}", format_rate(summary.network.rx),
                                               format_rate(summary.network.tx))}}));
  rows.push_back(fact("Blocks", {{fmt::format("{} on {}, {}", format_count(summary.blocks.count),
                                              counted(summary.blocks.nodes, "node"),
                                              format_bytes(summary.blocks.bytes))}}));
  rows.push_back(fact("Announced", {{fmt::format("{} accepted, {:.1f} per second, {} missed",
                                                 format_count(summary.accepted), summary.rate,
                                                 format_count(summary.missed))}}));
  rows.push_back(fact("Refused", {{counters(summary.refused)}}));
  if (!summary.dropped.empty()) rows.push_back(fact("Dropped", {{counters(summary.dropped)}}));
  append(rows, caveats(as_of));
  if (summary.nodes == 0) {
    rows.push_back({{"no nodes yet; start one: rollcall-agent node-1", Style::kDim}});
  }
  rows.push_back(
      as_of_row(fmt::format("broker up for {}",
                            format_duration(static_cast<std::int64_t>(as_of.uptime_s) * 1000)),
                as_of));
  return rows;
}

Rows nodes_page(const std::vector<std::string>& columns, const std::vector<Record>& nodes,
                bool is_filtered, bool is_cut_short, const AsOf& as_of, std::size_t width,
                const Trends* trends) {
  Rows rows;
  if (nodes.empty()) {
    rows.push_back(
        {{is_filtered ? "no node matches; run without filters to see all: rollcall-monitor nodes"
                      : "no nodes yet; start one: rollcall-agent node-1"}});
  } else {
    rows = lay_out(node_table(columns, nodes, trends), width);
  }
  UsedTotal storage;
  std::uint64_t present = 0;
  for (const Record& record : nodes) {
    storage.used += record.status.storage.used;
    storage.total += record.status.storage.total;
    if (record.presence == Presence::kPresent) ++present;
  }
  append(rows, caveats(as_of));
  std::string what = counted(nodes.size(), "node");
  if (!nodes.empty()) {
    what += fmt::format(", {} present, {} of {} used", format_count(present),
                        format_bytes(storage.used), format_bytes(storage.total));
  }
  if (is_cut_short) what += "; there are more: raise --limit";
  rows.push_back(as_of_row(what, as_of));
  return rows;
}

Rows events_page(const std::vector<Event>& events, bool is_filtered, const AsOf& as_of) {
  Rows rows;
  for (const Event& event : events) rows.push_back(event_row(event));
  if (events.empty()) {
    rows.push_back({{is_filtered ? "no event matches; see all: rollcall-monitor events"
                                 : "no events yet; start a node: rollcall-agent node-1"}});
  }
  append(rows, caveats(as_of));
  std::string what = counted(events.size(), "event");
  if (!events.empty()) what += fmt::format(", the last is number {}", events.back().seq);
  rows.push_back(as_of_row(what, as_of));
  return rows;
}

std::string reply_json(const Reply& reply) {
  std::string out = "{";
  if (!append_json_pairs(reply.result, out)) return {};
  if (out.size() > 1) out += ',';
  out += "\"as_of\":";
  if (!append_json(reply.as_of_raw, out)) return {};
  return out + "}";
}

}  // namespace rollcall
