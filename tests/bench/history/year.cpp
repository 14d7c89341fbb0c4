#include <cstdio>
#include <deque>

#include "broker/history/quantise.hpp"
#include "tests/bench/history/file.hpp"
#include "tests/bench/history/machines.hpp"
#include "tests/bench/history/measures.hpp"
#include "tests/bench/history/runs.hpp"

namespace rollcall::bench {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMinuteDays = 30;

struct Fleet {
  std::deque<WalkingMachine> machines;
  std::vector<SeriesId> series;  // of the nodes, then of their groups
};

void write(HistoryFile& file, HistoryLevelStore& store) {
  while (store.has_work()) {
    Transaction transaction(file.database());
    const std::size_t written = store.write(100'000);
    transaction.commit();
    store.committed();
    if (written == 0) return;
  }
}

// Points at one level of all series, up to kStartMs - until_days: straight into it, as it would
// take hours to make each of them of six or of 360 samples.
void fill(HistoryFile& file, HistoryLevel level, Fleet& fleet, std::int64_t since_days,
          std::int64_t until_days) {
  HistoryLevelStore store(file.tables(), level);
  store.restore(
      kStartMs, [](SeriesId) { return true; }, [](SeriesId, const HistoryPoint&) {});
  Random random(7);
  const std::int64_t step_ms = resolution_ms(level);
  const std::int64_t until_ms = kStartMs - until_days * kDayMs;
  for (std::int64_t at = kStartMs - since_days * kDayMs; at < until_ms; at += step_ms) {
    for (std::size_t i = 0; i < fleet.series.size(); ++i) {
      Sample sample;
      fleet.machines[i].step(0, sample);
      sample.at_ms = at;
      HistoryPoint point = point_of(sample);
      point.columns[HistoryPoint::kSamples] = static_cast<std::uint64_t>(step_ms / kStepMs);
      point.columns[HistoryPoint::kCpuAbove] = random.below(500);
      store.append(fleet.series[i], point, at);
    }
    store.advance(at, UINT64_MAX);
    write(file, store);
  }
  for (int hours = 0; hours < 48; ++hours) {
    store.advance(until_ms + hours * 3'600'000, UINT64_MAX);
    write(file, store);
  }
}

// The last day, sample by sample.
void live(HistoryFile& file, Fleet& fleet, std::size_t nodes) {
  file.begin(kStartMs - kDayMs);
  History& history = file.history();
  for (std::size_t i = 0; i < nodes; ++i) {
    history.set_groups(fleet.series[i], "z" + std::to_string(i % 3), "r" + std::to_string(i / 20));
  }
  constexpr std::int64_t kSteps = kDayMs / kStepMs;
  for (std::int64_t step = 0; step < kSteps; ++step) {
    for (std::size_t i = 0; i < nodes; ++i) {
      Sample sample;
      fleet.machines[i].step(step - kSteps, sample);
      history.add(fleet.series[i], sample);
    }
    history.advance(kStartMs - kDayMs + (step + 1) * kStepMs);
    file.write_all();
  }
}

}  // namespace

void measure_year(const Plan& plan) {
  const std::size_t nodes = plan.nodes == 0 ? 1000 : plan.nodes;
  const std::int64_t days = plan.days == 0 ? 365 : plan.days;
  Fleet fleet;
  {
    HistoryFile file(plan.file);
    file.begin(kStartMs - days * kDayMs);
    History& history = file.history();
    for (std::size_t i = 0; i < nodes; ++i)
      fleet.series.push_back(history.series_of(machine_name(i)));
    fleet.series.push_back(history.find(true, "all"));
    for (std::size_t i = 0; i <= nodes; ++i) fleet.machines.emplace_back(i);
    file.write_all();
    fill(file, HistoryLevel::kHour, fleet, days, 1);
    fill(file, HistoryLevel::kMinute, fleet, std::min(days, kMinuteDays), 1);
  }
  HistoryFile file(plan.file, false);
  live(file, fleet, nodes);
  std::printf("%lld days of %zu nodes, a day of it in full, %lld days by minutes: %.0f MB in use\n",
              static_cast<long long>(days), nodes,
              static_cast<long long>(std::min(days, kMinuteDays)),
              static_cast<double>(file.used_bytes()) * 1e-6);
  const HistoryFigures figures = file.history().figures();
  for (const HistoryLevel level : kAllHistoryLevels) {
    const LevelTotals& totals = figures.levels[index_of(level)];
    std::printf("  %-6s %11llu points, %7.1f MB\n", std::string(name_of(level)).c_str(),
                static_cast<unsigned long long>(totals.points),
                static_cast<double>(totals.bytes) * 1e-6);
  }
  measure_answers(plan);
}

}  // namespace rollcall::bench
