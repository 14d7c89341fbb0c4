// What the feed brings into the picture.
#include "shared/client/picture.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {
namespace {

// Of two things that a node said of itself, is `a` the newer one? Sessions are random numbers: they
// say nothing of order, so the node's own clock decides between two of them.
bool is_newer(const Header& a, const Header& b) {
  return a.session == b.session ? a.seq > b.seq : a.at_ms > b.at_ms;
}

std::optional<Presence> presence_after(EventKind kind) {
  switch (kind) {
    case EventKind::kJoined:
    case EventKind::kRestarted:
    case EventKind::kRecovered: return Presence::kPresent;
    case EventKind::kLate: return Presence::kLate;
    case EventKind::kLeft: return Presence::kLeft;
    default: return std::nullopt;
  }
}

bool removes(EventKind kind) {
  return kind == EventKind::kEvicted || kind == EventKind::kForgotten;
}

// What the broker itself did (draining is done, maintenance is over) leaves the order as it was.
void apply_duty(const Event& event, Record& record) {
  if (const auto duty = from_name<Duty>(event.to)) record.duty = *duty;
  if (record.duty == Duty::kActive) {
    record.order.reset();
  } else if (!record.order || event.by != "-") {
    record.order = DutyOrder{event.by, event.reason, event.at_ms, event.until_ms};
  }
}

// It was known from the store alone until its status came: no event tells of that.
void hear(Record& record) {
  if (record.heard || record.held || record.presence != Presence::kLate) return;
  record.heard = true;
  record.presence = Presence::kPresent;
  record.verdict.clear();
  record.incident.clear();
}

// What an event says besides presence, duty and state.
void apply_words(const Event& event, Record& record) {
  if (*event.known == EventKind::kJoined) {
    if (const auto state = from_name<State>(event.state)) record.status.state = *state;
    record.joined_at_ms = event.at_ms;
  }
  if (!event.peer.empty()) record.peer = event.peer;
  record.verdict = event.verdict;  // of late; else there is none
  record.incident = event.incident;
  if (*event.known != EventKind::kLate) record.heard = true;
  record.back_by_ms.reset();
  if (*event.known == EventKind::kLeft && event.back_in_ms) {
    record.back_by_ms = event.at_ms + *event.back_in_ms;
  }
  const bool is_new_session = *event.known == EventKind::kRestarted && event.session != 0;
  if (is_new_session && event.session != record.status.header.session) {
    record.status.header = {.session = event.session};
  }
}

}  // namespace

void Picture::on_feed(Now now, const FeedMessage& message) {
  const auto topic = parse_feed_topic(message.topic);
  if (!topic || message.body.size() > limits::kBlocksBodyBytes) {
    ++unreadable_;
    return;
  }
  on_feed_again(now);
  switch (topic->kind) {
    case FeedKind::kStatus: on_status(now, topic->node, message.body); break;
    case FeedKind::kBlocks:
    case FeedKind::kLeave: {
      const auto known = nodes_.find(std::string(topic->node));
      if (known != nodes_.end()) known->second.heard_at_ms = now.steady_ms;
      if (topic->kind == FeedKind::kLeave) report(ChangeKind::kLeave, topic->node, message.body);
      break;
    }
    case FeedKind::kEvent: {
      Event event;
      if (decode_event(message.body, event) && event.node == topic->node) {
        on_event(now, std::move(event), message.body, Path::kFeed);
      } else {
        ++unreadable_;
      }
      break;
    }
    case FeedKind::kSummary: on_summary(now, message.body); break;
    case FeedKind::kCommand: break;
  }
}

void Picture::on_feed_again(Now now) {
  // After a long silence anything may have been lost, also what has no number.
  const bool was_silent = last_feed_ms_ != 0 && freshness_ == Freshness::kStale;
  if (was_silent && !syncing_) wants_sync_ = true;
  last_feed_ms_ = now.steady_ms;
}

KnownNode& Picture::node_at(Now now, const std::string& id) {
  KnownNode& known = nodes_[id];
  if (known.record.node.empty()) {
    known.record.node = id;
    known.record.joined_at_ms = now.wall_ms;
    known.heard_at_ms = now.steady_ms;
  }
  known.generation = generation_;
  outbox_.changed = true;
  return known;
}

void Picture::on_status(Now now, std::string_view node, Bytes body) {
  if (!options_.nodes) return;
  StatusView view;
  if (body.size() > limits::kBodyBytes || decode_status(body, view) != Refusal::kNone) {
    ++unreadable_;
    return;
  }
  const std::string id(node);
  if (nodes_.size() >= limits::kNodes && !nodes_.contains(id)) {
    ++unreadable_;
    return;
  }
  KnownNode& known = node_at(now, id);
  const bool is_first = known.record.status.interval_ms == 0;
  if (!is_first && !is_newer(view.header, known.record.status.header)) return;
  known.status_step = steps_;
  hear(known.record);
  apply_status(view, known.record);
  known.heard_at_ms = now.steady_ms;
  report(ChangeKind::kStatus, node, body);
}

