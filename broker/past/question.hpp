// A question that only the store can answer, decoded and checked, and what an answer is: the result
// as msgpack, or why there is none. Answered on the store's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/core/limits.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

enum class PastOp : std::uint8_t {
  kHistory,
  kEvents,
  kTimeline,
  kAt,
  kForecast,
  kBacktest,
  kAvailability,
  kKnown,
  kStore,
  kBackup,
  kRestore,
};

// A part of a backup that is fetched, or of one that is put back.
enum class RestoreStep : std::uint8_t { kBegin, kData, kFinish };
struct Transfer {
  std::string name;  // backup: of the copy; empty: make one
  RestoreStep step = RestoreStep::kBegin;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;   // begin: of the whole
  std::uint64_t digest = 0;  // begin: XXH64 of it
  std::string data;
};

struct PastQuestion {
  PastOp op = PastOp::kHistory;
  std::string node;
  std::vector<std::string> nodes;
  std::vector<std::pair<std::string, std::string>> labels;
  std::optional<std::int64_t> since_ms;  // wall clock
  std::optional<std::int64_t> until_ms;
  std::optional<std::int64_t> time_ms;
  std::optional<std::int64_t> step_ms;
  std::vector<std::string> metrics;
  std::uint32_t kinds = 0;  // of events: bit 1 << kind; 0 means any
  bool latest = false;
  std::string what;
  std::string by;
  std::optional<std::int64_t> late_after_ms;
  std::optional<std::int64_t> evict_after_ms;
  std::string prefix;
  std::size_t limit = limits::kPageMax;
  std::string after;            // the `next` of the page before; empty: the first
  std::uint64_t after_seq = 0;  // of events
  std::size_t page_bytes = 0;   // that a page of the result may have
  Transfer transfer;            // backup, restore; `by` is then who asks
};

// When it is answered, by which a missing `since` or `until` is chosen, and the broker's rules.
struct PastMoment {
  std::int64_t wall_ms = 0;
  std::int64_t evict_after_ms = 0;
};

struct PastFailure {
  QueryError code = QueryError::kBadRequest;
  std::string message;
};

}  // namespace rollcall
