#include "agent/probe/network.hpp"

#include <algorithm>
#include <cmath>

#include "agent/probe/text.hpp"

namespace rollcall {
namespace {

// What the fastest link whose speed nobody tells may carry: 25 Gbit/s.
constexpr std::uint64_t kUnknownCapacityBytesPerSecond = 3'125'000'000;

bool is_chosen(std::span<const std::string> names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

std::uint64_t per_second(double bytes, double elapsed_s) {
  return static_cast<std::uint64_t>(std::llround(std::min(bytes / elapsed_s, 0x1p62)));
}

}  // namespace

std::optional<InterfaceCounters> parse_interface_line(std::string_view line) {
  // A name may hold a colon (an alias), so it ends at the last one. Old kernels write no blank
  // behind it.
  const std::size_t colon = line.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  InterfaceCounters counters{.name = trimmed(line.substr(0, colon))};
  std::string_view rest = line.substr(colon + 1);
  if (counters.name.empty() || counters.name.find(' ') != std::string_view::npos) {
    return std::nullopt;
  }
  // bytes packets errs drop fifo frame compressed multicast, received; then the same, sent
  const auto rx = take_count(rest);
  for (int i = 0; i < 7; ++i) {
    if (!take_count(rest).has_value()) return std::nullopt;
  }
  const auto tx = take_count(rest);
  if (!rx.has_value() || !tx.has_value()) return std::nullopt;
  counters.rx_bytes = *rx;
  counters.tx_bytes = *tx;
  return counters;
}

std::uint64_t growth(std::uint64_t before, std::uint64_t after, std::uint64_t most_bytes) {
  if (after >= before) return after - before;
  constexpr std::uint64_t kWord = std::uint64_t{1} << 32;
  // Modulo 2^64 by itself; modulo 2^32 where both readings fit in it.
  const std::uint64_t wrapped = before < kWord ? after + (kWord - before) : after - before;
  return wrapped <= most_bytes ? wrapped : 0;
}

const NetworkMeter::Mark* NetworkMeter::find_mark(std::string_view name) const {
  for (const Mark& mark : marks_) {
    if (mark.name == name) return &mark;
  }
  return nullptr;
}

NetworkMeter::Rates NetworkMeter::measure(std::int64_t steady_ms, std::string_view proc_net_dev,
                                          std::span<const std::string> names,
                                          std::uint64_t capacity_bytes_s) {
  if (!marked_at_ms_.has_value()) mark(steady_ms, proc_net_dev, names);
  const std::int64_t elapsed_ms = steady_ms - *marked_at_ms_;
  if (elapsed_ms <= 0) return rates_;
  const double elapsed_s = static_cast<double>(elapsed_ms) / 1000.0;
  const std::uint64_t capacity =
      capacity_bytes_s != 0 ? capacity_bytes_s : kUnknownCapacityBytesPerSecond;
  // A tenth above, since the reading of the clock and of the counter are moments apart.
  const auto most_bytes =
      static_cast<std::uint64_t>(std::min(static_cast<double>(capacity) * 1.1 * elapsed_s, 0x1p62));
  double rx_bytes = 0;
  double tx_bytes = 0;
  for_each_interface(proc_net_dev, [&](const InterfaceCounters& now) {
    const Mark* const before = is_chosen(names, now.name) ? find_mark(now.name) : nullptr;
    if (before == nullptr) return;
    rx_bytes += static_cast<double>(growth(before->rx_bytes, now.rx_bytes, most_bytes));
    tx_bytes += static_cast<double>(growth(before->tx_bytes, now.tx_bytes, most_bytes));
  });
  rates_ = {per_second(rx_bytes, elapsed_s), per_second(tx_bytes, elapsed_s)};
  return rates_;
}

void NetworkMeter::mark(std::int64_t steady_ms, std::string_view proc_net_dev,
                        std::span<const std::string> names) {
  std::size_t used = 0;
  for_each_interface(proc_net_dev, [&](const InterfaceCounters& now) {
    if (!is_chosen(names, now.name)) return;
    if (used == marks_.size()) marks_.emplace_back();
    Mark& mark = marks_[used++];
    mark.name = now.name;
    mark.rx_bytes = now.rx_bytes;
    mark.tx_bytes = now.tx_bytes;
  });
  marks_.resize(used);
  marked_at_ms_ = steady_ms;
}

}  // namespace rollcall
