// Reads the machine from /proc and /sys. Those are answered from memory by the kernel, so reading
// them never hangs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/probe/container.hpp"
#include "agent/probe/cpu.hpp"
#include "agent/probe/interfaces.hpp"
#include "shared/core/time.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

class Machine {
 public:
  struct Readings {
    std::optional<CpuTimes> cpu;
    std::optional<UsedTotal> memory;
    std::string_view net_dev;  // the text of /proc/net/dev; valid until the next read
    std::optional<std::uint64_t> uptime_s;
  };

  // `root` is put before /proc and /sys: for tests on recorded trees.
  explicit Machine(std::string root = {});

  const Readings& read(Now now);
  // As of the last read. Looked up again when interfaces come or go, and once a minute.
  const ChosenInterfaces& interfaces() const { return interfaces_; }

 private:
  std::string_view text_of(std::string_view path);
  std::optional<CpuTimes> read_cpu(Now now);
  std::optional<ContainerMemory> read_container_memory();
  void refresh_interfaces(Now now);
  InterfaceFacts facts_of(std::string_view name);

  std::string root_;
  std::string path_;
  std::string text_;
  std::string net_dev_;
  std::vector<InterfaceFacts> facts_;
  ChosenInterfaces interfaces_;
  std::uint64_t names_digest_ = 0;
  std::int64_t facts_due_ms_ = INT64_MIN;
  // A container's share of the processors, read once: a changed limit needs a new run.
  std::optional<double> container_processors_;
  bool has_container_memory_ = false;
  Readings readings_;
};

}  // namespace rollcall
