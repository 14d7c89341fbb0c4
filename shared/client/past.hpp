// What a broker answers of the past: its store's history, what follows from it, and what it
// remembers of nodes (docs/protocol.md, section 10). Moments are of the wall clock, in ms. A
// decoder gives false where the answer is none of its kind; unknown keys are passed over, and what
// is beyond a bound of shared/core/limits.hpp is refused or left out, as said there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/client/summary.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

// ---- history [P74] ------------------------------------------------------------------------------

enum class PastColumn : std::uint8_t {
  kSamples,
  kNodes,
  kStorageUsed,
  kStorageTotal,
  kCpu,
  kCpuMax,
  kMemoryUsed,
  kMemoryTotal,
  kRx,
  kTx,
};
inline constexpr std::array<std::string_view, 10> kPastColumnNames{
    "samples", "nodes",   "storage_used", "storage_total",
    "cpu",     "cpu_max", "memory_used",  "memory_total",
    "rx",      "tx"};

struct PastSeries {
  std::string of;  // an id, zone=Z, rack=R, or all
  // By PastColumn: as many values as the history has points, NaN where nothing was heard; empty
  // where it was not answered.
  std::array<std::vector<double>, kPastColumnNames.size()> columns;
  std::vector<std::optional<State>> states;  // likewise

  const std::vector<double>& column(PastColumn which) const {
    return columns[static_cast<std::size_t>(which)];
  }
};

struct PastHistory {
  std::int64_t begins_ms = 0;
  std::int64_t step_ms = 0;  // above 0
  std::size_t points = 0;
  std::string level;  // full, minute or hour
  std::vector<PastSeries> series;

  std::int64_t ends_ms() const { return begins_ms + step_ms * static_cast<std::int64_t>(points); }
};
bool decode_history(Bytes result, PastHistory& history);

// ---- timeline [P75] -----------------------------------------------------------------------------

struct PastSpan {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;  // not before from_ms
  std::string word;        // empty for sessions
  std::uint64_t session = 0;
  std::string peer;
  std::string verdict;  // why it was silent
  std::string by;       // who decided
  std::string reason;
};

struct PastTimeline {
  std::string node;
  std::int64_t first_seen_ms = 0;
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;
  std::int64_t known_since_ms = 0;
  std::vector<PastSpan> presence;
  std::vector<PastSpan> state;
  std::vector<PastSpan> duty;
  std::vector<PastSpan> session;
};
bool decode_timeline(Bytes result, PastTimeline& timeline);

// ---- at [P76] -----------------------------------------------------------------------------------

struct PastRecord {
  std::string node;
  std::string presence;
  std::string duty;
  std::string state;
  Labels labels;
  // From history; nothing where it holds none.
  std::optional<std::int64_t> sampled_at_ms;
  std::optional<UsedTotal> storage;
  std::optional<UsedTotal> memory;
  std::optional<double> cpu_percent;
  std::optional<NetworkRates> network;
};

struct PastMomentAnswer {
  std::int64_t time_ms = 0;
  bool known = false;
  std::optional<Summary> summary;
  std::vector<PastRecord> nodes;
  std::string next;
  std::optional<PastRecord> node;
};
bool decode_at(Bytes result, PastMomentAnswer& answer);

// ---- forecast [P77] -----------------------------------------------------------------------------

// When something is to be expected; a moment that is missing is beyond a year.
struct PastExpected {
  std::optional<std::int64_t> at_ms;
  std::optional<std::int64_t> earliest_ms;  // with latest_ms, nine in ten cases
  std::optional<std::int64_t> latest_ms;
};

struct PastFull {
  std::uint64_t percent = 0;
  PastExpected when;
};

struct PastAbsorb {
  std::string largest;
  bool now = false;
  PastExpected when;
};

struct PastTrend {
  double low = 0;  // bytes a day; below 0 where it empties
  double middle = 0;
  double high = 0;
};

struct PastForecast {
  std::string of;
  UsedTotal storage;
  std::int64_t span_ms = 0;
  std::string says;
  std::string why;
  std::optional<PastTrend> trend;
  std::vector<PastFull> full;
  std::optional<PastAbsorb> absorb;
};
bool decode_forecasts(Bytes result, std::vector<PastForecast>& forecasts);

