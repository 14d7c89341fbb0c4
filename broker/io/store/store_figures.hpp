// How a store is doing, for the query `store` ([P81]).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "broker/history/history.hpp"
#include "broker/io/store/store_options.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// How long the last commits took.
class CommitTimes {
 public:
  void add(double ms);
  std::uint64_t count() const { return count_; }
  // Of the last kKept; `share` of 0 to 1. 0 where there was none.
  double quantile(double share) const;

 private:
  static constexpr std::size_t kKept = 512;
  std::array<double, kKept> last_{};
  std::uint64_t count_ = 0;
};

struct StoreFigures {
  bool is_persisting = true;
  std::string why;
  std::int64_t schema = 0;
  std::uint64_t bytes = 0;
  std::uint64_t wal_bytes = 0;
  std::uint64_t free_bytes = 0;
  std::uint64_t oldest = 0;
  std::uint64_t newest = 0;
  std::int64_t events_since_ms = 0;
  std::uint64_t nodes = 0;
  HistoryFigures history;
  std::array<std::int64_t, kHistoryLevels> since_ms{};
  std::uint64_t waiting = 0;  // events
  std::int64_t backup_at_ms = 0;
};

void write_store_figures(const StoreFigures& figures, const StoreOptions& options,
                         const CommitTimes& commits, Buffer& out);

}  // namespace rollcall
