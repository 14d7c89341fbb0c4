#include "shared/client/store_health.hpp"

#include "shared/client/named.hpp"

namespace rollcall {
namespace {

bool read_retention(Reader& reader, StoreHealth& store) {
  constexpr std::array<std::string_view, 1> kNames{"bytes"};
  read_named(reader, kNames,
             [&](int) { return reader.take_nil() || reader.read_uint(store.retention_bytes); });
  return reader.ok();
}

bool read_commit_ms(Reader& reader, StoreHealth& store) {
  constexpr std::array<std::string_view, 2> kNames{"p99", "max"};
  read_named(reader, kNames, [&](int i) {
    return reader.take_nil() ||
           reader.read_number(i == 0 ? store.commit_p99_ms : store.commit_max_ms);
  });
  return reader.ok();
}

bool read_lost(Reader& reader, StoreHealth& store) {
  constexpr std::array<std::string_view, 2> kNames{"events", "samples"};
  read_named(reader, kNames, [&](int i) {
    return reader.read_uint(i == 0 ? store.lost_events : store.lost_samples);
  });
  return reader.ok();
}

bool read_field(Reader& reader, int field, StoreHealth& store) {
  switch (field) {
    case 0: return reader.read_bool(store.persisting);
    case 1: return read_text(reader, store.why);
    case 2: return read_text(reader, store.kind);
    case 3: return reader.read_uint(store.schema);
    case 4: return reader.read_uint(store.bytes);
    case 5: return reader.read_uint(store.wal_bytes);
    case 6: return reader.read_uint(store.free_bytes);
    case 7: return read_retention(reader, store);
    case 8: return reader.read_uint(store.waiting);
    case 9: return read_lost(reader, store);
    case 10: return reader.read_uint(store.commits);
    case 11: return read_commit_ms(reader, store);
    default: return read_ms(reader, store.backup_at_ms);
  }
}

}  // namespace

bool decode_store_health(Bytes result, StoreHealth& store) {
  store = StoreHealth{};
  Reader reader(result);
  constexpr std::array<std::string_view, 13> kNames{
      "persisting", "why",     "kind", "schema",  "bytes",     "wal_bytes", "free_bytes",
      "retention",  "waiting", "lost", "commits", "commit_ms", "backup_at"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int field) {
    return reader.take_nil() || read_field(reader, field, store);
  });
  return reader.ok() && reader.at_end() && (seen & 1u) != 0;
}

}  // namespace rollcall
