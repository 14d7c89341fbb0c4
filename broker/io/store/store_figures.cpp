#include "broker/io/store/store_figures.hpp"

#include <algorithm>
#include <vector>

namespace rollcall {
namespace {

void write_history(const StoreFigures& figures, Writer& writer) {
  std::uint64_t samples = 0;
  std::uint64_t bytes = 0;
  for (const LevelTotals& level : figures.history.levels) bytes += level.bytes;
  samples = figures.history.levels[0].points;
  std::size_t known = 0;
  for (const std::int64_t since_ms : figures.since_ms) known += since_ms != INT64_MAX ? 1u : 0u;
  writer.text("history").map(7 + known);
  constexpr std::array<std::string_view, kHistoryLevels> kNames{"full_since", "minute_since",
                                                                "hour_since"};
  for (std::size_t i = 0; i < kHistoryLevels; ++i) {
    if (figures.since_ms[i] != INT64_MAX) writer.pair_ms(kNames[i], figures.since_ms[i]);
  }
  writer.pair("samples", samples).pair("bytes", bytes);
  writer.pair("series", figures.history.series);
  writer.pair("open_bytes", figures.history.open_bytes);
  writer.pair("waiting_bytes", figures.history.waiting_bytes);
  writer.pair("refused", figures.history.refused).pair("damaged", figures.history.damaged);
}

}  // namespace

void CommitTimes::add(double ms) { last_[count_++ % kKept] = ms; }

double CommitTimes::quantile(double share) const {
  const std::size_t kept = std::min<std::uint64_t>(count_, kKept);
  if (kept == 0) return 0;
  std::vector<double> sorted(last_.begin(), last_.begin() + static_cast<std::ptrdiff_t>(kept));
  std::sort(sorted.begin(), sorted.end());
  return sorted[std::min(kept - 1, static_cast<std::size_t>(share * static_cast<double>(kept)))];
}

void write_store_figures(const StoreFigures& figures, const StoreOptions& options,
                         const CommitTimes& commits, Buffer& out) {
  Writer writer(out);
  const bool has_why = !figures.why.empty();
  writer.map(14u + has_why + (figures.backup_at_ms != 0));
  writer.pair_bool("persisting", figures.is_persisting && options.is_file());
  if (has_why) writer.pair("why", std::string_view(figures.why));
  writer.pair("kind", std::string_view(options.is_file() ? "file" : "memory"));
  writer.pair_ms("schema", figures.schema);
  writer.pair("bytes", figures.bytes).pair("wal_bytes", figures.wal_bytes);
  writer.pair("free_bytes", figures.free_bytes);
  writer.text("events").map(3).pair("oldest", figures.oldest).pair("newest", figures.newest);
  writer.pair_ms("since", figures.events_since_ms);
  writer.pair("nodes", figures.nodes);
  write_history(figures, writer);
  writer.text("retention").map(5).pair_ms("events", options.keep_events_ms);
  writer.pair_ms("full", options.history.keep_ms[0]);
  writer.pair_ms("minute", options.history.keep_ms[1]);
  writer.pair_ms("hour", options.history.keep_ms[2]).pair("bytes", options.bytes);
  writer.pair("commits", commits.count());
  writer.text("commit_ms").map(3).pair_number("p50", commits.quantile(0.5));
  writer.pair_number("p99", commits.quantile(0.99)).pair_number("max", commits.quantile(1));
  writer.pair("waiting", figures.waiting);
  writer.text("lost").map(1).pair("samples", figures.history.lost);
  if (figures.backup_at_ms != 0) writer.pair_ms("backup_at", figures.backup_at_ms);
}

}  // namespace rollcall
