#include "agent/simulate/simulated_labels.hpp"

#include <string>

#include <fmt/format.h>

#include "agent/simulate/load_curve.hpp"
#include "agent/simulate/seed.hpp"
#include "shared/core/ids.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kNodesPerRack = 8;

}  // namespace

std::size_t simulated_zone(std::size_t index) { return index % kSimulatedZones; }

Labels simulated_labels(std::string_view node, std::uint64_t seed, std::size_t index,
                        std::size_t nodes) {
  const std::size_t racks = nodes / (kSimulatedZones * kNodesPerRack) + 1;
  const std::uint64_t rack = Random(mixed(seed, hash_of(node))).below(racks);
  std::string zone = fmt::format("z{}", simulated_zone(index) + 1);
  std::string rack_name = fmt::format("{}-r{}", zone, rack + 1);
  return {{"zone", std::move(zone)}, {"rack", std::move(rack_name)}, {"host", std::string(node)}};
}

}  // namespace rollcall
