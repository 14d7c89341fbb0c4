#include <array>

#include "shared/protocol/announcement.hpp"
#include "shared/protocol/fields.hpp"

namespace rollcall {
namespace {

enum StatusField : int {
  kInterval = kHeaderFields,
  kState,
  kReasons,
  kStorage,
  kCpu,
  kMemory,
  kNetwork,
  kInventory,
  kLabels,
  kAddress,
  kUptime,
  kSoftware,
  kShadowsRecord,  // a key that a record has of its own
};

constexpr std::uint32_t bit(int field) { return 1u << static_cast<unsigned>(field); }
constexpr std::uint32_t kRequired =
    kHeaderRequired | bit(kInterval) | bit(kState) | bit(kStorage) | bit(kCpu) | bit(kMemory);

int if_same(std::string_view key, std::string_view name, int field) {
  return is_word(key, name) ? field : -1;
}

int record_field_of(std::string_view key) {
  for (const std::string_view own :
       {"node", "presence", "duty", "silent_for", "joined_at", "peer", "missed"}) {
    if (key == own) return kShadowsRecord;
  }
  return -1;
}

// One look at the length and one byte leaves a single candidate.
int known_field_of(std::string_view key) {
  switch (key.size()) {
    case 1: return if_same(key, "v", kFieldVersion);
    case 2: return if_same(key, "at", kFieldAt);
    case 3: return key[0] == 's' ? if_same(key, "seq", kFieldSeq) : if_same(key, "cpu", kCpu);
    case 5: return if_same(key, "state", kState);
    case 6:
      if (key[0] == 'm') return if_same(key, "memory", kMemory);
      return key[0] == 'l' ? if_same(key, "labels", kLabels) : if_same(key, "uptime", kUptime);
    case 7:
      switch (key[2]) {
        case 's': return if_same(key, "session", kFieldSession);
        case 'o': return if_same(key, "storage", kStorage);
        case 't': return if_same(key, "network", kNetwork);
        case 'a': return if_same(key, "reasons", kReasons);
        default: return if_same(key, "address", kAddress);
      }
    case 8:
      return key[0] == 'i' ? if_same(key, "interval", kInterval)
                           : if_same(key, "software", kSoftware);
    case 9: return key == "inventory" ? kInventory : -1;
    default: return -1;
  }
}

int status_field_of(std::string_view key) {
  const int field = known_field_of(key);
  return field >= 0 ? field : record_field_of(key);
}

// Reads a map of unsigned integers whose first `required` names must be there.
template <std::size_t N>
bool read_numbers(Reader& reader, const std::array<std::string_view, N>& names,
                  std::size_t required, const std::array<std::uint64_t*, N>& values) {
  std::uint32_t pairs = 0;
  const auto field_of = [&](std::string_view key) {
    for (std::size_t i = 0; i < N; ++i) {
      if (is_word(key, names[i])) return static_cast<int>(i);
    }
    return -1;
  };
  const auto read = [&](int field) {
    return reader.read_uint(*values[static_cast<std::size_t>(field)]);
  };
  const std::uint32_t seen = read_fields(reader, kBelowBody - 1, pairs, field_of, read);
  if (!reader.ok()) return false;
  const std::uint32_t needed = (1u << required) - 1;
  return (seen & needed) == needed || reader.fail(Refusal::kMissingKey);
}

constexpr std::array<std::string_view, 2> kUsedTotalNames{"used", "total"};
constexpr std::array<std::string_view, 3> kNetworkNames{"rx", "tx", "capacity"};
constexpr std::array<std::string_view, 4> kInventoryNames{"version", "count", "bytes", "digest"};

bool read_used_total(Reader& reader, UsedTotal& value) {
  return read_numbers(reader, kUsedTotalNames, 2, {&value.used, &value.total});
}

bool read_state(Reader& reader, State& state) {
  std::string_view word;
  if (!reader.read_string(word)) return false;
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    if (!is_word(word, kStateNames[i])) continue;
    state = static_cast<State>(i);
    return true;
  }
  return reader.fail(Refusal::kOutOfRange);
}

bool read_short_text(Reader& reader, std::string_view& text, std::size_t most_bytes) {
  if (!reader.read_string(text)) return false;
  return text.size() <= most_bytes || reader.fail(Refusal::kOutOfRange);
}

bool read_reasons(Reader& reader, Bytes& raw) {
  const char* const begin = reader.position();
  std::uint32_t items = 0;
  if (!reader.read_array(items)) return false;
  if (items > limits::kReasons) return reader.fail(Refusal::kOutOfRange);
  std::string_view reason;
  for (std::uint32_t i = 0; i < items; ++i) {
    if (!read_short_text(reader, reason, limits::kReasonBytes)) return false;
  }
  raw = Bytes(begin, static_cast<std::size_t>(reader.position() - begin));
  return true;
}

bool read_labels(Reader& reader, Bytes& raw) {
  const char* const begin = reader.position();
  std::uint32_t pairs = 0;
  if (!reader.read_map(pairs)) return false;
  if (pairs > limits::kLabels) return reader.fail(Refusal::kOutOfRange);
  std::array<std::string_view, limits::kLabels> keys;
  std::string_view value;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    if (!read_short_text(reader, keys[i], limits::kLabelKeyBytes)) return false;
    if (!read_short_text(reader, value, limits::kLabelValueBytes)) return false;
    for (std::uint32_t j = 0; j < i; ++j) {
      if (keys[j] == keys[i]) return reader.fail(Refusal::kDuplicateKey);
    }
  }
  raw = Bytes(begin, static_cast<std::size_t>(reader.position() - begin));
  return true;
}

