#include <algorithm>

#include <fmt/format.h>

#include "tests/bench/fleet.hpp"
#include "tests/bench/load/measures.hpp"
#include "tests/bench/load/peer.hpp"
#include "tests/bench/load/runs.hpp"

namespace rollcall {
namespace {

// The rate is taken between the first and the last delivery, so that it doesn't matter how long
// before the load this was started.
struct Taken {
  std::uint64_t count = 0;
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
  Delays delays;
};

}  // namespace

int subscribe(const LoadSettings& settings) {
  const auto subscriber = make_subscriber(settings);
  fmt::print(stderr, "ready\n");
  Taken taken;
  const auto take = [&](std::string_view body) {
    if (settings.stamped) {
      taken.last_ns = monotonic_ns();
      const auto sent_ns = static_cast<std::int64_t>(Fleet::stamp_of(body));
      if (sent_ns != 0) taken.delays.add(taken.last_ns - sent_ns);
    } else if (taken.count % 64 == 0) {
      taken.last_ns = monotonic_ns();
    }
    if (++taken.count == settings.skip + 1) taken.first_ns = taken.last_ns = monotonic_ns();
    if (taken.count != settings.most) return true;
    taken.last_ns = monotonic_ns();
    return false;
  };
  subscriber->run(monotonic_ns() + settings.duration_ms * 1'000'000, take);
  const double seconds = static_cast<double>(taken.last_ns - taken.first_ns) * 1e-9;
  const std::uint64_t measured = taken.count - std::min(taken.count, settings.skip);
  const double rate = seconds <= 0 ? 0 : static_cast<double>(measured) / seconds;
  fmt::print(
      "{{\"received\":{},\"seconds\":{:.4f},\"per_s\":{:.0f},\"cpu_s\":{:.3f},\"p50_us\":{:.1f},"
      "\"p99_us\":{:.1f},\"most_us\":{:.1f}}}\n",
      taken.count, seconds, rate, cpu_seconds(), taken.delays.quantile_us(0.5),
      taken.delays.quantile_us(0.99), taken.delays.most_us());
  return 0;
}

}  // namespace rollcall
