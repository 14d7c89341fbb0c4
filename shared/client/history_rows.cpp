#include "shared/client/history_rows.hpp"

#include "shared/client/named.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {
namespace {

bool read_columns(Reader& reader, std::uint64_t points, HistoryRows::Series& series) {
  std::uint32_t columns = 0;
  if (!reader.read_map(columns)) return false;
  for (std::uint32_t i = 0; i < columns; ++i) {
    std::string_view name;
    std::uint32_t items = 0;
    if (!reader.read_string(name) || !reader.read_array(items)) return false;
    if (items != points) return reader.fail(Refusal::kOutOfRange);
    // Nothing is set aside for values that are only claimed.
    auto& values = series.columns.emplace_back(name, std::vector<Bytes>()).second;
    for (std::uint32_t j = 0; j < items; ++j) {
      Bytes value;
      if (!reader.skip(1, &value)) return false;
      values.push_back(value);
    }
  }
  return true;
}

bool decode_series(Bytes raw, std::uint64_t points, HistoryRows::Series& series) {
  Reader reader(raw);
  constexpr std::array<std::string_view, 2> kNames{"of", "columns"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    return i == 0 ? read_text(reader, series.of) : read_columns(reader, points, series);
  });
  return reader.ok() && seen == 0b11u;
}

}  // namespace

void write_history_window(std::uint64_t id, const HistoryWindow& window, Buffer& out) {
  out.clear();
  Writer writer(out);
  writer.map(window.metrics.empty() ? 7 : 8).pair("v", kProtocolVersion).pair("id", id);
  writer.pair("op", "history").text("nodes").array(window.nodes.size());
  for (const std::string& node : window.nodes) writer.text(node);
  writer.pair_ms("since", window.since_ms).pair_ms("until", window.until_ms);
  writer.pair_ms("step", window.step_ms);
  if (window.metrics.empty()) return;
  writer.text("metrics").array(window.metrics.size());
  for (const std::string& metric : window.metrics) writer.text(metric);
}

bool decode_history_rows(Bytes result, HistoryRows& rows) {
  rows = HistoryRows{};
  Reader reader(result);
  Bytes list;
  constexpr std::array<std::string_view, 4> kNames{"begins", "step", "points", "series"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_ms(reader, rows.begins_ms);
      case 1: return read_ms(reader, rows.step_ms);
      case 2: return reader.read_uint(rows.points);
      default: return reader.skip(limits::kNestingDepth, &list);
    }
  });
  if (!reader.ok() || !reader.at_end() || seen != 0b1111u || rows.step_ms <= 0) return false;
  bool is_good = true;
  return for_each_item(list,
                       [&](Bytes raw) {
                         HistoryRows::Series series;
                         is_good = decode_series(raw, rows.points, series);
                         if (is_good) rows.series.push_back(std::move(series));
                         return is_good;
                       }) &&
         is_good;
}

}  // namespace rollcall
