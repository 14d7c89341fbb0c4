// The columns of an answer [P74].
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "broker/history/accumulator.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

enum class HistoryMetric : std::uint8_t { kStorage, kCpu, kMemory, kNetwork, kState };

struct HistoryColumns {
  static constexpr std::size_t kMost = 11;
  std::uint32_t metrics = 0;  // bit 1 << metric
  bool has(HistoryMetric metric) const {
    return (metrics >> static_cast<unsigned>(metric) & 1u) != 0;
  }
};

// None named: all. False where a word is unknown.
bool choose_columns(const std::vector<std::string>& metrics, HistoryColumns& columns);

// A map of name to array; steps that are empty are nil.
void write_columns(const HistoryColumns& columns, bool is_group,
                   const std::vector<Accumulator>& steps, Writer& writer);

}  // namespace rollcall
