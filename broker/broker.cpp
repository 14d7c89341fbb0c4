#include "broker/broker.hpp"

#include <algorithm>

#include "broker/events/event_writer.hpp"
#include "broker/guards/verdict.hpp"
#include "broker/queries/summary.hpp"
#include "broker/within_memory.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {
namespace {

// Under a flood the socket is never empty. Then silences are judged all the same after this long:
// every connection has had many turns by then.
constexpr std::int64_t kUndrainedMs = 500;
// How often the duty cycle looks up while nodes are known: a pause of our own shows as a look that
// came late, so this bounds how much of one can pass unnoticed.
constexpr std::int64_t kPulseMs = 100;
// Shorter pauses of our own are left out of the clock without a word: a loaded machine has many.
constexpr std::int64_t kToldPauseMs = 1000;
// Deadlines that were not used up in the past are saved for so long.
constexpr std::int64_t kDeadlinesSavedMs = 2;
// Until then the view of a broker that just started is called incomplete: three default intervals.
constexpr std::int64_t kWarmUpMs = 3 * limits::kIntervalDefaultMs;
// In turns with more announcements than this, nobody asks over which connections they came: it
// costs as much again as taking one in. A quieter turn is never far.
constexpr std::size_t kQuietTurn = 64;

}  // namespace

Broker::Broker(const BrokerConfig& config, Now start)
    : config_(config),
      start_(start),
      now_(start),
      attention_(start),
      registry_(config.evict_after_ms, config.most_nodes),
      foresight_(registry_.nodes()),
      blocks_(config.most_blocks),
      guards_(config.evict_after_ms, std::min(kWarmUpMs, config.evict_after_ms), start),
      rate_(start.steady_ms),
      story_(config.verbose),
      safe_mode_(config.safe_mode, start.steady_ms),
      summary_due_ms_(start.steady_ms + config.summary_every_ms) {}

void Broker::step(Now now, const Inbox& inbox, const PeerNames& peers, Outbox& outbox) {
  outbox.clear();
  now_ = now;
  const std::int64_t pause_ms = attention_.advance(now);
  peers_ = &peers;
  outbox_ = &outbox;
  looks_at_connections_ = inbox.announcements.size() <= kQuietTurn;
  within_memory([&] {
    if (pause_ms >= kToldPauseMs) {
      guards_.on_pause(pause_ms, attention_.ms(), now);
      story_.on_pause(pause_ms, outbox.lines);
    }
    watch_strain(outbox);
    hear_store(inbox, outbox);
    keep_duties(outbox);
  });
  tell_guards(outbox);
  after_long_pause_ = attention_.settling() && (after_long_pause_ || pause_ms >= kToldPauseMs);

  tell_changes(outbox);
  foresight_.begin(inbox.announcements);
  for (std::size_t i = 0; i < inbox.announcements.size(); ++i) {
    const Arrival arrival{attention_.ms(), now.wall_ms, after_long_pause_, &peers, i};
    take_announcement(inbox.announcements[i], arrival, outbox);
  }
  judge(inbox, outbox);
  within_memory([&] { guards_.judge(registry_, attention_, now); });
  answer(inbox, outbox);
  tell_guards(outbox);
  reply_for_store(inbox, outbox);
  summarise(outbox);
  within_memory([&] { story_.flush(now.steady_ms, outbox.lines); });
  hand_to_store(outbox);
  plan_wake(outbox);
}

void Broker::take_announcement(const Announcement& announcement, const Arrival& arrival,
                               Outbox& outbox) {
  Slot slot = kNoSlot;
  const std::uint64_t hash = foresight_.advance(arrival.index);
  Refusal refusal =
      take_in(announcement, decoded_, safe_mode_.on() ? TakeBlocks::kNo : TakeBlocks::kYes);
  if (!speaks_for_itself(arrival)) refusal = Refusal::kForbidden;
  if (refusal == Refusal::kNone) {
    refusal = take_or_leave({decoded_.node, hash}, arrival, slot, outbox);
  }
  const bool is_news = !changes_.empty();
  if (is_news) tell_changes(outbox);  // events go before the announcement that caused them
  if (refusal != Refusal::kNone) return refuse(refusal, outbox);
  intake_.accept();
  rate_.add(now_.steady_ms, 1);
  guards_.flood().note(slot);
  scribe_.note_heard(slot);
  if (looks_at_connections_ || is_news) {
    registry_.note_connection(slot, arrival.peers->connection_of(arrival.index));
  }
  outbox.forward(arrival.index);
  if (decoded_.kind == AnnouncementKind::kStatus) {
    within_memory([&] { after_status(slot, outbox); });
  }
}

