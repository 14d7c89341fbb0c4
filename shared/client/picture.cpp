#include "shared/client/picture.hpp"

#include <algorithm>
#include <utility>

#include "shared/client/named.hpp"
#include "shared/client/request.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kPingEveryMs = 5000;
constexpr std::int64_t kRetryMs = 1000;
// The broker sends a summary every 10 s; two and a half of them missing is no accident.
constexpr std::int64_t kSilentFeedMs = 25'000;
// With a query unanswered, a feed that was silent for so long is no comfort.
constexpr std::int64_t kGoneMs = 5000;
// An event that an answer knows of may still be under way on the feed.
constexpr std::int64_t kUnderWayMs = 500;

}  // namespace

std::string_view name_of(Freshness freshness) {
  switch (freshness) {
    case Freshness::kConnecting: return "connecting";
    case Freshness::kSyncing: return "syncing";
    case Freshness::kLive: return "live";
    case Freshness::kStale: return "stale";
    default: return "gone";
  }
}

Picture::Picture(PictureOptions options) : options_(std::move(options)) {}

const PictureOutbox& Picture::step(Now now, const PictureInbox& inbox) {
  outbox_.requests.clear();
  outbox_.changes.clear();
  outbox_.reconnect_feed = false;
  outbox_.changed = false;
  ++steps_;
  for (const FeedMessage& message : inbox.feed) on_feed(now, message);
  for (const Bytes reply : inbox.replies) on_reply(now, reply);
  for (const std::uint64_t id : inbox.timed_out) on_timeout(now, id);
  plan(now);
  const Freshness judged = judge(now);
  if (judged != freshness_) {
    freshness_ = judged;
    outbox_.changed = true;
    outbox_.changes.push_back({.kind = ChangeKind::kFreshness, .node = {}, .event = {}, .raw = {}});
  }
  return outbox_;
}

std::int64_t Picture::wake_at_ms() const {
  std::int64_t at = kNever;
  if (wants_sync_ || syncing_) at = page_.id == 0 ? page_.due_ms : kNever;
  if (ping_.id == 0) at = std::min(at, ping_.due_ms);
  if (fill_.id == 0 && trail_.has_gap()) at = std::min(at, fill_.due_ms);
  if (last_feed_ms_ != 0 && freshness_ == Freshness::kLive) {
    at = std::min(at, last_feed_ms_ + kSilentFeedMs);
  }
  return at;
}

// ---- answers ------------------------------------------------------------------------------------

void Picture::on_reply(Now now, Bytes frame) {
  Reply reply;
  if (!decode_reply(frame, reply)) {
    ++unreadable_;
    return;
  }
  for (Ask* const asked : {&page_, &fill_, &ping_, &totals_}) {
    if (asked->id != 0 && asked->id == reply.id) {
      asked->id = 0;
      on_answer(now, reply, *asked);
      return;
    }
  }
}

void Picture::on_answer(Now now, const Reply& reply, Ask& asked) {
  if (unanswered_ && !syncing_) wants_sync_ = true;
  unanswered_ = false;
  last_reply_ms_ = now.steady_ms;
  ping_.due_ms = now.steady_ms + kPingEveryMs;
  asked.due_ms = &asked == &ping_ ? ping_.due_ms : now.steady_ms;
  if (!reply.ok) {
    ++unreadable_;
    asked.due_ms = now.steady_ms + kRetryMs;
    if (&asked == &page_) wants_sync_ = true;  // the page may belong to another broker session
    return;
  }
  learn(now, reply);
  if (&asked == &page_) {
    on_nodes(now, reply);
  } else if (&asked == &fill_) {
    on_events(now, reply);
  } else if (&asked == &totals_) {
    on_summary(now, reply.result);
  }
  if (!verify_story_) vouched_ = std::min(trail_.last(), as_of_.event_seq);
}

void Picture::learn(Now now, const Reply& reply) {
  const AsOf before = std::exchange(as_of_, reply.as_of);
  if (before.broker != 0 && before.broker != as_of_.broker) on_other_broker(now, before);
  // Another store under the same broker: its nodes are others.
  if (before.broker == as_of_.broker && before.story != as_of_.story) wants_sync_ = true;
  if (!trail_.started()) begin_story(as_of_.event_seq);
  if (!verify_story_) trail_.newest_is(as_of_.event_seq);
}

void Picture::begin_story(std::uint64_t event_seq) {
  const std::uint64_t before = event_seq > options_.history ? event_seq - options_.history : 0;
  trail_.start_after(options_.after.value_or(before));
  trail_.newest_is(std::max(event_seq, heard_of_event_));
  heard_of_event_ = 0;
  gap_since_ms_ = 0;  // history is not under way: ask at once
}

