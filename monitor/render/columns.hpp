// The columns that a list of nodes can have.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/render/table.hpp"
#include "monitor/render/trends.hpp"
#include "shared/client/record.hpp"

namespace rollcall {

struct NodeColumn {
  std::string_view name;  // as in --columns
  std::string_view title;
  bool is_number;
  Span (*cell)(const Record& record);  // nothing: it is of history, see trend
  std::string Trend::*trend = nullptr;
};

std::span<const NodeColumn> all_node_columns();
// Nothing where there is no such column.
const NodeColumn* find_node_column(std::string_view name);

// The columns of -o table, and of -o wide.
const std::vector<std::string>& usual_node_columns();
const std::vector<std::string>& wide_node_columns();

// True where a column of history is among them.
bool has_trend_column(const std::vector<std::string>& columns);

// Without `trends` their columns are left out.
Table node_table(const std::vector<std::string>& columns, const std::vector<Record>& nodes,
                 const Trends* trends = nullptr);

// "zone=a rack=7".
std::string labels_text(const Labels& labels);

}  // namespace rollcall
