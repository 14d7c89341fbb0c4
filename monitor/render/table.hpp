// Columns lined up by what they take on the screen; numbers to the right.
#pragma once

#include <string>
#include <vector>

#include "monitor/render/text.hpp"

namespace rollcall {

struct TableColumn {
  std::string title;
  bool is_number = false;
};

struct Table {
  std::vector<TableColumn> columns;
  Rows rows;  // one span per column
};

// The header first. The last column is not padded, and cut where `width` is not 0 and the row would
// be wider.
Rows lay_out(const Table& table, std::size_t width = 0);

// "████░░░░": `percent` of `width` columns; a share above nothing shows at least a sliver.
Row bar(double percent, std::size_t width);

// "name      value" for pages of facts.
Row fact(const std::string& name, Row value);

}  // namespace rollcall
