#include <cstdio>
#include <vector>

#include "tests/bench/history/file.hpp"
#include "tests/bench/history/machines.hpp"
#include "tests/bench/history/measures.hpp"
#include "tests/bench/history/runs.hpp"

namespace rollcall::bench {
namespace {

constexpr std::int64_t kWarmUpSeconds = 1800;  // until chunks are sealed evenly
constexpr std::int64_t kMeasuredSeconds = 600;

}  // namespace

// Each second a tenth of the nodes is heard, and what is new is committed.
void measure_rate(const Plan& plan) {
  const std::size_t nodes = plan.nodes == 0 ? 10'000 : plan.nodes;
  HistoryFile file(plan.file);
  file.begin(kStartMs);
  History& history = file.history();
  std::vector<WalkingMachine> machines;
  std::vector<SeriesId> series;
  for (std::size_t i = 0; i < nodes; ++i) {
    machines.emplace_back(i);
    series.push_back(history.series_of(machine_name(i)));
    history.set_groups(series[i], "z" + std::to_string(i % 3), "r" + std::to_string(i / 20));
  }
  file.write_all();
  double cpu = 0;
  std::vector<double> writes;
  std::vector<Sample> samples;
  std::uint64_t taken = 0;
  for (std::int64_t second = 0; second < kWarmUpSeconds + kMeasuredSeconds; ++second) {
    samples.clear();
    const auto tenth = static_cast<std::size_t>(second % 10);
    for (std::size_t i = tenth; i < nodes; i += 10) {
      samples.emplace_back();
      machines[i].step(second / 10, samples.back());
      samples.back().at_ms = kStartMs + second * 1000 + samples.back().at_ms % 1000;
    }
    const bool is_measured = second >= kWarmUpSeconds;
    const double before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    std::size_t next = tenth;
    for (const Sample& sample : samples) {
      if (history.add(series[next], sample) && is_measured) ++taken;
      next += 10;
    }
    for (int tick = 1; tick <= 10; ++tick) {  // as the store's thread comes by
      history.advance(kStartMs + second * 1000 + tick * 100);
      const double begins = seconds_of(CLOCK_MONOTONIC);
      if (tick == 10) file.write();
      if (tick == 10 && is_measured) writes.push_back(seconds_of(CLOCK_MONOTONIC) - begins);
    }
    if (is_measured) cpu += seconds_of(CLOCK_PROCESS_CPUTIME_ID) - before;
  }
  const HistoryFigures figures = history.figures();
  std::printf("%zu nodes at 10 s: %.1f samples a second, %.2f %% of a core\n", nodes,
              static_cast<double>(taken) / kMeasuredSeconds, cpu / kMeasuredSeconds * 100);
  std::printf("  a write of up to 64 rows with its commit: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
              at_rank(writes, 0.5) * 1e3, at_rank(writes, 0.99) * 1e3, at_rank(writes, 1) * 1e3);
  std::printf("  open in memory: %.1f MB; lost %llu\n",
              static_cast<double>(figures.open_bytes) * 1e-6,
              static_cast<unsigned long long>(figures.lost));
  HistoryFile again(plan.file, false);
  const double begins = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  again.begin(kStartMs + (kWarmUpSeconds + kMeasuredSeconds) * 1000);
  std::printf("  read again after a crash: %.2f s of processor time; file %.1f MB\n",
              seconds_of(CLOCK_PROCESS_CPUTIME_ID) - begins,
              static_cast<double>(again.bytes()) * 1e-6);
}

}  // namespace rollcall::bench
