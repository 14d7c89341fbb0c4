// One row of a history: a sample as it was, or what a minute or an hour of them came to. All levels
// have the same columns, whole numbers in the units of quantise.hpp, so that one codec serves all:
// a column that does not change costs two bytes in a chunk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "broker/history/sample.hpp"

namespace rollcall {

enum class HistoryLevel : std::uint8_t { kFull, kMinute, kHour };

inline constexpr std::size_t kHistoryLevels = 3;
inline constexpr std::array<HistoryLevel, kHistoryLevels> kAllHistoryLevels{
    HistoryLevel::kFull, HistoryLevel::kMinute, HistoryLevel::kHour};

constexpr std::size_t index_of(HistoryLevel level) { return static_cast<std::size_t>(level); }
// On the wire [P74].
std::string_view name_of(HistoryLevel level);
// How far points are apart; 1 for full samples, which are as they come.
std::int64_t resolution_ms(HistoryLevel level);

struct HistoryPoint {
  // Append-only: their order is that of stored chunks.
  enum Column : std::size_t {
    kAt,  // wall clock in ms; where a minute or an hour begins
    kStorageUsed,
    kStorageTotal,
    kMemoryUsed,
    kMemoryTotal,
    kCpu,       // hundredths of a percent
    kCpuAbove,  // the highest above the mean, the same
    kReceived,  // see rate_code()
    kSent,
    kState,
    kSamples,
    kNodes,  // of a group; 0 of a node
  };
  static constexpr std::size_t kColumns = 12;

  std::int64_t at_ms() const { return static_cast<std::int64_t>(columns[kAt]); }
  State state() const { return static_cast<State>(columns[kState]); }
  bool operator==(const HistoryPoint&) const = default;

  std::array<std::uint64_t, kColumns> columns{};
};

// The year 9999: no sum of two moments overflows. And more samples than any point is made of.
inline constexpr std::int64_t kLatestPointMs = 253'402'300'799'999;
inline constexpr std::uint64_t kMostSamples = std::uint64_t{1} << 40;

// A moment before 1970 is taken as 1970.
HistoryPoint point_of(const Sample& sample);
Sample sample_of(const HistoryPoint& point);
// Whether a point that was read could have been written.
bool is_sound(const HistoryPoint& point);

}  // namespace rollcall
