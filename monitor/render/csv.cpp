#include "monitor/render/csv.hpp"

#include "shared/client/json.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// The value of one key of a map; empty where there is none.
Bytes value_of(Bytes raw, std::string_view key) {
  Reader reader(raw);
  std::uint32_t pairs = 0;
  if (!reader.read_map(pairs)) return {};
  for (std::uint32_t i = 0; i < pairs; ++i) {
    std::string_view name;
    Bytes value;
    if (!reader.read_string(name) || !reader.skip(limits::kNestingDepth, &value)) return {};
    if (name == key) return value;
  }
  return {};
}

std::string cell_of(Bytes value) {
  if (value.empty()) return {};
  Reader reader(value);
  if (reader.take_nil()) return {};
  std::string_view text;
  if (reader.next_is_string() && reader.read_string(text)) return std::string(text);
  std::string out;
  append_json(value, out);
  return out;
}

}  // namespace

void append_cell(std::string_view cell, bool is_first, std::string& row) {
  if (!is_first) row += ',';
  if (cell.find_first_of("\",\r\n") == std::string_view::npos) {
    row += cell;
    return;
  }
  row += '"';
  for (const char c : cell) {
    if (c == '"') row += '"';
    row += c;
  }
  row += '"';
}

void end_row(std::string& row) { row += "\r\n"; }

Bytes value_at(Bytes raw, std::string_view path) {
  while (!path.empty() && !raw.empty()) {
    const std::size_t dot = path.find('.');
    raw = value_of(raw, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return raw;
}

void append_csv_row(std::span<const CsvColumn> columns, Bytes raw, std::string& out) {
  bool is_first = true;
  for (const CsvColumn& column : columns) {
    append_cell(cell_of(value_at(raw, column.path)), is_first, out);
    is_first = false;
  }
  end_row(out);
}

void append_csv_header(std::span<const CsvColumn> columns, std::string& out) {
  bool is_first = true;
  for (const CsvColumn& column : columns) {
    append_cell(column.title, is_first, out);
    is_first = false;
  }
  end_row(out);
}

}  // namespace rollcall
