#include "monitor/view/order.hpp"

#include <algorithm>
#include <array>

#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::array<std::string_view, 7> kOrderNames{"trouble", "name",    "storage", "cpu",
                                                      "memory",  "network", "silence"};

// What is sorted, worked out once per node.
struct Keyed {
  double key;  // the larger comes first
  const KnownNode* node;
};

double storage_of(const Record& record) {
  return percent_of(record.status.storage.used, record.status.storage.total);
}

double key_of(const KnownNode& node, Order order, Now now) {
  const Status& status = node.record.status;
  switch (order) {
    case Order::kTrouble: return -1000.0 * trouble_of(node.record) + storage_of(node.record);
    case Order::kName: return 0;
    case Order::kStorage: return storage_of(node.record);
    case Order::kCpu: return status.cpu_percent;
    case Order::kMemory: return percent_of(status.memory.used, status.memory.total);
    case Order::kNetwork: return static_cast<double>(status.network.rx + status.network.tx);
    default: return static_cast<double>(node.silent_for_ms(now));
  }
}

bool comes_first(const Keyed& a, const Keyed& b) {
  return a.key != b.key ? a.key > b.key : a.node->record.node < b.node->record.node;
}

}  // namespace

std::string_view name_of(Order order) { return kOrderNames[static_cast<std::size_t>(order)]; }

Order next(Order order) {
  return static_cast<Order>((static_cast<std::size_t>(order) + 1) % kOrderNames.size());
}

int trouble_of(const Record& record) {
  if (record.presence == Presence::kLeft) return 3;
  if (record.status.state == State::kError) return 0;
  if (record.status.state == State::kCritical) return 1;
  if (record.presence == Presence::kLate) return 2;
  return record.status.state == State::kWarning ? 4 : 5;
}

std::vector<const KnownNode*> in_order(const Picture::Nodes& nodes, Order order, Now now,
                                       std::size_t first, std::size_t count) {
  std::vector<Keyed> keyed;
  keyed.reserve(nodes.size());
  for (const auto& [id, node] : nodes) keyed.push_back({key_of(node, order, now), &node});
  const std::size_t last = std::min(keyed.size(), first + count);
  const auto middle = keyed.begin() + static_cast<std::ptrdiff_t>(last);
  std::partial_sort(keyed.begin(), middle, keyed.end(), comes_first);
  std::vector<const KnownNode*> out;
  out.reserve(keyed.size());
  for (const Keyed& each : keyed) out.push_back(each.node);
  return out;
}

}  // namespace rollcall
