#include "shared/client/summary.hpp"

#include "shared/client/named.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kCounters = 64;

template <std::size_t N>
bool read_numbers(Reader& reader, const std::array<std::string_view, N>& names,
                  const std::array<std::uint64_t*, N>& values) {
  read_named(reader, names,
             [&](int i) { return reader.read_uint(*values[static_cast<std::size_t>(i)]); });
  return reader.ok();
}

bool read_states(Reader& reader, Summary& summary) {
  read_named(reader, kStateNames, [&](int i) {
    return reader.read_uint(summary.by_state[static_cast<std::size_t>(i)]);
  });
  return reader.ok();
}

bool read_nodes(Reader& reader, Summary& summary) {
  constexpr std::array<std::string_view, 6> kNames{"total", "present",  "late",
                                                   "left",  "by_state", "unheard"};
  read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return reader.read_uint(summary.nodes);
      case 1: return reader.read_uint(summary.present);
      case 2: return reader.read_uint(summary.late);
      case 3: return reader.read_uint(summary.left);
      case 4: return read_states(reader, summary);
      default: return reader.read_uint(summary.unheard);
    }
  });
  return reader.ok();
}

bool read_counters(Reader& reader, std::vector<std::pair<std::string, std::uint64_t>>& out) {
  std::uint32_t pairs = 0;
  if (!reader.read_map(pairs)) return false;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    std::string name;
    std::uint64_t value = 0;
    if (!read_text(reader, name) || !reader.read_uint(value)) return false;
    if (out.size() < kCounters) out.emplace_back(std::move(name), value);
  }
  return true;
}

bool read_field(Reader& reader, int field, Summary& summary) {
  switch (field) {
    case 0: return read_nodes(reader, summary);
    case 1:
      return read_numbers<2>(reader, {"used", "total"},
                             {&summary.storage.used, &summary.storage.total});
    case 2: return reader.read_number(summary.cpu_percent);
    case 3:
      return read_numbers<2>(reader, {"used", "total"},
                             {&summary.memory.used, &summary.memory.total});
    case 4:
      return read_numbers<3>(reader, {"rx", "tx", "capacity"},
                             {&summary.network.rx, &summary.network.tx, &summary.network.capacity});
    case 5:
      return read_numbers<5>(reader, {"nodes", "count", "bytes", "held", "in_sync"},
                             {&summary.blocks.nodes, &summary.blocks.count, &summary.blocks.bytes,
                              &summary.blocks.held, &summary.blocks.in_sync});
    case 6: return reader.read_uint(summary.accepted);
    case 7: return read_counters(reader, summary.refused);
    case 8: return reader.read_uint(summary.missed);
    case 9: return reader.read_number(summary.rate);
    case 10: return reader.read_uint(summary.queries);
    default: return read_counters(reader, summary.dropped);
  }
}

}  // namespace

bool decode_summary(Bytes raw, Summary& summary) {
  summary = Summary{};
  Reader reader(raw);
  constexpr std::array<std::string_view, 12> kNames{"nodes",   "storage", "cpu",      "memory",
                                                    "network", "blocks",  "accepted", "refused",
                                                    "missed",  "rate",    "queries",  "dropped"};
  const std::uint32_t seen =
      read_named(reader, kNames, [&](int field) { return read_field(reader, field, summary); });
  return reader.ok() && reader.at_end() && (seen & 1u) != 0;
}

}  // namespace rollcall
