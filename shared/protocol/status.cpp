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

int record_field_of(std::string_view key) {
  for (const std::string_view own : {"node", "presence", "duty", "silent_for", "joined_at", "peer",
                                     "missed", "silence", "heard", "order", "back_by"}) {
    if (key == own) return kShadowsRecord;
  }
  return -1;
}

struct Name {
  consteval Name(const char* name) : text(name), token(text) {}
  std::string_view text;
  KeyToken token;
};

// Reads a map of unsigned integers whose first `required` names must be there.
template <std::size_t N>
bool read_numbers(Reader& reader, const std::array<Name, N>& names, std::size_t required,
                  const std::array<std::uint64_t*, N>& values) {
  std::uint32_t left = 0;
  if (!reader.read_map(left)) return false;
  std::uint32_t seen = 0;
#pragma GCC unroll 4
  for (std::size_t i = 0; i < N; ++i) {
    if (left == 0 || !reader.take_key(names[i].token)) continue;
    if (!reader.read_uint(*values[i])) return false;
    seen |= 1u << i;
    --left;
  }
  if (left != 0) {
    const auto field_of = [&](std::string_view key) {
      for (std::size_t i = 0; i < N; ++i) {
        if (key == names[i].text) return static_cast<int>(i);
      }
      return -1;
    };
    const auto read = [&](int field) {
      return reader.read_uint(*values[static_cast<std::size_t>(field)]);
    };
    seen = read_rest(reader, kBelowBody - 1, left, seen, field_of, read);
    if (!reader.ok()) return false;
  }
  const std::uint32_t needed = (1u << required) - 1;
  return (seen & needed) == needed || reader.fail(Refusal::kMissingKey);
}

constexpr std::array<Name, 2> kUsedTotalNames{"used", "total"};
constexpr std::array<Name, 3> kNetworkNames{"rx", "tx", "capacity"};
constexpr std::array<Name, 4> kInventoryNames{"version", "count", "bytes", "digest"};

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
  // Pointers, which need no initial value: most of the places stay empty.
  std::array<const char*, limits::kLabels> keys;
  std::array<std::size_t, limits::kLabels> sizes;
  std::string_view key;
  std::string_view value;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    if (!read_short_text(reader, key, limits::kLabelKeyBytes)) return false;
    if (!read_short_text(reader, value, limits::kLabelValueBytes)) return false;
    for (std::uint32_t j = 0; j < i; ++j) {
      if (std::string_view(keys[j], sizes[j]) == key) return reader.fail(Refusal::kDuplicateKey);
    }
    keys[i] = key.data();
    sizes[i] = key.size();
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

// The order in which encode() writes, which is what nearly all statuses have. Then each key is one
// comparison away from the code that reads its value; whatever is in another order, or unknown, is
// left for the loop over the rest.
struct Usual {
  int field;
  Name name;
};
constexpr std::array<Usual, 16> kUsualOrder{{{kFieldVersion, "v"},
                                             {kFieldSession, "session"},
                                             {kFieldSeq, "seq"},
                                             {kFieldAt, "at"},
                                             {kInterval, "interval"},
                                             {kState, "state"},
                                             {kReasons, "reasons"},
                                             {kStorage, "storage"},
                                             {kCpu, "cpu"},
                                             {kMemory, "memory"},
                                             {kNetwork, "network"},
                                             {kInventory, "inventory"},
                                             {kLabels, "labels"},
                                             {kAddress, "address"},
                                             {kUptime, "uptime"},
                                             {kSoftware, "software"}}};

int status_field_of(std::string_view key) {
  for (const Usual& known : kUsualOrder) {
    if (key == known.name.text) return known.field;
  }
  return record_field_of(key);
}

// Where the values of the usual order begin and end; those that are absent end where they begin.
struct Marks {
  std::array<const char*, kUsualOrder.size()> value;
  std::array<const char*, kUsualOrder.size()> end;

  static constexpr std::size_t of(int field) {
    std::size_t i = 0;
    while (kUsualOrder[i].field != field) ++i;
    return i;
  }
  const char* end_of(int field) const { return end[of(field)]; }
  unsigned char tag_of(int field) const { return static_cast<unsigned char>(*value[of(field)]); }
};

template <std::size_t I>
void read_usual(Reader& reader, StatusView& status, std::uint32_t& left, std::uint32_t& seen,
                Marks& marks) {
  if (left != 0 && reader.take_key(kUsualOrder[I].name.token)) {
    --left;
    seen |= bit(kUsualOrder[I].field);
    marks.value[I] = reader.position();
    read_status_field(reader, kUsualOrder[I].field, status);
  }
  marks.end[I] = reader.position();
}

template <std::size_t... I>
void read_usual_order(Reader& reader, StatusView& status, std::uint32_t& left, std::uint32_t& seen,
                      Marks& marks, std::index_sequence<I...>) {
  (read_usual<I>(reader, status, left, seen, marks), ...);
}

constexpr std::uint32_t kPlain = bit(kFieldVersion) | bit(kFieldSession) | bit(kInterval) |
                                 bit(kState) | bit(kStorage) | bit(kMemory);
constexpr unsigned char kMapOfTwo = 0x82;
constexpr unsigned char kMapOfThree = 0x83;

// Which parts of a status say more than its members do. `usual` are the fields that came in the
// usual order: between those nothing else stands. A map of two or three keys, all of them read, has
// no others.
void divide(StatusView& status, std::uint32_t usual, const Marks& marks, const char* end) {
  const bool usual_network = (usual & bit(kNetwork)) != 0;
  if ((usual & kPlain) != kPlain || status.shadows_record || usual_network != status.has_network ||
      marks.tag_of(kStorage) != kMapOfTwo || marks.tag_of(kMemory) != kMapOfTwo) {
    return;
  }
  if (usual_network) {
    const bool has_capacity = marks.tag_of(kNetwork) == kMapOfThree;
    if (has_capacity != (status.network.capacity != 0)) return;
    if (!has_capacity && marks.tag_of(kNetwork) != kMapOfTwo) return;
  }
  const auto between = [](const char* from, const char* to) {
    return Bytes(from, static_cast<std::size_t>(to - from));
  };
  status.is_plain = true;
  status.rest = {between(marks.end_of(kFieldSession), marks.end_of(kFieldAt)),
                 between(marks.end_of(kState), marks.end_of(kReasons)),
                 between(marks.end_of(kStorage), marks.end_of(kCpu)),
                 between(marks.end_of(kNetwork), end)};
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
  status.is_plain = false;
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
  std::uint32_t left = 0;
  std::uint32_t seen = 0;
  if (!reader.read_map(left)) return reader.failure();
  status.pairs = left;
  status.body_pairs = body.substr(static_cast<std::size_t>(reader.position() - body.data()));
  Marks marks;
  read_usual_order(reader, status, left, seen, marks,
                   std::make_index_sequence<kUsualOrder.size()>());
  const std::uint32_t usual = seen;
  if (left != 0) seen = read_rest(reader, kBelowBody, left, seen, field_of, read);
  const Refusal refusal = finish(reader, seen, kRequired);
  if (refusal == Refusal::kNone) divide(status, usual, marks, body.data() + body.size());
  return refusal;
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
  const bool has_software = !status.software.empty();
  const std::size_t pairs = 11u + (has_reasons ? 1u : 0u) + (has_labels ? 1u : 0u) +
                            (has_address ? 1u : 0u) + (has_software ? 1u : 0u) +
                            (status.inventory ? 1u : 0u);
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
  writer.pair("uptime", status.uptime_s);
  if (has_software) writer.pair("software", std::string_view(status.software));
}

}  // namespace rollcall
