#include "agent/io/system/machine.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "agent/probe/memory.hpp"
#include "agent/probe/network.hpp"
#include "agent/probe/text.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kFactsEveryMs = 60'000;
constexpr std::size_t kReadBytes = 4096;
// The first line of /proc/stat, the longest count in each of its ten fields.
constexpr std::size_t kFirstLineBytes = 256;

// Reads `path` into `text` up to `most_bytes`; leaves it empty where that fails.
void read_file(const std::string& path, std::size_t most_bytes, std::string& text) {
  text.clear();
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  while (text.size() < most_bytes) {
    const std::size_t before = text.size();
    text.resize(before + std::min(kReadBytes, most_bytes - before));
    const ssize_t got = ::read(fd, text.data() + before, text.size() - before);
    text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0 || (got < 0 && errno != EINTR)) break;
  }
  ::close(fd);
}

}  // namespace

Machine::Machine(std::string root) : root_(std::move(root)) {
  has_container_memory_ = !text_of("/sys/fs/cgroup/memory.max").empty();
  const auto limit = parse_cpu_limit(text_of("/sys/fs/cgroup/cpu.max"));
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (limit.has_value() && *limit < static_cast<double>(online)) container_processors_ = limit;
}

std::string_view Machine::text_of(std::string_view path) {
  path_.assign(root_).append(path);
  read_file(path_, limits::kProcTextBytes, text_);
  return text_;
}

const Machine::Readings& Machine::read(Now now) {
  readings_.cpu = read_cpu(now);
  readings_.memory = parse_memory(text_of("/proc/meminfo"));
  if (readings_.memory.has_value() && has_container_memory_) {
    readings_.memory = within(*readings_.memory, read_container_memory());
  }
  readings_.uptime_s = parse_uptime_s(text_of("/proc/uptime"));
  path_.assign(root_).append("/proc/net/dev");
  read_file(path_, limits::kProcTextBytes, net_dev_);
  readings_.net_dev = net_dev_;
  refresh_interfaces(now);
  return readings_;
}

std::optional<CpuTimes> Machine::read_cpu(Now now) {
  if (container_processors_.has_value()) {
    const auto usage_us = parse_cpu_usage_us(text_of("/sys/fs/cgroup/cpu.stat"));
    if (!usage_us.has_value()) return std::nullopt;
    return container_times(*usage_us, now.steady_ms, *container_processors_);
  }
  path_.assign(root_).append("/proc/stat");
  read_file(path_, kFirstLineBytes, text_);
  return parse_cpu_times(text_);
}

std::optional<ContainerMemory> Machine::read_container_memory() {
  const auto limit = parse_memory_limit(text_of("/sys/fs/cgroup/memory.max"));
  const auto current = parse_memory_limit(text_of("/sys/fs/cgroup/memory.current"));
  if (!limit.has_value() || !current.has_value()) return std::nullopt;
  return ContainerMemory{*limit, *current,
                         parse_reclaimable(text_of("/sys/fs/cgroup/memory.stat"))};
}

void Machine::refresh_interfaces(Now now) {
  std::uint64_t digest = 0;
  for_each_interface(net_dev_,
                     [&](const InterfaceCounters& found) { digest += hash_of(found.name); });
  if (digest == names_digest_ && now.steady_ms < facts_due_ms_) return;
  names_digest_ = digest;
  facts_due_ms_ = now.steady_ms + kFactsEveryMs;
  facts_.clear();
  for_each_interface(
      net_dev_, [&](const InterfaceCounters& found) { facts_.push_back(facts_of(found.name)); });
  interfaces_ = choose_interfaces(facts_);
}

InterfaceFacts Machine::facts_of(std::string_view name) {
  const std::string folder = "/sys/class/net/" + std::string(name);
  path_.assign(root_).append(folder).append("/device");
  InterfaceFacts facts{.name = std::string(name)};
  facts.has_device = ::access(path_.c_str(), F_OK) == 0;
  // On a host with a thousand containers most are only ends of cables: nothing more to ask.
  if (!facts.has_device && is_only_virtual(facts)) return facts;
  facts.type = parse_interface_type(text_of(folder + "/type"));
  facts.is_up = parse_is_up(text_of(folder + "/operstate"));
  facts.speed_bytes_s = parse_speed_bytes_s(text_of(folder + "/speed"));
  return facts;
}

}  // namespace rollcall
