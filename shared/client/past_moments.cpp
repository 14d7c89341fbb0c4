// Decoders of `timeline` and `at`.
#include "shared/client/past_fields.hpp"

namespace rollcall {
namespace {

bool read_span(Reader& reader, PastSpan& span) {
  constexpr std::array<std::string_view, 8> kNames{"from", "to",      "word", "session",
                                                   "peer", "verdict", "by",   "reason"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_ms(reader, span.from_ms);
      case 1: return read_ms(reader, span.to_ms);
      case 2: return read_optional_text(reader, span.word);
      case 3: return reader.take_nil() || reader.read_uint(span.session);
      case 4: return read_optional_text(reader, span.peer);
      case 5: return read_optional_text(reader, span.verdict);
      case 6: return read_optional_text(reader, span.by);
      default: return read_optional_text(reader, span.reason);
    }
  });
  if (!reader.ok() || (seen & 0b11u) != 0b11u) return false;
  return span.from_ms <= span.to_ms || reader.fail(Refusal::kOutOfRange);
}

bool read_tracks(Reader& reader, PastTimeline& timeline) {
  constexpr std::array<std::string_view, 4> kNames{"presence", "state", "duty", "session"};
  const std::array<std::vector<PastSpan>*, 4> tracks{&timeline.presence, &timeline.state,
                                                     &timeline.duty, &timeline.session};
  read_named(reader, kNames, [&](int i) {
    return read_items(reader, *tracks[static_cast<std::size_t>(i)], limits::kPastSpans, read_span);
  });
  return reader.ok();
}

bool read_network(Reader& reader, NetworkRates& rates) {
  constexpr std::array<std::string_view, 3> kNames{"rx", "tx", "capacity"};
  const std::array<std::uint64_t*, 3> values{&rates.rx, &rates.tx, &rates.capacity};
  read_named(reader, kNames,
             [&](int i) { return reader.read_uint(*values[static_cast<std::size_t>(i)]); });
  return reader.ok();
}

bool read_sample(Reader& reader, int field, PastRecord& record) {
  if (reader.take_nil()) return true;
  switch (field) {
    case 5: return read_optional_ms(reader, record.sampled_at_ms);
    case 6: return read_used_total(reader, record.storage.emplace());
    case 7: return read_used_total(reader, record.memory.emplace());
    case 8: return reader.read_number(record.cpu_percent.emplace());
    default: return read_network(reader, record.network.emplace());
  }
}

bool read_record(Reader& reader, PastRecord& record) {
  constexpr std::array<std::string_view, 10> kNames{"node",   "presence",   "duty",    "state",
                                                    "labels", "sampled_at", "storage", "memory",
                                                    "cpu",    "network"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, record.node);
      case 1: return read_optional_text(reader, record.presence);
      case 2: return read_optional_text(reader, record.duty);
      case 3: return read_optional_text(reader, record.state);
      case 4: return reader.take_nil() || read_labels(reader, record.labels);
      default: return read_sample(reader, i, record);
    }
  });
  return reader.ok() && (seen & 1u) != 0;
}

}  // namespace

bool decode_timeline(Bytes result, PastTimeline& timeline) {
  timeline = PastTimeline{};
  Reader reader(result);
  constexpr std::array<std::string_view, 6> kNames{"node",  "first_seen",  "since",
                                                   "until", "known_since", "tracks"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, timeline.node);
      case 1: return reader.take_nil() || read_ms(reader, timeline.first_seen_ms);
      case 2: return read_ms(reader, timeline.since_ms);
      case 3: return read_ms(reader, timeline.until_ms);
      case 4: return reader.take_nil() || read_ms(reader, timeline.known_since_ms);
      default: return read_tracks(reader, timeline);
    }
  });
  return is_whole(reader, seen, 0b101101u) && timeline.since_ms <= timeline.until_ms;
}

bool decode_at(Bytes result, PastMomentAnswer& answer) {
  answer = PastMomentAnswer{};
  Reader reader(result);
  Bytes summary;
  constexpr std::array<std::string_view, 6> kNames{"time",  "known", "summary",
                                                   "nodes", "next",  "node"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_ms(reader, answer.time_ms);
      case 1: return reader.read_bool(answer.known);
      case 2: return reader.take_nil() || reader.skip(limits::kNestingDepth, &summary);
      case 3: return read_items(reader, answer.nodes, limits::kPageMax, read_record);
      case 4: return read_optional_text(reader, answer.next);
      default: return reader.take_nil() || read_record(reader, answer.node.emplace());
    }
  });
  if (!is_whole(reader, seen, 0b11u)) return false;
  return summary.empty() || decode_summary(summary, answer.summary.emplace());
}

}  // namespace rollcall