// A key speaks for its own node alone; what it says of another is held against itself.
bool Broker::speaks_for_itself(const Arrival& arrival) {
  if (config_.access == nullptr) return true;
  const Identity* const speaker = config_.access->who(arrival.peers->token_of(arrival.index));
  const bool is_agent = speaker != nullptr && speaker->role == Role::kAgent;
  if (is_agent && (speaker->name == decoded_.node || decoded_.node.empty())) return true;
  decoded_.node = is_agent ? std::string_view(speaker->name) : std::string_view();
  return false;
}

// Takes it in whole, so that it can be forwarded, or drops it where there is no memory for that.
Refusal Broker::take_or_leave(const NodeKey& node, const Arrival& arrival, Slot& slot,
                              Outbox& outbox) {
  if (!changes_.empty()) return Refusal::kOutOfMemory;  // what happened before is not yet told
  Refusal refusal = Refusal::kOutOfMemory;
  within_memory([&] {
    outbox.make_room();
    refusal = apply(node, arrival, slot);
  });
  return refusal;
}

Refusal Broker::apply(const NodeKey& node, const Arrival& arrival, Slot& slot) {
  if (guards_.flood().holds_any() &&
      !guards_.flood().allows(registry_.find(node), arrival.attended_ms)) {
    return Refusal::kFlood;
  }
  switch (decoded_.kind) {
    case AnnouncementKind::kStatus:
      return registry_.on_status(node, decoded_.status, arrival, slot, changes_);
    case AnnouncementKind::kLeave:
      return registry_.on_leave(node, decoded_.leave, arrival, slot, changes_);
    default: break;
  }
  if (!blocks_.has_room(decoded_.blocks) && registry_.find(node) != kNoSlot) {
    return Refusal::kBlocksFull;
  }
  const Refusal refusal =
      registry_.on_blocks(node, decoded_.blocks.header, arrival, slot, changes_);
  if (refusal != Refusal::kNone) return refusal;
  blocks_.apply(slot, registry_.nodes().at(slot), decoded_.blocks);
  return Refusal::kNone;
}

void Broker::after_status(Slot slot, Outbox& outbox) {
  const Node& node = registry_.nodes().at(slot);
  if (!safe_mode_.on() && blocks_.should_ask(slot, node, attention_.ms())) {
    ask_for_inventory(node, outbox);
  }
  if (node.duty >= Duty::kDraining) judge_drained(slot);
  if (story_.verbose()) story_.on_announcement(node, now_.steady_ms, outbox.lines);
}

void Broker::refuse(Refusal why, Outbox& outbox) {
  intake_.refuse(why);
  if (decoded_.node.empty()) return;  // nobody that could be named
  within_memory([&] { tell_refusal(why, outbox); });
}

void Broker::tell_refusal(Refusal why, Outbox& outbox) {
  const Slot slot = registry_.find(decoded_.node);
  Node* const node = slot == kNoSlot ? nullptr : &registry_.at(slot);
  if (!refusals_.opens(decoded_.node, node, attention_.ms())) return;
  body_.clear();
  write_refused_event(decoded_.node, why, {events_.next_seq(), now_.wall_ms}, body_);
  publish_event(EventKind::kRefused, decoded_.node, outbox);
  story_.on_refused(decoded_.node, why, now_.steady_ms, outbox.lines);
}

// Nobody is judged while something waits to be read: it may be the word that was missed.
void Broker::judge(const Inbox& inbox, Outbox& outbox) {
  more_to_judge_ = false;
  if (inbox.drained) {
    undrained_since_ms_ = kNever;
  } else {
    undrained_since_ms_ = std::min(undrained_since_ms_, attention_.ms());
    if (attention_.ms() - undrained_since_ms_ < kUndrainedMs) return;
  }
  if (attention_.settling()) return;
  if (!changes_.empty()) return;
  attention_.judged();
  const std::int64_t elapsed_ms = std::min(now_.steady_ms - judged_at_ms_, kDeadlinesSavedMs);
  judged_at_ms_ = now_.steady_ms;
  const std::size_t most = limits::kDeadlinesPerMs * static_cast<std::size_t>(elapsed_ms);
  more_to_judge_ = true;
  within_memory([&] { more_to_judge_ = !registry_.judge(attention_.ms(), most, changes_); });
  tell_changes(outbox);
}

