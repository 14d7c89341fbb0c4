// Comma-separated values (RFC 4180), and their cells from msgpack.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "shared/protocol/reader.hpp"

namespace rollcall {

// Appends a cell to a row: quoted where it holds a comma, a quote, or a line's end. The first cell
// of a row has no comma before it.
void append_cell(std::string_view cell, bool is_first, std::string& row);
// Ends a row, as the RFC says: CR LF.
void end_row(std::string& row);

struct CsvColumn {
  std::string_view title;
  std::string_view path;  // of keys, with dots between them; empty: the whole, as JSON
};

// One row: what the map `raw` has at each path. Texts as they are, anything else as JSON, nothing
// where there is nothing.
void append_csv_row(std::span<const CsvColumn> columns, Bytes raw, std::string& out);
void append_csv_header(std::span<const CsvColumn> columns, std::string& out);

// The value at `path` in a map; empty where there is none.
Bytes value_at(Bytes raw, std::string_view path);

}  // namespace rollcall
