#include "shared/io/physical_memory.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include <unistd.h>

namespace rollcall {
namespace {

const std::string kCgroups = "/sys/fs/cgroup";

std::uint64_t lesser(std::uint64_t known, std::uint64_t other) {
  if (known == 0 || other == 0) return std::max(known, other);
  return std::min(known, other);
}

// Our place in the tree of cgroups: "" for its root, which in a container is the container's.
std::string own_cgroup() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.size() == 4 ? "" : line.substr(3);
  }
  return {};
}

std::uint64_t cgroup_limit_bytes(const std::string& cgroup) {
  std::ifstream file(kCgroups + cgroup + "/memory.max");
  std::uint64_t bytes = 0;
  return file >> bytes ? bytes : 0;  // no such file, or "max"
}

}  // namespace

std::uint64_t physical_memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  std::uint64_t bytes = pages <= 0 || page_bytes <= 0 ? 0
                                                      : static_cast<std::uint64_t>(pages) *
                                                            static_cast<std::uint64_t>(page_bytes);
  // A service is limited at its own place in the tree, or at one above it.
  std::string cgroup = own_cgroup();
  while (true) {
    bytes = lesser(bytes, cgroup_limit_bytes(cgroup));
    if (cgroup.empty()) return bytes;
    cgroup.resize(cgroup.rfind('/'));
  }
}

}  // namespace rollcall