// Those that there is no memory for are told in the next turn; nothing else happens before.
void Broker::tell_changes(Outbox& outbox) {
  std::size_t told = 0;
  const bool all = within_memory([&] {
    for (; told < changes_.size(); ++told) tell(changes_[told], outbox);
  });
  if (all) return changes_.clear();
  changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(told));
  for (NodeChange& change : changes_) change.reason = change.incident = {};  // they lie elsewhere
}

void Broker::tell(NodeChange& change, Outbox& outbox) {
  const Node& node = registry_.nodes().at(change.slot);
  if (change.kind == EventKind::kLate || change.kind == EventKind::kEvicted) {
    judge_silence_of(change);
  }
  if (change.kind == EventKind::kJoined) take_duty(change.slot);
  if (change.kind != EventKind::kGuard) {
    body_.clear();
    write_event(change, node, {events_.next_seq(), now_.wall_ms}, body_);
    publish_event(change.kind, node.id(), outbox);
    within_memory([&] { story_.on_change(change, node, now_.steady_ms, outbox.lines); });
  }
  // Of one that was not heard since our own start nothing was lost, nor of one that may go.
  const bool is_expected = node.told_late || node.duty == Duty::kMaintenance;
  if (!is_expected || change.kind != EventKind::kLate) {
    within_memory([&] { guards_.on_change(change, registry_, attention_.ms(), now_); });
  }
  tell_guards(outbox);
  within_memory([&] { remember(change); });
  if (change.kind != EventKind::kEvicted) return;
  refusals_.forget(node, attention_.ms());
  blocks_.forget(change.slot);
  registry_.remove(change.slot);
}

// Why the node is silent, by its connection, and whether that is part of something larger.
void Broker::judge_silence_of(NodeChange& change) {
  Node& node = registry_.at(change.slot);
  if (node.is_held() && change.kind == EventKind::kLate) return;  // it was just heard
  if (change.presence == Presence::kLeft) {
    change.verdict = Verdict::kGoodbye;
    return;
  }
  const ConnectionFacts facts = peers_->facts_of(registry_.connection(change.slot));
  const bool goes_on = change.kind == EventKind::kEvicted;
  change.verdict =
      judge_silence(facts, change.silent_for_ms, goes_on ? node.verdict() : Verdict::kUnknown);
  if (change.verdict != Verdict::kUnknown) node.need_extras().verdict = change.verdict;
  const std::string* const incident = guards_.losses().incident_of(change.slot, registry_);
  if (incident != nullptr) change.incident = *incident;
}

// As with changes: what there is no memory for is told in the next turn.
void Broker::tell_guards(Outbox& outbox) {
  if (!guards_.has_changes()) return;
  within_memory([&] {
    while (guards_.has_changes()) {
      const GuardChange& change = guards_.next_change();
      body_.clear();
      write_guard_event(change, attention_.ms(), {events_.next_seq(), now_.wall_ms}, body_);
      publish_event(EventKind::kGuard, node_of(change.guard), outbox);
      within_memory(
          [&] { story_.on_guard(change, attention_.ms(), now_.steady_ms, outbox.lines); });
      guards_.drop_change();
    }
  });
}

std::string Broker::release(GuardKind kind, std::string_view subject, std::string_view by) {
  const std::string why = guards_.release(kind, subject, by, registry_, attention_);
  if (why.empty() && kind == GuardKind::kSafeMode) safe_mode_.release();
  return why;
}

// The event's body is in body_. It is numbered where it is published, and only there.
void Broker::publish_event(EventKind kind, std::string_view node, Outbox& outbox) {
  write_event_topic(kind, node, topic_);
  outbox.make_room(topic_.size() + body_.size());
  const std::uint64_t seq = events_.next_seq();
  events_.append(kind, node, now_.wall_ms, body_.view());
  outbox.publish(topic_, body_.view(), seq);
  // Where nothing waits for the store it is told as it happens, also in the answers of this turn.
  events_.set_told(store_.told(is_persisting_, events_.newest(), events_.told()));
}

