#include <cstdio>
#include <functional>

#include "broker/past/history_answer.hpp"
#include "broker/past/history_source.hpp"
#include "tests/bench/history/file.hpp"
#include "tests/bench/history/machines.hpp"
#include "tests/bench/history/measures.hpp"
#include "tests/bench/history/runs.hpp"

namespace rollcall::bench {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr int kAsked = 200;

void ask(const char* what, History& history,
         const std::function<PastQuestion(std::size_t)>& question_of) {
  std::vector<double> times;
  Buffer out;
  const PastMoment moment{.wall_ms = kStartMs};
  for (int i = 0; i < kAsked; ++i) {
    const PastQuestion question = question_of(static_cast<std::size_t>(i));
    out.clear();
    const double begins = seconds_of(CLOCK_MONOTONIC);
    const auto failure = answer_history(question, moment, history, out);
    times.push_back(seconds_of(CLOCK_MONOTONIC) - begins);
    if (!failure) continue;
    std::printf("  %s: %s\n", what, failure->message.c_str());
    return;
  }
  std::printf("  %-46s p50 %7.2f ms, p99 %7.2f ms, %zu bytes\n", what, at_rank(times, 0.5) * 1e3,
              at_rank(times, 0.99) * 1e3, out.size());
}

PastQuestion question(std::int64_t days, std::int64_t step_ms) {
  PastQuestion question;
  question.since_ms = kStartMs - days * kDayMs;
  question.step_ms = step_ms;
  return question;
}

}  // namespace

// The file ends at kStartMs.
void measure_answers(const Plan& plan) {
  HistoryFile file(plan.file, false);
  file.begin(kStartMs);
  History& history = file.history();
  const std::size_t nodes = plan.nodes == 0 ? 1000 : plan.nodes;
  const auto of_node = [&](std::size_t i, PastQuestion asked) {
    asked.node = machine_name(i * 7919 % nodes);
    return asked;
  };
  std::printf("answers, each of another node:\n");
  ask("a day of a node, from samples (step 45 s)", history,
      [&](std::size_t i) { return of_node(i, question(1, 45'000)); });
  ask("a day of a node, as charts ask (step 10 min)", history,
      [&](std::size_t i) { return of_node(i, question(1, 600'000)); });
  ask("30 days of a node, by minutes (step 30 min)", history,
      [&](std::size_t i) { return of_node(i, question(30, 1'800'000)); });
  ask("a year of a node, by hours (step 6 h)", history,
      [&](std::size_t i) { return of_node(i, question(365, 21'600'000)); });
  ask("a year of all, by hours (step 6 h)", history,
      [&](std::size_t) { return question(365, 21'600'000); });
  ask("cpu and storage of 100 nodes, a day", history, [&](std::size_t i) {
    PastQuestion asked = question(1, 600'000);
    asked.metrics = {"cpu", "storage"};
    for (std::size_t k = 0; k < 100; ++k) asked.nodes.push_back(machine_name((i + k) % nodes));
    return asked;
  });
  HistorySource source(history);
  Sample sample;
  const double begins = seconds_of(CLOCK_MONOTONIC);
  for (std::size_t i = 0; i < nodes; ++i) {
    source.last_before({false, machine_name(i)}, kStartMs - kDayMs / 2, 60'000, sample);
  }
  std::printf("  the last sample of each of %zu nodes, at noon: %.1f ms\n", nodes,
              (seconds_of(CLOCK_MONOTONIC) - begins) * 1e3);
}

}  // namespace rollcall::bench