void Picture::on_event(Now now, Event event, Bytes raw, Path path) {
  if (!trail_.started()) {
    heard_of_event_ = std::max(heard_of_event_, event.seq);
    return;  // asked for once it is known where the story begins
  }
  if (options_.keep_raw) event.raw = raw;
  const Event applied = event;
  std::vector<Event> released;
  if (trail_.add(std::move(event), released)) {
    apply(now, applied, path);
  } else if (ping_.id == 0) {
    // A repeat, or the numbers of another broker session: its answer will tell.
    ping_.due_ms = std::min(ping_.due_ms, std::max(now.steady_ms, last_reply_ms_ + 1000));
  }
  report(released);
}

// An event that fills a gap comes behind later ones, of which each may speak of something else: so
// presence and duty are ordered by themselves. A state is the node's own word, and what fills a gap
// is older than the status that came since.
void Picture::apply(Now now, const Event& event, Path path) {
  if (!options_.nodes || !event.known || event.seq <= base_event_) return;
  if (*event.known == EventKind::kStore) {
    wants_sync_ = true;  // its nodes may be others
    return;
  }
  const auto found = nodes_.find(event.node);
  const auto presence = presence_after(*event.known);
  const bool is_old = found != nodes_.end() && event.seq <= found->second.as_of_event;
  if (is_old && (presence || removes(*event.known))) return;
  if (removes(*event.known)) {
    if (found != nodes_.end()) nodes_.erase(found);
    if (syncing_) evicted_[event.node] = event.seq;
    outbox_.changed = true;
    return;
  }
  const bool is_known = found != nodes_.end();
  if (!is_known && *event.known != EventKind::kJoined) return;
  if (!is_known && nodes_.size() >= limits::kNodes) return;
  KnownNode& known = node_at(now, event.node);
  Record& record = known.record;
  if (presence) {
    record.presence = *presence;
    known.as_of_event = event.seq;
    apply_words(event, record);
  }
  if (*event.known == EventKind::kDuty && event.seq > known.duty_as_of) {
    apply_duty(event, record);
    known.duty_as_of = event.seq;
  }
  if (*event.known == EventKind::kJoined && event.seq > known.duty_as_of && !event.duty.empty()) {
    if (const auto duty = from_name<Duty>(event.duty)) record.duty = *duty;
    known.duty_as_of = event.seq;
  }
  if (*event.known == EventKind::kGuard &&
      from_name<GuardKind>(event.guard) == GuardKind::kFlapping) {
    record.held = event.phase == "raised";
  }
  if (*event.known == EventKind::kState && path == Path::kFeed) {
    if (const auto state = from_name<State>(event.to)) record.status.state = *state;
  }
}

void Picture::on_summary(Now, Bytes raw) {
  Summary summary;
  if (!decode_summary(raw, summary)) {
    ++unreadable_;
    return;
  }
  summary_ = std::move(summary);
  outbox_.changed = true;
  report(ChangeKind::kSummary, {}, raw);
}

void Picture::merge(Now now, Record record, std::uint64_t event_seq) {
  const auto evicted = evicted_.find(record.node);
  if (evicted != evicted_.end() && evicted->second > event_seq) return;
  if (nodes_.size() >= limits::kNodes && !nodes_.contains(record.node)) {
    ++unreadable_;
    return;
  }
  KnownNode& known = node_at(now, record.node);
  Record& held = known.record;
  const bool is_first = held.status.interval_ms == 0;
  if (event_seq >= known.as_of_event) {
    held.presence = record.presence;
    held.verdict = std::move(record.verdict);
    held.incident = std::move(record.incident);
    held.heard = record.heard;
    held.held = record.held;
    held.back_by_ms = record.back_by_ms;
    known.as_of_event = event_seq;
  }
  if (event_seq >= known.duty_as_of) {
    held.duty = record.duty;
    held.order = std::move(record.order);
    known.duty_as_of = event_seq;
  }
  held.joined_at_ms = record.joined_at_ms;
  held.peer = std::move(record.peer);
  held.missed = record.missed;
  // A status that came since the page was asked for may be what the page does not know of yet.
  if (known.status_step > page_asked_step_ && is_newer(held.status.header, record.status.header)) {
    hear(held);
  }
  const Header& old = held.status.header;
  const bool is_same =
      old.session == record.status.header.session && old.seq == record.status.header.seq;
  if (!is_first && !is_same && !is_newer(record.status.header, old)) return;
  held.status = std::move(record.status);
  held.has_network = record.has_network;
  held.has_uptime = record.has_uptime;
  known.heard_at_ms = now.steady_ms - record.silent_for_ms;
}

}  // namespace rollcall
