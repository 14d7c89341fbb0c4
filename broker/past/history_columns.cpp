#include "broker/past/history_columns.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "broker/history/quantise.hpp"

namespace rollcall {
namespace {

constexpr std::array<std::string_view, 5> kMetricNames{"storage", "cpu", "memory", "network",
                                                       "state"};

using Steps = std::vector<Accumulator>;
using Write = void (*)(const Accumulator&, Writer&);

struct Column {
  std::string_view name;
  HistoryMetric metric;
  Write write;
};

std::uint64_t rounded(double value) { return saturated(value + 0.5); }

std::uint64_t last(const Accumulator& step, HistoryPoint::Column column) {
  return step.last().columns[column];
}

constexpr std::array kColumns{
    Column{"storage_used", HistoryMetric::kStorage,
           [](const Accumulator& step, Writer& writer) {
             writer.uint(last(step, HistoryPoint::kStorageUsed));
           }},
    Column{"storage_total", HistoryMetric::kStorage,
           [](const Accumulator& step, Writer& writer) {
             writer.uint(last(step, HistoryPoint::kStorageTotal));
           }},
    Column{"cpu", HistoryMetric::kCpu,
           [](const Accumulator& step, Writer& writer) { writer.number(step.cpu_percent()); }},
    Column{
        "cpu_max", HistoryMetric::kCpu,
        [](const Accumulator& step, Writer& writer) { writer.number(step.cpu_highest_percent()); }},
    Column{
        "memory_used", HistoryMetric::kMemory,
        [](const Accumulator& step, Writer& writer) { writer.uint(rounded(step.memory_used())); }},
    Column{"memory_total", HistoryMetric::kMemory,
           [](const Accumulator& step, Writer& writer) {
             writer.uint(last(step, HistoryPoint::kMemoryTotal));
           }},
    Column{"rx", HistoryMetric::kNetwork,
           [](const Accumulator& step, Writer& writer) { writer.uint(rounded(step.received())); }},
    Column{"tx", HistoryMetric::kNetwork,
           [](const Accumulator& step, Writer& writer) { writer.uint(rounded(step.sent())); }},
    Column{"state", HistoryMetric::kState,
           [](const Accumulator& step, Writer& writer) { writer.text(name_of(step.worst())); }}};

void write_column(std::string_view name, const Steps& steps, Writer& writer, Write write) {
  writer.text(name).array(steps.size());
  for (const Accumulator& step : steps) {
    if (step.empty()) {
      writer.nil();
    } else {
      write(step, writer);
    }
  }
}

}  // namespace

bool choose_columns(const std::vector<std::string>& metrics, HistoryColumns& columns) {
  columns.metrics = metrics.empty() ? (1u << kMetricNames.size()) - 1 : 0;
  for (const std::string& metric : metrics) {
    const auto* const found = std::ranges::find(kMetricNames, metric);
    if (found == kMetricNames.end()) return false;
    columns.metrics |= 1u << (found - kMetricNames.begin());
  }
  return true;
}

void write_columns(const HistoryColumns& columns, bool is_group, const Steps& steps,
                   Writer& writer) {
  const auto chosen = std::ranges::count_if(
      kColumns, [&](const Column& column) { return columns.has(column.metric); });
  writer.map(static_cast<std::size_t>(chosen) + (is_group ? 2 : 1));
  for (const Column& column : kColumns) {
    if (columns.has(column.metric)) write_column(column.name, steps, writer, column.write);
  }
  write_column("samples", steps, writer,
               [](const Accumulator& step, Writer& to) { to.uint(step.samples()); });
  if (!is_group) return;
  write_column("nodes", steps, writer, [](const Accumulator& step, Writer& to) {
    to.uint(last(step, HistoryPoint::kNodes));
  });
}

}  // namespace rollcall
