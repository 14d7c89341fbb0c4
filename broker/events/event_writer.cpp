#include "broker/events/event_writer.hpp"

#include "shared/protocol/topics.hpp"

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
  const bool has_duty = node.duty != Duty::kActive;
  begin(writer, EventKind::kJoined, node.id(), stamp, 3u + has_labels + has_duty)
      .pair("session", node.session)
      .pair("state", name_of(node.state))
      .pair("peer", node.peer());
  if (has_labels) writer.pair_raw("labels", node.labels_raw());
  if (has_duty) writer.pair("duty", name_of(node.duty));
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
  const bool has_duty = node.duty != Duty::kActive;
  begin(writer, change.kind, node.id(), stamp, 1u + change.back_in_ms.has_value() + has_duty)
      .pair("reason", change.reason);
  if (change.back_in_ms) writer.pair("back_in", *change.back_in_ms);
  if (has_duty) writer.pair("duty", name_of(node.duty));
}

void write_conflict(const NodeChange& change, const Node& node, EventStamp stamp, Writer& writer) {
  begin(writer, change.kind, node.id(), stamp, 1).text("addresses").array(2);
  writer.text(node.peer()).text(change.other_peer);
}

// late, recovered, evicted: how long it was silent, and why.
void write_silence(const NodeChange& change, const Node& node, EventStamp stamp, Writer& writer) {
  const bool is_judged = change.kind != EventKind::kRecovered;
  const bool has_incident = !change.incident.empty();
  const bool has_duty = is_judged && node.duty != Duty::kActive;
  const std::size_t own = 1u + is_judged + has_incident + (change.returns != 0) + has_duty;
  begin(writer, change.kind, node.id(), stamp, own).pair_ms("silent_for", change.silent_for_ms);
  if (is_judged) writer.pair("verdict", name_of(change.verdict));
  if (has_incident) writer.pair("incident", change.incident);
  if (change.returns != 0) writer.pair("returns", std::uint64_t{change.returns});
  if (has_duty) writer.pair("duty", name_of(node.duty));
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
    default: return write_silence(change, node, stamp, writer);
  }
}

void write_refused_event(std::string_view node, Refusal why, EventStamp stamp, Buffer& out) {
  Writer writer(out);
  begin(writer, EventKind::kRefused, node, stamp, 1).pair("reason", name_of(why));
}

void write_duty_event(std::string_view node, Duty from, const StandingOrder& to, EventStamp stamp,
                      Buffer& out) {
  Writer writer(out);
  begin(writer, EventKind::kDuty, node, stamp, to.until_ms != 0 ? 5 : 4)
      .pair("from", name_of(from))
      .pair("to", name_of(to.duty))
      .pair("by", std::string_view(to.by))
      .pair("reason", std::string_view(to.reason));
  if (to.until_ms != 0) writer.pair_ms("until", to.until_ms);
}

void write_overdue_event(std::string_view node, std::int64_t late_by_ms, std::string_view reason,
                         EventStamp stamp, Buffer& out) {
  Writer writer(out);
  begin(writer, EventKind::kOverdue, node, stamp, 2)
      .pair_ms("late_by", late_by_ms)
      .pair("reason", reason);
}

void write_forgotten_event(std::string_view node, std::string_view by, EventStamp stamp,
                           Buffer& out) {
  Writer writer(out);
  begin(writer, EventKind::kForgotten, node, stamp, 1).pair("by", by);
}

void write_note_event(std::string_view node, std::string_view by, std::string_view text,
                      EventStamp stamp, Buffer& out) {
  Writer writer(out);
  begin(writer, EventKind::kNote, node, stamp, 2).pair("by", by).pair("text", text);
}

void write_store_event(std::string_view phase, std::string_view why, std::string_view file,
                       EventStamp stamp, Buffer& out) {
  Writer writer(out);
  begin(writer, EventKind::kStore, kNoNode, stamp, file.empty() ? 2 : 3)
      .pair("phase", phase)
      .pair("why", why);
  if (!file.empty()) writer.pair("file", file);
}

std::string_view node_of(const Guard& guard) {
  const bool is_of_a_node = guard.kind == GuardKind::kFlapping || guard.kind == GuardKind::kFlood;
  return is_of_a_node ? std::string_view(guard.subject) : kNoNode;
}

std::size_t guard_pairs(const Guard& guard) {
  switch (guard.kind) {
    case GuardKind::kMassLoss: return 3;
    case GuardKind::kNotPersisting:
    case GuardKind::kDescriptors: return 2;
    case GuardKind::kFlapping:
    case GuardKind::kFlood:
    case GuardKind::kOwnPause: return 1;
    default: return 0;
  }
}

void write_guard_pairs(const Guard& guard, Writer& writer) {
  switch (guard.kind) {
    case GuardKind::kMassLoss:
      writer.pair("domain", std::string_view(guard.subject));
      writer.pair("lost", guard.count).pair("of", guard.of);
      return;
    case GuardKind::kDescriptors: writer.pair("used", guard.count).pair("limit", guard.of); return;
    case GuardKind::kNotPersisting:
      writer.pair("why", std::string_view(guard.why)).pair("lost", guard.count);
      return;
    case GuardKind::kFlapping: writer.pair("returns", guard.count); return;
    case GuardKind::kFlood: writer.pair("rate", guard.count); return;
    case GuardKind::kOwnPause: writer.pair("pause", guard.count); return;
    default: return;
  }
}

void write_guard_event(const GuardChange& change, std::int64_t attended_ms, EventStamp stamp,
                       Buffer& out) {
  Writer writer(out);
  const Guard& guard = change.guard;
  const bool has_limit = change.is_raised && guard.until_ms != kNever;
  const std::size_t own = change.is_raised ? 2u + has_limit : 4u + !change.by.empty();
  begin(writer, EventKind::kGuard, node_of(guard), stamp, own + guard_pairs(guard))
      .pair("guard", name_of(guard.kind))
      .pair("phase", std::string_view(change.is_raised ? "raised" : "ended"));
  if (has_limit) writer.pair_ms("for", guard.until_ms - attended_ms);
  if (!change.is_raised) {
    writer.pair("ended_by", name_of(change.end));
    writer.pair_ms("lasted", attended_ms - guard.since_ms);
    if (!change.by.empty()) writer.pair("by", std::string_view(change.by));
  }
  write_guard_pairs(guard, writer);
}

}  // namespace rollcall
