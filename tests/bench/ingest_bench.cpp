// The hot path in process: from a frame to the registry.
#include <chrono>

#include <benchmark/benchmark.h>

#include "broker/broker.hpp"
#include "tests/bench/allocations.hpp"
#include "tests/bench/fleet.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kBatch = 256;

class NoPeers : public PeerNames {
 public:
  std::string_view peer_of(std::size_t) const override { return "127.0.0.1"; }
};

// Says how long one announcement took and what it allocated. Batches are timed by hand, so that
// making them is not counted.
class Report {
 public:
  explicit Report(benchmark::State& state) : state_(state), before_(allocations()) {}
  template <typename Work>
  void time(std::size_t announcements, Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    state_.SetIterationTime(took.count());
    seconds_ += took.count();
    count_ += announcements;
  }
  ~Report() {
    const auto allocated = static_cast<double>(allocations() - before_);
    state_.SetItemsProcessed(static_cast<std::int64_t>(count_));
    state_.counters["allocations/op"] = allocated / static_cast<double>(count_);
    state_.counters["ns/op"] = 1e9 * seconds_ / static_cast<double>(count_);
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_;
  std::size_t count_ = 0;
  double seconds_ = 0;
};

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

// A whole step of the broker, deadlines and totals included; every node announces every 10 s.
void step(benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0));
  Fleet fleet({.nodes = nodes});
  const NoPeers peers;
  Now now{1'000'000, 1'800'000'000'000};
  BrokerConfig config;
  config.session = 1;
  Broker broker(config, now);
  Outbox outbox;
  std::vector<Announcement> batch;
  batch.reserve(kBatch);
  std::int64_t elapsed_us = 0;
  const auto prepare = [&] {
    fleet.next(kBatch, batch);
    elapsed_us += static_cast<std::int64_t>(10'000'000 * batch.size() / nodes);
  };
  const auto turn = [&] {
    broker.step({now.steady_ms + elapsed_us / 1000, now.wall_ms}, {batch, {}, true}, peers, outbox);
  };
  for (std::size_t done = 0; done < 3 * nodes; done += batch.size()) {
    prepare();
    turn();
  }
  const std::uint64_t accepted = broker.intake().accepted();
  {
    Report report(state);
    std::uint64_t announced = 0;
    for (auto _ : state) {
      prepare();
      report.time(batch.size(), turn);
      announced += batch.size();
    }
    if (broker.intake().accepted() != accepted + announced)
      state.SkipWithError("some were refused");
  }
}
BENCHMARK(step)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->UseManualTime();

}  // namespace
}  // namespace rollcall
