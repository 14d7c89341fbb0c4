// What the query `history` answers, for those who carry it away row by row.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "shared/protocol/writer.hpp"

namespace rollcall {

struct HistoryWindow {
  std::vector<std::string> nodes;  // 100 at most
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;
  std::int64_t step_ms = 0;
  std::vector<std::string> metrics;  // empty: all
};
void write_history_window(std::uint64_t id, const HistoryWindow& window, Buffer& out);

struct HistoryRows {
  struct Series {
    std::string of;
    // By name; each value as it came, and may be nil. They point into the result.
    std::vector<std::pair<std::string, std::vector<Bytes>>> columns;
  };
  std::int64_t begins_ms = 0;
  std::int64_t step_ms = 0;
  std::uint64_t points = 0;
  std::vector<Series> series;
};
// False also where a column has another number of values than `points`.
bool decode_history_rows(Bytes result, HistoryRows& rows);

}  // namespace rollcall
