#include <cstring>

#include <fmt/format.h>

#include "tests/bench/fleet.hpp"
#include "tests/bench/load/measures.hpp"
#include "tests/bench/load/peer.hpp"
#include "tests/bench/load/runs.hpp"

namespace rollcall {
namespace {

// Keeps to so many per second, in bursts; without a rate it never waits.
class Pace {
 public:
  Pace(std::uint64_t rate, std::uint64_t burst)
      : step_ns_(rate == 0 ? 0 : static_cast<std::int64_t>(1'000'000'000 * burst / rate)),
        burst_(burst),
        next_ns_(monotonic_ns()) {}
  void wait() {
    if (step_ns_ == 0 || ++sent_ % burst_ != 0) return;
    next_ns_ += step_ns_;
    if (monotonic_ns() < next_ns_) sleep_until_ns(next_ns_);
  }

 private:
  std::int64_t step_ns_;
  std::uint64_t burst_;
  std::uint64_t sent_ = 0;
  std::int64_t next_ns_;
};

}  // namespace

int publish(const LoadSettings& settings) {
  Fleet fleet(fleet_of(settings));
  const auto publisher = make_publisher(settings);
  Pace pace(settings.rate, settings.burst);
  std::vector<Announcement> batch;
  std::string stamped;
  const std::int64_t begin_ns = monotonic_ns();
  const std::int64_t end_ns = begin_ns + settings.duration_ms * 1'000'000;
  const std::uint64_t most = settings.rounds == 0 ? UINT64_MAX : settings.rounds * settings.nodes;
  std::uint64_t sent = 0;
  while (monotonic_ns() < end_ns && sent < most) {
    fleet.next(settings.rate == 0 ? 256 : settings.burst, batch);
    for (const Announcement& it : batch) {
      if (settings.stamped) {
        stamped.assign(it.body);
        Fleet::stamp(stamped, static_cast<std::uint64_t>(monotonic_ns()));
        publisher->publish(it.topic, stamped);
      } else {
        publisher->publish(it.topic, it.body);
      }
      pace.wait();
    }
    sent += batch.size();
  }
  publisher->flush();
  const double seconds = static_cast<double>(monotonic_ns() - begin_ns) * 1e-9;
  fmt::print(
      "{{\"sent\":{},\"seconds\":{:.4f},\"per_s\":{:.0f},\"cpu_s\":{:.3f},\"body_bytes\":{}}}\n",
      sent, seconds, static_cast<double>(sent) / seconds, cpu_seconds(), fleet.body().size());
  return 0;
}

}  // namespace rollcall
