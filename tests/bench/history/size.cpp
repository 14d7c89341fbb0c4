#include <cstdio>
#include <deque>
#include <vector>

#include "tests/bench/history/file.hpp"
#include "tests/bench/history/machines.hpp"
#include "tests/bench/history/runs.hpp"

namespace rollcall::bench {
namespace {

constexpr std::int64_t kStepsPerDay = 86'400'000 / kStepMs;

double each(std::uint64_t bytes, std::uint64_t points) {
  return points == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(points);
}

// A table with its indexes and what is unused in their pages.
std::uint64_t bytes_of(Database& database, const std::string& table) {
  Statement statement(database, "SELECT sum(pgsize) FROM dbstat WHERE name IN (?, ?, ?)");
  const std::string of = table + "_of";
  const std::string through = table + "_through";
  statement.bind_text(1, table).bind_text(2, of).bind_text(3, through);
  return statement.step() ? static_cast<std::uint64_t>(statement.number(0)) : 0;
}

template <typename Machine>
void run(const char* name, const Plan& plan) {
  const std::size_t nodes = plan.nodes == 0 ? 40 : plan.nodes;
  const std::int64_t days = plan.days == 0 ? 1 : plan.days;
  HistoryFile file(plan.file);
  file.begin(kStartMs);
  History& history = file.history();
  std::deque<Machine> machines;
  std::vector<SeriesId> series;
  for (std::size_t i = 0; i < nodes; ++i) {
    machines.emplace_back(i);
    series.push_back(history.series_of(machine_name(i)));
    history.set_groups(series[i], "z" + std::to_string(i % 3), "r" + std::to_string(i / 8));
  }
  std::uint64_t samples = 0;
  for (std::int64_t step = 0; step < days * kStepsPerDay; ++step) {
    for (std::size_t i = 0; i < nodes; ++i) {
      Sample sample;
      if (machines[i].step(step, sample) && history.add(series[i], sample)) ++samples;
    }
    history.advance(kStartMs + (step + 1) * kStepMs);
    file.write();
  }
  // Until all is silent, sealed, and its journals are gone.
  for (int hours = 0; hours < 24; ++hours) {
    history.advance(kStartMs + days * 86'400'000 + hours * 3'600'000);
    file.write_all();
  }
  std::printf("%s: %zu nodes, %lld days, %llu samples\n", name, nodes, static_cast<long long>(days),
              static_cast<unsigned long long>(samples));
  const HistoryFigures figures = history.figures();
  for (const HistoryLevel level : kAllHistoryLevels) {
    const LevelTotals& totals = figures.levels[index_of(level)];
    const std::uint64_t stored =
        bytes_of(file.database(), "history_" + std::string(name_of(level)));
    std::printf("  %-6s %9llu points, %5.2f bytes each in chunks, %5.2f in the file\n",
                std::string(name_of(level)).c_str(), static_cast<unsigned long long>(totals.points),
                each(totals.bytes, totals.points), each(stored, totals.points));
  }
  std::printf("  all levels and groups: %.2f bytes in use for each sample, file %.2f\n",
              each(file.used_bytes(), samples), each(file.growth(), samples));
}

}  // namespace

void measure_size(const Plan& plan) {
  run<SimulatedMachine>("simulated machines", plan);
  run<WalkingMachine>("random walks", plan);
}

}  // namespace rollcall::bench
