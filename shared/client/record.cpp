#include "shared/client/record.hpp"

#include "shared/client/named.hpp"

namespace rollcall {
namespace {

template <typename E>
bool read_word(Reader& reader, E& out) {
  std::string_view word;
  if (!reader.read_string(word)) return false;
  const auto known = from_name<E>(word);
  if (!known) return reader.fail(Refusal::kOutOfRange);
  out = *known;
  return true;
}

bool read_silence(Reader& reader, Record& record) {
  constexpr std::array<std::string_view, 4> kNames{"verdict", "incident", "returns", "held_for"};
  read_named(reader, kNames, [&](int i) {
    if (i >= 2) {
      record.held = true;
      return reader.skip(limits::kNestingDepth);
    }
    return read_text(reader, i == 0 ? record.verdict : record.incident);
  });
  return reader.ok();
}

bool decode_order(Bytes raw, DutyOrder& order) {
  Reader reader(raw);
  constexpr std::array<std::string_view, 4> kNames{"by", "reason", "since", "until"};
  read_named(reader, kNames, [&](int i) {
    if (reader.take_nil()) return true;
    switch (i) {
      case 0: return read_text(reader, order.by);
      case 1: return read_text(reader, order.reason);
      case 2: return read_ms(reader, order.since_ms);
      default: return read_ms(reader, order.until_ms.emplace());
    }
  });
  return reader.ok();
}

// What brokers add to records since they have stores. Before, a node's own key could have the name:
// what is of another type is none of ours, and must not cost the record.
void take_memory(int which, Bytes raw, Record& record) {
  Reader reader(raw);
  bool heard = true;
  std::int64_t back_by_ms = 0;
  DutyOrder order;
  if (which == 0 && reader.read_bool(heard)) record.heard = heard;
  if (which == 1 && decode_order(raw, order)) record.order = std::move(order);
  if (which == 2 && read_ms(reader, back_by_ms)) record.back_by_ms = back_by_ms;
}

}  // namespace

void apply_status(const StatusView& view, Record& record) {
  Status& status = record.status;
  status.header = view.header;
  status.interval_ms = view.interval_ms;
  status.state = view.state;
  status.storage = view.storage;
  status.cpu_percent = view.cpu_percent;
  status.memory = view.memory;
  status.network = view.network;
  status.inventory.reset();
  if (view.has_inventory) status.inventory = view.inventory;
  status.address = view.address;
  status.uptime_s = view.uptime_s;
  status.software = view.software;
  status.reasons.clear();
  for_each_reason(view.reasons,
                  [&](std::string_view reason) { status.reasons.emplace_back(reason); });
  status.labels.clear();
  for_each_label(view.labels, [&](std::string_view key, std::string_view value) {
    status.labels.emplace_back(key, value);
  });
  record.has_network = view.has_network;
  record.has_uptime = view.has_uptime;
}

bool decode_record(Bytes raw, Record& record) {
  record = Record{};
  StatusView view;
  if (decode_status(raw, view) != Refusal::kNone) return false;
  apply_status(view, record);
  Reader reader(raw);
  constexpr std::array<std::string_view, 11> kNames{"node",      "presence", "duty",   "silent_for",
                                                    "joined_at", "peer",     "missed", "silence",
                                                    "heard",     "order",    "back_by"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, record.node);
      case 1: return read_word(reader, record.presence);
      case 2: return read_word(reader, record.duty);
      case 3: return read_ms(reader, record.silent_for_ms);
      case 4: return read_ms(reader, record.joined_at_ms);
      case 5: return read_text(reader, record.peer);
      case 6: return reader.read_uint(record.missed);
      case 7: return read_silence(reader, record);
      default: {
        Bytes value;
        if (!reader.skip(limits::kNestingDepth, &value)) return false;
        take_memory(i - 8, value, record);
        return true;
      }
    }
  });
  return reader.ok() && (seen & 0b11u) == 0b11u;
}

bool decode_nodes_page(Bytes result, NodesPage& page) {
  page = NodesPage{};
  Reader reader(result);
  Bytes list;
  constexpr std::array<std::string_view, 2> kNames{"nodes", "next"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    if (i == 0) return reader.skip(limits::kNestingDepth + 1, &list);
    return reader.take_nil() || read_text(reader, page.next);
  });
  if (!reader.ok() || (seen & 1u) == 0) return false;
  return for_each_item(list, [&](Bytes raw) {
    Record record;
    if (page.nodes.size() >= limits::kPageMax) return false;
    if (decode_record(raw, record)) {
      page.nodes.push_back(std::move(record));
    } else {
      ++page.unreadable;
    }
    return true;
  });
}

}  // namespace rollcall
