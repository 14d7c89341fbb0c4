// What happens beside the announcements: deadlines and queries.
#include "shared/protocol/writer.hpp"
#include "tests/bench/bench_broker.hpp"
#include "tests/bench/report.hpp"

namespace rollcall {
namespace {

std::string request(std::string_view op, std::string_view node, std::uint64_t limit) {
  Buffer buffer;
  Writer writer(buffer);
  writer.map(3u + (node.empty() ? 0u : 1u) + (limit == 0 ? 0u : 1u));
  writer.pair("v", std::uint64_t{1}).pair("id", std::uint64_t{1}).pair("op", op);
  if (!node.empty()) writer.pair("node", node);
  if (limit != 0) writer.pair("limit", limit);
  return std::string(buffer.view());
}

// Turns until the answer is there: a page may take several.
void answer(benchmark::State& state, const std::string& body) {
  BenchBroker bench(static_cast<std::size_t>(state.range(0)), 1);
  const RawQuery query{.route = {"requester", "", false}, .body = body, .frames = 1};
  Report report(state);
  for (auto _ : state) {
    report.time(1, [&] {
      bench.ask({&query, 1});
      while (bench.outbox().replies.empty()) bench.ask({});
    });
    if (bench.outbox().replies.front().body.view().size() < 100) state.SkipWithError("no answer");
  }
}

void summary(benchmark::State& state) { answer(state, request("summary", "", 0)); }
BENCHMARK(summary)->Arg(10'000)->Arg(1'000'000)->UseManualTime();

void node(benchmark::State& state) { answer(state, request("node", "node-0000077", 0)); }
BENCHMARK(node)->Arg(10'000)->Arg(1'000'000)->UseManualTime();

void page_of_1000(benchmark::State& state) { answer(state, request("nodes", "", 1000)); }
BENCHMARK(page_of_1000)->Arg(10'000)->Arg(1'000'000)->UseManualTime();

// A turn in which nobody announces and nobody is due.
void deadline_tick(benchmark::State& state) {
  BenchBroker bench(static_cast<std::size_t>(state.range(0)), 1);
  Report report(state);
  for (auto _ : state) report.time(1, [&] { bench.pass(0); });
}
BENCHMARK(deadline_tick)->Arg(10'000)->Arg(1'000'000)->UseManualTime();

// All fall silent: per node from present to late to evicted, its events written.
void eviction(benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    BenchBroker bench(nodes, 1);
    Report report(state);
    report.time(nodes, [&] {
      while (bench.broker().registry().nodes().size() > 0) bench.pass(50);
    });
    if (bench.broker().events().newest() != 3 * nodes) state.SkipWithError("events are missing");
  }
}
BENCHMARK(eviction)->Arg(10'000)->Iterations(3)->UseManualTime();

}  // namespace
}  // namespace rollcall