// A broker that tells of its store says whether the story goes on: it is the same one, and we saw
// nothing that it does not hold. Of events above that it is not known which of the two brokers they
// are of, unless the old one vouched for them: one of them is compared. Of a broker that tells of
// no store, the last event is that the old one vouched for.
void Picture::on_other_broker(Now now, const AsOf& before) {
  wants_sync_ = true;
  fill_verifies_ = false;
  fill_.due_ms = now.steady_ms;
  // What still comes over the old connection is the old broker's word.
  outbox_.reconnect_feed = true;
  last_reconnect_ms_ = now.steady_ms;
  const bool was_verifying = std::exchange(verify_story_, false);
  if (!trail_.started()) return;
  is_same_store_ = before.story && as_of_.story && as_of_.resumed_at;
  if (!is_same_store_) {
    verify_story_ = true;
    verified_by_ = std::max<std::uint64_t>(vouched_, 1);
    return;
  }
  if (*before.story != *as_of_.story) return begin_other_story();
  const std::uint64_t resumed_at = *as_of_.resumed_at;
  for (auto& [id, known] : nodes_) {
    known.as_of_event = std::min(known.as_of_event, resumed_at);
    known.duty_as_of = std::min(known.duty_as_of, resumed_at);
  }
  base_event_ = std::min(base_event_, resumed_at);
  const Event* const ours = trail_.first_above(resumed_at);
  if (trail_.last_seen() <= resumed_at) {
    trail_.newest_is_only(as_of_.event_seq);
  } else if (was_verifying || vouched_ > resumed_at || ours == nullptr) {
    resume_story();
  } else {
    verify_story_ = true;
    verified_by_ = ours->seq;
  }
}

// The same story, of which we saw events that the broker did not keep: it goes on behind those that
// it did.
void Picture::resume_story() {
  const std::uint64_t resumed_at = as_of_.resumed_at.value_or(0);
  trail_.start_after(std::min(trail_.last(), resumed_at));
  trail_.newest_is(as_of_.event_seq);
  wants_sync_ = true;
  gap_since_ms_ = 0;  // they are not under way: ask at once
}

// The numbers begin anew: what was known up to an event of the old story is known up to none of
// this one, or the new broker's pages would look older than what they replace.
void Picture::begin_other_story() {
  options_.after = as_of_.resumed_at.value_or(0);  // told from where this broker began
  base_event_ = as_of_.event_seq;
  for (auto& [id, known] : nodes_) known.as_of_event = known.duty_as_of = 0;
  wants_sync_ = true;
  begin_story(as_of_.event_seq);
}

void Picture::on_nodes(Now now, const Reply& reply) {
  if (wants_sync_) return;  // an answer of another session: all over again
  NodesPage page;
  if (options_.nodes && !decode_nodes_page(reply.result, page)) {
    ++unreadable_;
    wants_sync_ = true;
    page_.due_ms = now.steady_ms + kRetryMs;
    return;
  }
  if (next_page_.empty()) base_event_ = std::max(base_event_, reply.as_of.event_seq);
  unreadable_ += page.unreadable;
  for (Record& record : page.nodes) merge(now, std::move(record), reply.as_of.event_seq);
  if (options_.keep_raw && options_.nodes) report(ChangeKind::kRecord, {}, reply.result);
  if (page.next.empty() || page.next == next_page_) {
    finish_sync(now);
  } else {
    next_page_ = std::move(page.next);
  }
}

// Whether the new broker tells of the event that is compared as we heard it. Without stores, later
// ones may be the new one's already, though their numbers go on.
bool Picture::same_story(const EventsPage& page) const {
  const Event* const found = trail_.first_above(verified_by_ - 1);
  if (found == nullptr || found->seq != verified_by_ || page.events.empty()) return false;
  const Event& ours = *found;
  const Event& theirs = page.events.front();
  return ours.seq == theirs.seq && ours.at_ms == theirs.at_ms && ours.kind == theirs.kind &&
         ours.node == theirs.node;
}

void Picture::on_events(Now now, const Reply& reply) {
  EventsPage page;
  if (!decode_events_page(reply.result, page)) {
    ++unreadable_;
    fill_.due_ms = now.steady_ms + kRetryMs;
    return;
  }
  unreadable_ += page.unreadable;
  if (verify_story_) {
    if (!fill_verifies_) return;  // asked before the broker's session changed
    verify_story_ = false;
    if (!same_story(page)) {
      // A broker with the same store said that the story is the same, up to where it was resumed.
      return is_same_store_ ? resume_story() : begin_other_story();
    }
    trail_.newest_is_only(as_of_.event_seq);
  }
  const std::uint64_t before = trail_.last();
  for (std::size_t i = 0; i < page.events.size(); ++i) {
    on_event(now, std::move(page.events[i]), page.raw[i], Path::kFilled);
  }
  std::vector<Event> released;
  if (trail_.last() == before && trail_.has_gap()) {
    // The broker has them no more: the story goes on with what there is.
    const std::uint64_t ahead = trail_.first_ahead();
    trail_.give_up_until(ahead != 0 ? ahead - 1 : as_of_.event_seq, released);
    wants_sync_ = true;
  }
  report(released);
}

