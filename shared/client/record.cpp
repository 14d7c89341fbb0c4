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
  constexpr std::array<std::string_view, 2> kNames{"verdict", "incident"};
  read_named(reader, kNames,
             [&](int i) { return read_text(reader, i == 0 ? record.verdict : record.incident); });
  return reader.ok();
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
  constexpr std::array<std::string_view, 8> kNames{"node",      "presence", "duty",   "silent_for",
                                                   "joined_at", "peer",     "missed", "silence"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, record.node);
      case 1: return read_word(reader, record.presence);
      case 2: return read_word(reader, record.duty);
      case 3: return read_ms(reader, record.silent_for_ms);
      case 4: return read_ms(reader, record.joined_at_ms);
      case 5: return read_text(reader, record.peer);
      case 6: return reader.read_uint(record.missed);
      default: return read_silence(reader, record);
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
