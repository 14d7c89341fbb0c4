// The hot path: from a frame to the registry.
#include "shared/protocol/topics.hpp"
#include "tests/bench/bench_broker.hpp"
#include "tests/bench/report.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kBatch = BenchBroker::kBatch;

void topic(benchmark::State& state) {
  Fleet fleet({.nodes = 1000});
  std::vector<Announcement> batch;
  batch.reserve(kBatch);
  Report report(state);
  for (auto _ : state) {
    fleet.next(kBatch, batch);
    report.time(batch.size(), [&] {
      for (const Announcement& announcement : batch) {
        benchmark::DoNotOptimize(parse_announcement_topic(announcement.topic));
      }
    });
  }
}
BENCHMARK(topic)->UseManualTime();

void decode_and_validate(benchmark::State& state) {
  Fleet fleet({.nodes = 1000});
  std::vector<Announcement> batch;
  batch.reserve(kBatch);
  Decoded decoded;
  Report report(state);
  for (auto _ : state) {
    fleet.next(kBatch, batch);
    report.time(batch.size(), [&] {
      for (const Announcement& announcement : batch) {
        if (take_in(announcement, decoded) != Refusal::kNone) state.SkipWithError("refused");
        benchmark::DoNotOptimize(decoded);
      }
    });
  }
}
BENCHMARK(decode_and_validate)->UseManualTime();

// A whole step of the broker: decoded, validated, applied; deadlines, totals, the feed's list.
void step(benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0));
  BenchBroker bench(nodes);
  const std::uint64_t accepted = bench.broker().intake().accepted();
  std::uint64_t announced = 0;
  {
    Report report(state);
    for (auto _ : state) {
      const std::size_t count = bench.next();
      report.time(count, [&] { bench.take(); });
      announced += count;
    }
  }
  if (bench.broker().intake().accepted() != accepted + announced) {
    state.SkipWithError("some were refused");
  }
  // Besides joins, a guard may have ended meanwhile: that it has just started.
  if (bench.broker().events().newest() > nodes + 1) {
    state.SkipWithError("more than joins happened");
  }
}
BENCHMARK(step)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->UseManualTime();

}  // namespace
}  // namespace rollcall