void Picture::on_timeout(Now now, std::uint64_t id) {
  for (Ask* const asked : {&page_, &fill_, &ping_, &totals_}) {
    if (asked->id == 0 || asked->id != id) continue;
    asked->id = 0;
    asked->due_ms = now.steady_ms + kRetryMs;
    unanswered_ = true;
  }
}

// ---- questions ----------------------------------------------------------------------------------

template <typename Write>
void Picture::ask(Now now, Ask& asked, Write&& write) {
  if (asked.id != 0 || now.steady_ms < asked.due_ms) return;
  asked.id = ++last_id_;
  Buffer body;
  write(asked.id, body);
  outbox_.requests.push_back({asked.id, std::string(body.view())});
}

void Picture::plan(Now now) {
  if (wants_sync_ && page_.id == 0 && now.steady_ms >= page_.due_ms) start_sync(now);
  if (syncing_ && !wants_sync_) {
    ask(now, page_, [&](std::uint64_t id, Buffer& body) {
      NodesQuery query;
      query.limit = limits::kPageMax;
      query.after = next_page_;
      page_asked_step_ = steps_;
      if (options_.nodes) {
        write_nodes_request(id, query, body);
      } else {
        write_request(id, "ping", body);
      }
    });
  }
  if (!trail_.has_gap() && !verify_story_) gap_since_ms_ = kNever;
  if (trail_.has_gap() || verify_story_) ask_for_events(now);
  ask(now, ping_, [](std::uint64_t id, Buffer& body) { write_request(id, "ping", body); });
  const bool is_silent = last_feed_ms_ + kSilentFeedMs <= now.steady_ms;
  if (is_silent && last_reply_ms_ != 0 && last_reconnect_ms_ + kSilentFeedMs <= now.steady_ms) {
    // Not at the very start: the first connection gets as long as any other.
    outbox_.reconnect_feed = last_reconnect_ms_ != 0;
    last_reconnect_ms_ = now.steady_ms;
  }
}

void Picture::ask_for_events(Now now) {
  if (gap_since_ms_ == kNever) gap_since_ms_ = now.steady_ms;
  if (!trail_.has_loss() && !verify_story_) {
    fill_.due_ms = std::max(fill_.due_ms, gap_since_ms_ + kUnderWayMs * (gap_since_ms_ != 0));
  }
  ask(now, fill_, [&](std::uint64_t id, Buffer& body) {
    fill_verifies_ = verify_story_;
    EventsQuery query;
    query.after = verify_story_ ? verified_by_ - 1 : trail_.last();
    query.limit = limits::kPageMax;
    write_events_request(id, query, body);
  });
}

void Picture::start_sync(Now now) {
  wants_sync_ = false;
  syncing_ = true;
  next_page_.clear();
  evicted_.clear();
  ++generation_;
  totals_.due_ms = now.steady_ms;
  if (options_.nodes && last_reply_ms_ != 0) {
    ask(now, totals_, [](std::uint64_t id, Buffer& body) { write_request(id, "summary", body); });
  }
}

void Picture::finish_sync(Now now) {
  syncing_ = false;
  synced_ = true;
  next_page_.clear();
  evicted_.clear();
  std::erase_if(nodes_,
                [this](const auto& entry) { return entry.second.generation != generation_; });
  outbox_.changed = true;
  if (options_.nodes && !summary_) {
    ask(now, totals_, [](std::uint64_t id, Buffer& body) { write_request(id, "summary", body); });
  }
}

Freshness Picture::judge(Now now) const {
  const std::int64_t feed_silent_ms = now.steady_ms - last_feed_ms_;
  if (last_word_ms() == 0) return unanswered_ ? Freshness::kGone : Freshness::kConnecting;
  if (unanswered_) return feed_silent_ms >= kGoneMs ? Freshness::kGone : Freshness::kStale;
  if (last_reply_ms_ == 0) return Freshness::kConnecting;
  if (!synced_ || syncing_ || wants_sync_) return Freshness::kSyncing;
  // The feed gets its time from when the first answer came.
  const std::int64_t since_ms = std::max(last_feed_ms_, last_reconnect_ms_);
  const bool is_silent = feed_silent_ms >= kSilentFeedMs &&
                         (last_feed_ms_ != 0 || now.steady_ms - since_ms >= kSilentFeedMs);
  return is_silent ? Freshness::kStale : Freshness::kLive;
}

// ---- what is told -------------------------------------------------------------------------------

void Picture::report(std::vector<Event>& released) {
  for (Event& event : released) {
    outbox_.changed = true;
    Change change;
    change.node = event.node;
    change.raw = std::move(event.raw);
    change.event = std::move(event);
    outbox_.changes.push_back(std::move(change));
  }
}

void Picture::report(ChangeKind kind, std::string_view node, Bytes raw) {
  if (!options_.keep_raw) return;
  Change change;
  change.kind = kind;
  change.node = node;
  change.raw = raw;
  outbox_.changes.push_back(std::move(change));
}

}  // namespace rollcall