// ---- backtest [P78] -----------------------------------------------------------------------------

struct PastVerdicts {
  std::optional<std::int64_t> late_after_ms;
  std::int64_t evict_after_ms = 0;
  std::uint64_t late = 0;
  std::uint64_t evicted = 0;
  std::uint64_t false_evictions = 0;
  std::optional<std::int64_t> mean_detection_ms;
};

struct PastChange {
  std::string node;
  std::int64_t at_ms = 0;
  std::int64_t silent_for_ms = 0;
  std::string was;
  std::string would_be;
};

struct PastBacktest {
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;
  std::uint64_t nodes = 0;
  std::uint64_t silences = 0;
  std::int64_t shortest_ms = 0;
  PastVerdicts as_it_was;
  PastVerdicts as_it_would_be;
  std::vector<PastChange> changed;
  std::uint64_t changed_total = 0;
};
bool decode_backtest(Bytes result, PastBacktest& backtest);

// ---- availability [P79] -------------------------------------------------------------------------

struct PastAvailabilityRow {
  std::string of;
  std::uint64_t nodes = 0;
  std::optional<double> up;  // share, 0 to 1; nothing where no time counts
  std::int64_t down_ms = 0;
  std::int64_t planned_ms = 0;
  std::int64_t unknown_ms = 0;
  std::uint64_t incidents = 0;
  std::optional<std::int64_t> between_failures_ms;
  std::optional<std::int64_t> to_return_ms;
};

struct PastAvailability {
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;
  std::vector<PastAvailabilityRow> rows;
  std::string next;
};
bool decode_availability(Bytes result, PastAvailability& availability);

// ---- known [P80] --------------------------------------------------------------------------------

struct PastOrder {
  std::string by;
  std::string reason;
  std::optional<std::int64_t> since_ms;
  std::optional<std::int64_t> until_ms;
};

struct PastNote {
  std::int64_t at_ms = 0;
  std::string by;
  std::string text;
};

struct PastKnown {
  std::string node;
  std::string presence;
  std::int64_t first_seen_ms = 0;
  std::int64_t heard_at_ms = 0;
  std::uint64_t sessions = 0;
  Labels labels;
  std::string duty;
  std::optional<PastOrder> order;
  std::optional<std::int64_t> back_by_ms;
  std::vector<PastNote> notes;
};

struct PastKnownPage {
  std::vector<PastKnown> nodes;
  std::string next;
};
bool decode_known(Bytes result, PastKnownPage& page);

// ---- store [P81] --------------------------------------------------------------------------------

struct PastStore {
  bool persisting = false;
  std::string why;
  std::string kind;
  std::uint64_t schema = 0;
  std::uint64_t bytes = 0;
  std::uint64_t wal_bytes = 0;
  std::optional<std::uint64_t> free_bytes;
  struct {
    std::uint64_t oldest = 0;
    std::uint64_t newest = 0;
    std::optional<std::int64_t> since_ms;
  } events;
  std::uint64_t nodes = 0;
  struct {
    std::optional<std::int64_t> full_since_ms;
    std::optional<std::int64_t> minute_since_ms;
    std::optional<std::int64_t> hour_since_ms;
    std::uint64_t samples = 0;
    std::uint64_t bytes = 0;
  } history;
  struct {
    std::int64_t events_ms = 0;
    std::int64_t full_ms = 0;
    std::int64_t minute_ms = 0;
    std::int64_t hour_ms = 0;
    std::uint64_t bytes = 0;
  } retention;
  std::uint64_t commits = 0;
  struct {
    double p50 = 0;
    double p99 = 0;
    double max = 0;
  } commit_ms;
  std::uint64_t waiting = 0;
  std::uint64_t lost_events = 0;
  std::uint64_t lost_samples = 0;
  std::optional<std::int64_t> backup_at_ms;
};
bool decode_store(Bytes result, PastStore& store);

}  // namespace rollcall