void Broker::ask_for_inventory(const Node& node, Outbox& outbox) {
  body_.clear();
  Writer(body_)
      .map(4)
      .pair("v", kProtocolVersion)
      .pair("id", ++commands_)
      .pair_ms("at", now_.wall_ms)
      .pair("kind", std::string_view("inventory"));
  outbox.publish(command_topic(node.id()), body_.view());
}

void Broker::answer(const Inbox& inbox, Outbox& outbox) {
  if (inbox.requests.empty() && !queries_.has_work()) return;
  const ClusterView cluster = view();
  for (const RawQuery& request : inbox.requests) queries_.accept(request, cluster, outbox.replies);
  queries_.work(cluster, outbox.replies);
}

void Broker::summarise(Outbox& outbox) {
  if (now_.steady_ms < summary_due_ms_) return;
  // On time again after a pause, instead of making up for what was left out.
  while (summary_due_ms_ <= now_.steady_ms) summary_due_ms_ += config_.summary_every_ms;
  within_memory([&] {
    const ClusterView cluster = view();
    body_.clear();
    write_summary_body(cluster, body_);
    outbox.publish(kSummaryTopic, body_.view());
    story_.on_summary(cluster, outbox.lines);
  });
}

void Broker::watch_strain(Outbox& outbox) {
  const DescriptorUse& use = descriptors_.use();
  Guard guard{.kind = GuardKind::kDescriptors,
              .since_ms = attention_.ms(),
              .since_wall_ms = now_.wall_ms,
              .count = use.used,
              .of = use.limit};
  const bool was_short = guards_.list().holds(guard.kind);
  if (descriptors_.on() || was_short) guards_.set(guard, descriptors_.on());
  if (descriptors_.on() != was_short) story_.on_descriptors(descriptors_, outbox.lines);
  // From its end on each status is compared again, and asks for the blocks that were not taken in.
  const bool ends = safe_mode_.ends(now_.steady_ms);
  if (!ends && !safe_mode_.on()) return;
  guard.kind = GuardKind::kSafeMode;
  guard.until_ms = attention_.ms() + safe_mode_.until_ms() - now_.steady_ms;
  guard.count = guard.of = 0;
  guards_.set(guard, !ends);
}

void Broker::plan_wake(Outbox& outbox) {
  std::int64_t wake_ms = std::min(summary_due_ms_, story_.due_ms());
  if (safe_mode_.on()) wake_ms = std::min(wake_ms, safe_mode_.until_ms());
  const std::int64_t due_ms = registry_.next_due_ms();
  if (guards_.due_ms() != kNever) {
    const std::int64_t in_ms = std::max<std::int64_t>(1, guards_.due_ms() - attention_.ms());
    wake_ms = std::min(wake_ms, now_.steady_ms + in_ms);
  }
  if (due_ms != kNever) {
    wake_ms = std::min({wake_ms, attention_.judgement_at(due_ms), now_.steady_ms + kPulseMs});
  }
  if (more_to_judge_ || !changes_.empty()) wake_ms = std::min(wake_ms, now_.steady_ms + 1);
  const std::int64_t store_ms = store_.due_ms(scribe_, registry_, events_.newest(), now_.steady_ms);
  wake_ms = std::min({wake_ms, roster_.due_ms(), store_ms});
  if (queries_.has_work()) wake_ms = now_.steady_ms;
  outbox.wake_at_ms = wake_ms;
  attention_.promise(wake_ms);
}

ClusterView Broker::view() {
  Dropped dropped = dropped_;
  dropped.events = refusals_.untold();
  dropped.replies += queries_.unanswered();
  const std::int64_t uptime_ms = now_.steady_ms - start_.steady_ms;
  return {.registry = registry_,
          .blocks = blocks_,
          .events = events_,
          .intake = intake_,
          .guards = guards_,
          .roster = roster_,
          .peers = *peers_,
          .orders = *this,
          .now = now_,
          .attended_ms = attention_.ms(),
          .broker_session = config_.session,
          .story = store_.story(),
          .resumed_at = store_.resumed_at(),
          .oldest_stored = store_.oldest(),
          .uptime_s = uptime_ms / 1000,
          .settling = attention_.settling(),
          .announcements_per_s = rate_.per_s(now_.steady_ms),
          .queries = queries_.asked(),
          .dropped = dropped,
          .access = config_.access,
          .insecure = config_.insecure};
}

void Broker::count_dropped(std::uint64_t replies, std::uint64_t lines) {
  dropped_.replies = replies;
  dropped_.lines = lines;
}

}  // namespace rollcall
