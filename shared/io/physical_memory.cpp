#include "shared/io/physical_memory.hpp"

#include <algorithm>
#include <fstream>

#include <unistd.h>

namespace rollcall {

std::uint64_t physical_memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  const std::uint64_t machine =
      pages <= 0 || page_bytes <= 0
          ? 0
          : static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
  std::ifstream file("/sys/fs/cgroup/memory.max");
  std::uint64_t container = 0;
  if (!(file >> container)) return machine;  // no such file, or "max"
  return machine == 0 ? container : std::min(machine, container);
}

}  // namespace rollcall