bool read_status_field(Reader& reader, int field, StatusView& status) {
  switch (field) {
    case kInterval: return reader.read_uint(status.interval_ms);
    case kState: return read_state(reader, status.state);
    case kReasons: return reader.aside_by(read_reasons, status.reasons);
    case kStorage: return read_used_total(reader, status.storage);
    case kCpu: return reader.read_number(status.cpu_percent);
    case kMemory: return read_used_total(reader, status.memory);
    case kNetwork:
      status.has_network = true;
      return read_numbers(reader, kNetworkNames, 2,
                          {&status.network.rx, &status.network.tx, &status.network.capacity});
    case kInventory:
      status.has_inventory = true;
      return read_numbers(reader, kInventoryNames, 4,
                          {&status.inventory.version, &status.inventory.count,
                           &status.inventory.bytes, &status.inventory.digest});
    case kLabels: return reader.aside_by(read_labels, status.labels);
    case kAddress: return read_short_text(reader, status.address, limits::kAddressBytes);
    case kUptime: status.has_uptime = true; return reader.read_uint(status.uptime_s);
    case kSoftware: return read_short_text(reader, status.software, limits::kSoftwareBytes);
    default: return read_header_field(reader, field, status.header);
  }
}

// What a status may lack. The rest is overwritten, or the status refused.
void forget_optional(StatusView& status) {
  status.network = {};
  status.inventory = {};
  status.uptime_s = 0;
  status.address = {};
  status.software = {};
  status.reasons = {};
  status.labels = {};
  status.has_network = false;
  status.has_inventory = false;
  status.has_uptime = false;
  status.shadows_record = false;
}

bool is_within(const UsedTotal& value) { return value.used <= value.total; }

}  // namespace

// Flat, so that the reader is in registers all the way; the rare reads are done aside.
[[gnu::flatten]] Refusal decode_status(Bytes body, StatusView& status) {
  forget_optional(status);
  Reader reader(body);
  const auto field_of = [&](std::string_view key) {
    const int field = status_field_of(key);
    if (field != kShadowsRecord) return field;
    status.shadows_record = true;
    return -1;
  };
  const auto read = [&](int field) { return read_status_field(reader, field, status); };
  const std::uint32_t seen = read_fields(reader, kBelowBody, status.pairs, field_of, read);
  const Refusal refusal = finish(reader, seen, kRequired);
  if (refusal != Refusal::kNone) return refusal;
  Reader header(body);
  std::uint32_t pairs = 0;
  header.read_map(pairs);
  status.body_pairs = body.substr(static_cast<std::size_t>(header.position() - body.data()));
  return Refusal::kNone;
}

Refusal why_invalid(const StatusView& status) {
  const Refusal header = why_invalid(status.header);
  if (header != Refusal::kNone) return header;
  const auto interval_ms = status.interval_ms;
  const bool fits = interval_ms >= static_cast<std::uint64_t>(limits::kIntervalMinMs) &&
                    interval_ms <= static_cast<std::uint64_t>(limits::kIntervalMaxMs) &&
                    is_within(status.storage) && is_within(status.memory) &&
                    status.cpu_percent >= 0 && status.cpu_percent <= 100;
  return fits ? Refusal::kNone : Refusal::kOutOfRange;
}

void encode(const Status& status, Buffer& out) {
  const bool has_reasons = !status.reasons.empty();
  const bool has_labels = !status.labels.empty();
  const bool has_address = !status.address.empty();
  const std::size_t pairs = 12u + (has_reasons ? 1u : 0u) + (has_labels ? 1u : 0u) +
                            (has_address ? 1u : 0u) + (status.inventory ? 1u : 0u);
  Writer writer(out);
  writer.map(pairs)
      .pair("v", status.header.version)
      .pair("session", status.header.session)
      .pair("seq", status.header.seq)
      .pair("at", status.header.at_ms)
      .pair("interval", status.interval_ms)
      .pair("state", name_of(status.state));
  if (has_reasons) {
    writer.text("reasons").array(status.reasons.size());
    for (const std::string& reason : status.reasons) writer.text(reason);
  }
  writer.text("storage").map(2);
  writer.pair("used", status.storage.used).pair("total", status.storage.total);
  writer.pair_number("cpu", status.cpu_percent);
  writer.text("memory").map(2);
  writer.pair("used", status.memory.used).pair("total", status.memory.total);
  writer.text("network").map(status.network.capacity != 0 ? 3 : 2);
  writer.pair("rx", status.network.rx).pair("tx", status.network.tx);
  if (status.network.capacity != 0) writer.pair("capacity", status.network.capacity);
  if (status.inventory) {
    writer.text("inventory").map(4);
    writer.pair("version", status.inventory->version).pair("count", status.inventory->count);
    writer.pair("bytes", status.inventory->bytes).pair("digest", status.inventory->digest);
  }
  if (has_labels) {
    writer.text("labels").map(status.labels.size());
    for (const auto& [key, value] : status.labels) writer.pair(key, std::string_view(value));
  }
  if (has_address) writer.pair("address", std::string_view(status.address));
  writer.pair("uptime", status.uptime_s).pair("software", std::string_view(status.software));
}

}  // namespace rollcall
