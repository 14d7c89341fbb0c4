// Every parser on recorded text with random damage: none may crash, read out of bounds or give a
// value out of its range. Worth most under the sanitizers.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "agent/probe/container.hpp"
#include "agent/probe/cpu.hpp"
#include "agent/probe/interfaces.hpp"
#include "agent/probe/memory.hpp"
#include "agent/probe/network.hpp"
#include "agent/probe/text.hpp"
#include "shared/core/random.hpp"
#include "tests/agent/probe/recordings.hpp"

namespace rollcall {
namespace {

std::string damaged(std::string text, Random& random) {
  for (std::uint64_t i = random.below(6) + 1; i > 0 && !text.empty(); --i) {
    const std::size_t at = random.below(text.size());
    switch (random.below(6)) {
      case 0: text[at] = static_cast<char>(random.below(256)); break;
      case 1: text.resize(at); break;
      case 2: text.erase(at, random.below(40)); break;
      case 3: text.insert(at, std::to_string(random.next())); break;
      case 4: text.insert(at, 1, "\n\0 :-\x7f"[random.below(6)]); break;
      default: text.insert(at, text.substr(random.below(text.size()), random.below(80))); break;
    }
  }
  return text;
}

class Nonsense : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Nonsense, IsNeverFatalAndNeverOutOfRange) {
  Random random(GetParam());
  const std::vector<std::string> sources{
      std::string(recorded::kStat),      std::string(recorded::kStatOfOld),
      std::string(recorded::kMeminfo),   std::string(recorded::kMeminfoOfOld),
      std::string(recorded::kNetDev),    std::string(recorded::kNetDevOfOld),
      std::string(recorded::kMemoryMax), std::string(recorded::kMemoryStat),
      std::string(recorded::kCpuMax),    std::string(recorded::kCpuStat)};
  CpuMeter cpu;
  NetworkMeter network;
  const std::vector<std::string> names{"docker0", "eth0", "eth1", "lo"};
  std::int64_t now_ms = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = damaged(sources[random.below(sources.size())], random);
    now_ms += static_cast<std::int64_t>(random.below(2000));
    if (const auto times = parse_cpu_times(text)) {
      const double percent = cpu.measure_and_mark(*times);
      ASSERT_TRUE(percent >= 0 && percent <= 100) << text;
    }
    if (const auto memory = parse_memory(text)) {
      ASSERT_LE(memory->used, memory->total) << text;
    }
    const auto limit = parse_memory_limit(text);
    const ContainerMemory container{limit.value_or(1), random.next(), parse_reclaimable(text)};
    const UsedTotal memory = within({1000, 2000}, container);
    ASSERT_LE(memory.used, memory.total);
    if (const auto processors = parse_cpu_limit(text)) {
      ASSERT_TRUE(std::isfinite(*processors) && *processors > 0);
      container_times(parse_cpu_usage_us(text).value_or(0), now_ms, *processors);
    }
    const auto rates = network.measure(now_ms, text, names, random.below(2) * 125'000'000);
    ASSERT_LE(rates.rx, std::uint64_t{1} << 63);
    network.mark(now_ms, text, names);
    ASSERT_LE(parse_speed_bytes_s(text), 10'000'000ull * 125'000);
    parse_is_up(text);
    parse_interface_type(text);
    parse_uptime_s(text);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Nonsense, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace rollcall
