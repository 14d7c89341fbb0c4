// Decoders of `known` and `store`.
#include "shared/client/past_fields.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kNotes = 1000;

bool read_order(Reader& reader, PastOrder& order) {
  constexpr std::array<std::string_view, 4> kNames{"by", "reason", "since", "until"};
  read_named(reader, kNames, [&](int i) {
    if (i < 2) return read_optional_text(reader, i == 0 ? order.by : order.reason);
    return read_optional_ms(reader, i == 2 ? order.since_ms : order.until_ms);
  });
  return reader.ok();
}

bool read_note(Reader& reader, PastNote& note) {
  constexpr std::array<std::string_view, 3> kNames{"at", "by", "text"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    return i == 0 ? read_ms(reader, note.at_ms)
                  : read_optional_text(reader, i == 1 ? note.by : note.text);
  });
  return reader.ok() && (seen & 0b101u) == 0b101u;
}

bool read_known(Reader& reader, PastKnown& known) {
  constexpr std::array<std::string_view, 10> kNames{
      "node",   "presence", "first_seen", "heard_at", "sessions",
      "labels", "duty",     "order",      "back_by",  "notes"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, known.node);
      case 1: return read_optional_text(reader, known.presence);
      case 2: return reader.take_nil() || read_ms(reader, known.first_seen_ms);
      case 3: return reader.take_nil() || read_ms(reader, known.heard_at_ms);
      case 4: return reader.take_nil() || reader.read_uint(known.sessions);
      case 5: return reader.take_nil() || read_labels(reader, known.labels);
      case 6: return read_optional_text(reader, known.duty);
      case 7: return reader.take_nil() || read_order(reader, known.order.emplace());
      case 8: return read_optional_ms(reader, known.back_by_ms);
      default: return reader.take_nil() || read_items(reader, known.notes, kNotes, read_note);
    }
  });
  return reader.ok() && (seen & 1u) != 0;
}

bool read_events(Reader& reader, PastStore& store) {
  constexpr std::array<std::string_view, 3> kNames{"oldest", "newest", "since"};
  read_named(reader, kNames, [&](int i) {
    if (i == 2) return read_optional_ms(reader, store.events.since_ms);
    return reader.take_nil() ||
           reader.read_uint(i == 0 ? store.events.oldest : store.events.newest);
  });
  return reader.ok();
}

bool read_history(Reader& reader, PastStore& store) {
  constexpr std::array<std::string_view, 5> kNames{"full_since", "minute_since", "hour_since",
                                                   "samples", "bytes"};
  read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_optional_ms(reader, store.history.full_since_ms);
      case 1: return read_optional_ms(reader, store.history.minute_since_ms);
      case 2: return read_optional_ms(reader, store.history.hour_since_ms);
      case 3: return reader.read_uint(store.history.samples);
      default: return reader.read_uint(store.history.bytes);
    }
  });
  return reader.ok();
}

bool read_retention(Reader& reader, PastStore& store) {
  constexpr std::array<std::string_view, 5> kNames{"events", "full", "minute", "hour", "bytes"};
  read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return reader.take_nil() || read_ms(reader, store.retention.events_ms);
      case 1: return reader.take_nil() || read_ms(reader, store.retention.full_ms);
      case 2: return reader.take_nil() || read_ms(reader, store.retention.minute_ms);
      case 3: return reader.take_nil() || read_ms(reader, store.retention.hour_ms);
      default: return reader.take_nil() || reader.read_uint(store.retention.bytes);
    }
  });
  return reader.ok();
}

bool read_commit_ms(Reader& reader, PastStore& store) {
  constexpr std::array<std::string_view, 3> kNames{"p50", "p99", "max"};
  const std::array<double*, 3> values{&store.commit_ms.p50, &store.commit_ms.p99,
                                      &store.commit_ms.max};
  read_named(reader, kNames, [&](int i) {
    return reader.take_nil() || reader.read_number(*values[static_cast<std::size_t>(i)]);
  });
  return reader.ok();
}

bool read_lost(Reader& reader, PastStore& store) {
  constexpr std::array<std::string_view, 2> kNames{"events", "samples"};
  read_named(reader, kNames, [&](int i) {
    return reader.read_uint(i == 0 ? store.lost_events : store.lost_samples);
  });
  return reader.ok();
}

bool read_store_field(Reader& reader, int field, PastStore& store) {
  if (reader.take_nil()) return field > 1;
  switch (field) {
    case 0: return reader.read_bool(store.persisting);
    case 1: return read_text(reader, store.kind);
    case 2: return read_text(reader, store.why);
    case 3: return reader.read_uint(store.schema);
    case 4: return reader.read_uint(store.bytes);
    case 5: return reader.read_uint(store.wal_bytes);
    case 6: return reader.read_uint(store.free_bytes.emplace());
    case 7: return read_events(reader, store);
    case 8: return reader.read_uint(store.nodes);
    case 9: return read_history(reader, store);
    case 10: return read_retention(reader, store);
    case 11: return reader.read_uint(store.commits);
    case 12: return read_commit_ms(reader, store);
    case 13: return reader.read_uint(store.waiting);
    case 14: return read_lost(reader, store);
    default: return read_optional_ms(reader, store.backup_at_ms);
  }
}

}  // namespace

bool decode_known(Bytes result, PastKnownPage& page) {
  page = PastKnownPage{};
  Reader reader(result);
  PastKnown one;
  std::vector<PastNote> notes;
  // Of one node the notes may stand in its record or beside it, as the protocol lets both.
  constexpr std::array<std::string_view, 4> kNames{"nodes", "next", "node", "notes"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_items(reader, page.nodes, limits::kPageMax, read_known);
      case 1: return read_optional_text(reader, page.next);
      case 2: return read_known(reader, one);
      default: return reader.take_nil() || read_items(reader, notes, kNotes, read_note);
    }
  });
  if (!reader.ok() || !reader.at_end() || (seen & 0b101u) == 0) return false;
  if ((seen & 0b100u) != 0) page.nodes.assign(1, std::move(one));
  if (page.nodes.size() == 1 && !notes.empty()) page.nodes[0].notes = std::move(notes);
  return true;
}

bool decode_store(Bytes result, PastStore& store) {
  store = PastStore{};
  Reader reader(result);
  constexpr std::array<std::string_view, 16> kNames{
      "persisting", "kind",    "why",   "schema",   "bytes",     "wal_bytes",
      "free_bytes", "events",  "nodes", "history",  "retention", "commits",
      "commit_ms",  "waiting", "lost",  "backup_at"};
  const std::uint32_t seen =
      read_named(reader, kNames, [&](int field) { return read_store_field(reader, field, store); });
  return is_whole(reader, seen, 0b11u);
}

}  // namespace rollcall
