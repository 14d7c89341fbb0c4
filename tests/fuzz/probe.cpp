// The texts of /proc and /sys, which a kernel of any age, a container or a file in their place may
// have written: every parser on any bytes, and what is measured stays within its range.
//
// An input is two texts with a zero byte between them: what was read before, and what is read now.
#include <cmath>
#include <string>
#include <vector>

#include "agent/probe/container.hpp"
#include "agent/probe/cpu.hpp"
#include "agent/probe/interfaces.hpp"
#include "agent/probe/memory.hpp"
#include "agent/probe/network.hpp"
#include "agent/probe/text.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

namespace {

constexpr std::uint64_t kGigabit = 125'000'000;

void read_one(std::string_view text) {
  if (const auto times = parse_cpu_times(text)) ROLLCALL_CHECK(times->busy <= times->total);
  if (const auto memory = parse_memory(text)) ROLLCALL_CHECK(memory->used <= memory->total);
  const std::uint64_t cache = parse_reclaimable(text);
  const std::uint64_t limit = parse_memory_limit(text).value_or(1000);
  for (const std::uint64_t current : {std::uint64_t{0}, limit, UINT64_MAX}) {
    const UsedTotal used = within({1000, 2000}, ContainerMemory{limit, current, cache});
    ROLLCALL_CHECK(used.used <= used.total);
  }
  if (const auto processors = parse_cpu_limit(text)) {
    ROLLCALL_CHECK(std::isfinite(*processors) && *processors > 0);
    container_times(parse_cpu_usage_us(text).value_or(0), 1000, *processors);
  }
  ROLLCALL_CHECK(parse_speed_bytes_s(text) <= 10'000'000ull * 125'000);
  parse_is_up(text);
  parse_interface_type(text);
  parse_uptime_s(text);
}

void choose(std::string_view text) {
  std::vector<InterfaceFacts> facts;
  for_each_interface(text, [&](const InterfaceCounters& counters) {
    ROLLCALL_CHECK(is_within(counters.name, text) && !counters.name.empty());
    InterfaceFacts one;
    one.name = counters.name;
    one.has_device = counters.rx_bytes % 2 == 1;
    one.is_up = counters.tx_bytes % 2 == 1;
    one.speed_bytes_s = counters.rx_bytes;
    facts.push_back(std::move(one));
  });
  const ChosenInterfaces chosen = choose_interfaces(facts);
  ROLLCALL_CHECK(chosen.names.size() <= facts.size());
  ROLLCALL_CHECK(std::is_sorted(chosen.names.begin(), chosen.names.end()));
}

void measure(std::string_view before, std::string_view after) {
  CpuMeter cpu;
  for (const std::string_view text : {before, after}) {
    if (const auto times = parse_cpu_times(text)) {
      const double percent = cpu.measure_and_mark(*times);
      ROLLCALL_CHECK(percent >= 0 && percent <= 100);
    }
  }
  std::vector<std::string> names;
  for_each_interface(before, [&](const InterfaceCounters& it) { names.emplace_back(it.name); });
  std::sort(names.begin(), names.end());
  for (const std::uint64_t capacity : {std::uint64_t{0}, kGigabit}) {
    NetworkMeter network;
    network.mark(0, before, names);
    const NetworkMeter::Rates rates = network.measure(1000, after, names, capacity);
    ROLLCALL_CHECK(network.measure(1000, after, names, capacity).rx == rates.rx);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = as_text(data, size);
  const std::string_view before = input.substr(0, input.find('\0'));
  std::string_view after = input.substr(before.size());
  if (!after.empty()) after.remove_prefix(1);
  read_one(before);
  read_one(after);
  choose(before);
  measure(before, after);
  return 0;
}
