#include "broker/events/event_writer.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kCommonPairs = 5;

// Begins a body with `own` pairs of its own to come.
Writer& begin(Writer& writer, EventKind kind, std::string_view node, EventStamp stamp,
              std::size_t own) {
  return writer.map(kCommonPairs + own)
      .pair("v", kProtocolVersion)
      .pair("seq", stamp.seq)
      .pair_ms("at", stamp.wall_ms)
      .pair("kind", name_of(kind))
      .pair("node", node);
}

void write_joined(const Node& node, EventStamp stamp, Writer& writer) {
  const bool has_labels = node.labels.size != 0;
  begin(writer, EventKind::kJoined, node.id(), stamp, has_labels ? 4 : 3)
      .pair("session", node.session)
      .pair("state", name_of(node.state))
      .pair("peer", node.peer());
  if (has_labels) writer.pair_raw("labels", node.labels_raw());
}

void write_state(const NodeChange& change, const Node& node, EventStamp stamp, Writer& writer) {
  begin(writer, change.kind, node.id(), stamp, 3)
      .pair("from", name_of(change.from))
      .pair("to", name_of(change.to))
      .text("reasons");
  if (const Bytes reasons = node.value_of("reasons"); !reasons.empty()) {
    writer.raw(reasons);
  } else {
    writer.array(0);
  }
}

void write_left(const NodeChange& change, const Node& node, EventStamp stamp, Writer& writer) {
  begin(writer, change.kind, node.id(), stamp, change.back_in_ms ? 2 : 1)
      .pair("reason", change.reason);
  if (change.back_in_ms) writer.pair("back_in", *change.back_in_ms);
}

void write_conflict(const NodeChange& change, const Node& node, EventStamp stamp, Writer& writer) {
  begin(writer, change.kind, node.id(), stamp, 1).text("addresses").array(2);
  writer.text(node.peer()).text(change.other_peer);
}

}  // namespace

void write_event(const NodeChange& change, const Node& node, EventStamp stamp, Buffer& out) {
  Writer writer(out);
  switch (change.kind) {
    case EventKind::kJoined: return write_joined(node, stamp, writer);
    case EventKind::kState: return write_state(change, node, stamp, writer);
    case EventKind::kLeft: return write_left(change, node, stamp, writer);
    case EventKind::kConflict: return write_conflict(change, node, stamp, writer);
    case EventKind::kRestarted:
      begin(writer, change.kind, node.id(), stamp, 3)
          .pair("session", node.session)
          .pair("previous", change.previous_session)
          .pair("peer", node.peer());
      return;
    default:
      begin(writer, change.kind, node.id(), stamp, 1).pair_ms("silent_for", change.silent_for_ms);
      return;
  }
}

void write_refused_event(std::string_view node, Refusal why, EventStamp stamp, Buffer& out) {
  Writer writer(out);
  begin(writer, EventKind::kRefused, node, stamp, 1).pair("reason", name_of(why));
}

}  // namespace rollcall
