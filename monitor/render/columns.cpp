#include "monitor/render/columns.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "monitor/render/words.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr double kNearlyFull = 85;
constexpr double kFull = 95;

Span share(double percent) {
  const Style style = percent >= kFull         ? Style::kBad
                      : percent >= kNearlyFull ? Style::kWarning
                                               : Style::kPlain;
  return {format_percent(percent), style};
}

Span share(const UsedTotal& value) {
  return value.total == 0 ? Span{"-", Style::kDim} : share(percent_of(value.used, value.total));
}

Span rate(const Record& record, std::uint64_t value) {
  return record.has_network ? Span{format_rate(value)} : Span{"-", Style::kDim};
}

Span text(const std::string& value) {
  return value.empty() ? Span{"-", Style::kDim} : Span{escaped(value)};
}

Span silence(const Record& record) {
  const Style style = record.presence == Presence::kPresent ? Style::kPlain : Style::kWarning;
  // Whole seconds: in a live view anything finer only flickers.
  const std::int64_t seconds = std::max<std::int64_t>(0, record.silent_for_ms) / 1000;
  return {seconds < 60 ? fmt::format("{}s", seconds) : format_duration(seconds * 1000), style};
}

Span blocks(const Record& record) {
  const auto& inventory = record.status.inventory;
  return inventory ? Span{format_count(inventory->count)} : Span{"-", Style::kDim};
}

Span stored(const Record& record) {
  const auto& inventory = record.status.inventory;
  return inventory ? Span{format_bytes(inventory->bytes)} : Span{"-", Style::kDim};
}

Span uptime(const Record& record) {
  if (!record.has_uptime) return {"-", Style::kDim};
  return {format_duration(static_cast<std::int64_t>(record.status.uptime_s) * 1000)};
}

Span reasons(const Record& record) {
  std::string out;
  for (const std::string& reason : record.status.reasons) {
    if (!out.empty()) out += "; ";
    out += escaped(reason);
  }
  return {out, style_of(record.status.state)};
}

Span missed(const Record& record) {
  return {format_count(record.missed), record.missed == 0 ? Style::kDim : Style::kWarning};
}

// All of one width, so that the last hour ends at the same place in each row.
Span trend_of(const Record& record, const Trends& trends, std::string Trend::*which) {
  const auto found = trends.find(record.node);
  if (found == trends.end()) return {std::string(kTrendCells, ' ')};
  return {padded(found->second.*which, kTrendCells, true), Style::kAccent};
}

// Where an operator decided something, that says more than silence does.
Span presence(const Record& record) {
  const bool is_unheard = record.presence == Presence::kLate && !record.heard;
  std::string text(is_unheard ? std::string_view("not yet heard") : name_of(record.presence));
  if (record.duty == Duty::kActive) return {text, style_of(record.presence)};
  return {text + ", " + duty_text(name_of(record.duty)), style_of(record.duty)};
}

using R = const Record&;

constexpr std::array<NodeColumn, 26> kColumns{{
    {"node", "NODE", false,
     [](R r) {
       return Span{escaped(r.node), Style::kBold};
     }},
    {"presence", "PRESENCE", false, presence},
    {"state", "STATE", false,
     [](R r) {
       return Span{std::string(name_of(r.status.state)), style_of(r.status.state)};
     }},
    {"duty", "DUTY", false,
     [](R r) {
       return Span{std::string(name_of(r.duty)), style_of(r.duty)};
     }},
    {"silent_for", "SILENT", true, silence},
    {"cpu", "CPU", true, [](R r) { return share(r.status.cpu_percent); }},
    {"memory", "MEMORY", true, [](R r) { return share(r.status.memory); }},
    {"storage", "STORAGE", true, [](R r) { return share(r.status.storage); }},
    {"used", "USED", true, [](R r) { return Span{format_bytes(r.status.storage.used)}; }},
    {"total", "TOTAL", true, [](R r) { return Span{format_bytes(r.status.storage.total)}; }},
    {"network", "NETWORK", true,
     [](R r) { return rate(r, r.status.network.rx + r.status.network.tx); }},
    {"rx", "RX", true, [](R r) { return rate(r, r.status.network.rx); }},
    {"tx", "TX", true, [](R r) { return rate(r, r.status.network.tx); }},
    {"blocks", "BLOCKS", true, blocks},
    {"stored", "STORED", true, stored},
    {"uptime", "UPTIME", true, uptime},
    {"interval", "INTERVAL", true,
     [](R r) {
       return Span{format_duration_exact(static_cast<std::int64_t>(r.status.interval_ms))};
     }},
    {"missed", "MISSED", true, missed},
    {"joined_at", "JOINED", false, [](R r) { return Span{date_text(r.joined_at_ms)}; }},
    {"peer", "PEER", false, [](R r) { return text(r.peer); }},
    {"address", "ADDRESS", false, [](R r) { return text(r.status.address); }},
    {"software", "SOFTWARE", false, [](R r) { return text(r.status.software); }},
    {"labels", "LABELS", false, [](R r) { return Span{labels_text(r.status.labels)}; }},
    {"reasons", "REASONS", false, reasons},
    {"storage-trend", "STORAGE 1H", false, nullptr, &Trend::storage},
    {"cpu-trend", "CPU 1H", false, nullptr, &Trend::cpu},
}};

}  // namespace

std::span<const NodeColumn> all_node_columns() { return kColumns; }

const NodeColumn* find_node_column(std::string_view name) {
  for (const NodeColumn& column : kColumns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

const std::vector<std::string>& usual_node_columns() {
  static const std::vector<std::string> kUsual{"node",  "presence", "state",   "silent_for",
                                               "cpu",   "memory",   "storage", "used",
                                               "total", "network",  "reasons"};
  return kUsual;
}

const std::vector<std::string>& wide_node_columns() {
  static const std::vector<std::string> kWide{
      "node",      "presence",  "state",   "duty",          "silent_for", "cpu",
      "cpu-trend", "memory",    "storage", "storage-trend", "used",       "total",
      "rx",        "tx",        "blocks",  "stored",        "uptime",     "interval",
      "missed",    "joined_at", "peer",    "software",      "labels",     "reasons"};
  return kWide;
}

bool has_trend_column(const std::vector<std::string>& columns) {
  return std::any_of(columns.begin(), columns.end(), [](const std::string& name) {
    const NodeColumn* const column = find_node_column(name);
    return column != nullptr && column->trend != nullptr;
  });
}

Table node_table(const std::vector<std::string>& columns, const std::vector<Record>& nodes,
                 const Trends* trends) {
  std::vector<const NodeColumn*> shown;
  Table table;
  for (const std::string& name : columns) {
    const NodeColumn* const column = find_node_column(name);
    if (column == nullptr || (column->trend != nullptr && trends == nullptr)) continue;
    shown.push_back(column);
    table.columns.push_back({std::string(column->title), column->is_number});
  }
  for (const Record& record : nodes) {
    Row row;
    for (const NodeColumn* const column : shown) {
      row.push_back(column->trend == nullptr ? column->cell(record)
                                             : trend_of(record, *trends, column->trend));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string labels_text(const Labels& labels) {
  std::string out;
  for (const auto& [key, value] : labels) {
    if (!out.empty()) out += ' ';
    out += escaped(key) + "=" + escaped(value);
  }
  return out;
}

}  // namespace rollcall
