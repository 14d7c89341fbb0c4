// Bytes that came and went over the chosen interfaces, from /proc/net/dev.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

struct InterfaceCounters {
  std::string_view name;  // points into the text
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
};

// One line of /proc/net/dev; nothing for its headings and other text.
std::optional<InterfaceCounters> parse_interface_line(std::string_view line);

template <typename Visit>
void for_each_interface(std::string_view proc_net_dev, Visit&& visit) {
  while (!proc_net_dev.empty()) {
    const std::size_t end = proc_net_dev.find('\n');
    if (const auto counters = parse_interface_line(proc_net_dev.substr(0, end))) visit(*counters);
    proc_net_dev.remove_prefix(end == std::string_view::npos ? proc_net_dev.size() : end + 1);
  }
}

// How much a counter grew from `before` to `after`. A counter that is lower than before has wrapped
// or was reset. It is taken to have wrapped, at 2^32 or 2^64, where that means no more than
// `most_bytes`; else it was reset (the interface went and came back), and nothing is known: 0.
std::uint64_t growth(std::uint64_t before, std::uint64_t after, std::uint64_t most_bytes);

// Totals bytes over interfaces, and turns them into rates.
class NetworkMeter {
 public:
  struct Rates {
    std::uint64_t rx = 0;  // bytes per second
    std::uint64_t tx = 0;
  };

  // Rates since the last mark, over the interfaces in `names` (ascending) that the text has and had
  // at the mark; one that is new or was away counts from the next mark. `capacity_bytes_s` (0: not
  // known) bounds what can pass for a wrap. Where no time passed, the last rates stand.
  Rates measure(std::int64_t steady_ms, std::string_view proc_net_dev,
                std::span<const std::string> names, std::uint64_t capacity_bytes_s);
  // Measures from here on.
  void mark(std::int64_t steady_ms, std::string_view proc_net_dev,
            std::span<const std::string> names);

 private:
  struct Mark {
    std::string name;
    std::uint64_t rx_bytes = 0;
    std::uint64_t tx_bytes = 0;
  };
  const Mark* find_mark(std::string_view name) const;

  std::vector<Mark> marks_;
  std::optional<std::int64_t> marked_at_ms_;
  Rates rates_;
};

}  // namespace rollcall
