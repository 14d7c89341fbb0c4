// The whole cluster as a subscriber sees it, kept up to date: subscribe first, page through the
// query `nodes`, then follow the feed, and per node keep whichever knowledge is newer.
//
// What the node says of itself is ordered by (session, seq). What the broker says of it is ordered
// by event number: a page holds all events up to its `as_of.event_seq`, so each node remembers up
// to which event its presence and its duty are known. A gap in event numbers is filled with the
// query `events`; another broker session, or silence that ended, makes the picture begin again,
// while the old one stays visible and is said to be old.
//
// Pure: step(now, inbox) returns the requests to send. Whoever owns the sockets tells which of them
// were not answered in time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "shared/client/event_trail.hpp"
#include "shared/client/record.hpp"
#include "shared/client/reply.hpp"
#include "shared/client/summary.hpp"
#include "shared/core/limits.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

struct PictureOptions {
  bool nodes = true;                   // false: the events alone
  std::uint64_t history = 200;         // events before the present to begin with
  std::optional<std::uint64_t> after;  // begin with the events after this one instead
  bool keep_raw = false;               // report every change with its bytes
};

// How good the picture is.
enum class Freshness : std::uint8_t {
  kConnecting,  // nothing was heard yet
  kSyncing,     // heard, and not yet complete
  kLive,
  kStale,  // the feed is silent, or queries are not answered: it may be old
  kGone,   // no word from the broker at all
};
std::string_view name_of(Freshness freshness);

struct KnownNode {
  Record record;
  std::int64_t heard_at_ms = 0;   // steady
  std::uint64_t as_of_event = 0;  // the broker's word on its presence is known up to this event
  std::uint64_t duty_as_of = 0;   // and on its duty up to this one
  std::uint64_t generation = 0;   // the synchronisation that saw it last
  std::uint64_t status_step = 0;  // the step in which the feed last brought its status

  std::int64_t silent_for_ms(Now now) const { return now.steady_ms - heard_at_ms; }
};

struct FeedMessage {
  std::string_view topic;
  Bytes body;
};

struct PictureInbox {
  std::vector<FeedMessage> feed;  // in order of arrival
  std::vector<Bytes> replies;
  std::vector<std::uint64_t> timed_out;  // ids of requests
};

struct Request {
  std::uint64_t id = 0;
  std::string body;
};

enum class ChangeKind : std::uint8_t { kEvent, kFreshness, kRecord, kStatus, kLeave, kSummary };

// Records, status, leave and summaries are reported with keep_raw only.
struct Change {
  ChangeKind kind = ChangeKind::kEvent;
  std::string node;
  Event event;      // kEvent
  std::string raw;  // msgpack map, with keep_raw
};

struct PictureOutbox {
  std::vector<Request> requests;
  std::vector<Change> changes;  // events are in order and without gaps
  bool reconnect_feed = false;  // the feed's socket seems dead: make a new one
  bool changed = false;         // anything that is worth drawing
};

class Picture {
 public:
  using Nodes = std::unordered_map<std::string, KnownNode>;

  explicit Picture(PictureOptions options);

  // The outbox is valid until the next step.
  const PictureOutbox& step(Now now, const PictureInbox& inbox);
  // When step() is due though nothing came.
  std::int64_t wake_at_ms() const;

  const Nodes& nodes() const { return nodes_; }
  const std::deque<Event>& events() const { return trail_.tail(); }
  std::uint64_t events_lost() const { return trail_.lost(); }
  // Nothing before the first one came.
  const std::optional<Summary>& summary() const { return summary_; }
  const AsOf& as_of() const { return as_of_; }
  Freshness freshness() const { return freshness_; }
  // When the broker was last heard (steady), on feed or query; 0: never.
  std::int64_t last_word_ms() const { return std::max(last_feed_ms_, last_reply_ms_); }
  std::int64_t last_feed_ms() const { return last_feed_ms_; }
  // The last question was not answered in time.
  bool is_unanswered() const { return unanswered_; }
  // Messages that could not be understood.
  std::uint64_t unreadable() const { return unreadable_; }

 private:
  // A question that is asked again until it is answered.
  struct Ask {
    std::uint64_t id = 0;  // 0: not in flight
    std::int64_t due_ms = 0;
  };

  void on_feed(Now now, const FeedMessage& message);
  void on_feed_again(Now now);
  void on_status(Now now, std::string_view node, Bytes body);
  enum class Path : std::uint8_t { kFeed, kFilled };
  void on_event(Now now, Event event, Bytes raw, Path path);
  void apply(Now now, const Event& event, Path path);
  KnownNode& node_at(Now now, const std::string& id);
  void report(std::vector<Event>& released);
  void report(ChangeKind kind, std::string_view node, Bytes raw);

  void on_reply(Now now, Bytes frame);
  void on_answer(Now now, const Reply& reply, Ask& ask);
  void on_nodes(Now now, const Reply& reply);
  void merge(Now now, Record record, std::uint64_t event_seq);
  void on_events(Now now, const Reply& reply);
  void on_summary(Now now, Bytes raw);
  void on_timeout(Now now, std::uint64_t id);
  void learn(Now now, const Reply& reply);
  void begin_story(std::uint64_t event_seq);
  void on_other_broker(Now now, const AsOf& before);
  void begin_other_story();
  void resume_story();
  bool same_story(const EventsPage& page) const;

  void plan(Now now);
  void start_sync(Now now);
  void finish_sync(Now now);
  void ask_for_events(Now now);
  template <typename Write>
  void ask(Now now, Ask& ask, Write&& write);
  Freshness judge(Now now) const;

  PictureOptions options_;
  PictureOutbox outbox_;
  Nodes nodes_;
  EventTrail trail_{limits::kEventsShown};
  std::optional<Summary> summary_;
  AsOf as_of_;
  Freshness freshness_ = Freshness::kConnecting;

  // Synchronisation.
  bool synced_ = false;  // once complete
  bool syncing_ = false;
  bool wants_sync_ = true;
  std::uint64_t generation_ = 0;
  std::uint64_t base_event_ = 0;  // events up to here are history, told but not applied
  std::string next_page_;
  std::unordered_map<std::string, std::uint64_t> evicted_;  // while syncing: by which event
  bool verify_story_ = false;      // another broker session: does its event store go on?
  bool fill_verifies_ = false;     // the question in flight was asked for that
  bool is_same_store_ = false;     // though the broker's session is another
  std::uint64_t verified_by_ = 0;  // the number of the event that is compared
  std::uint64_t steps_ = 0;
  std::uint64_t page_asked_step_ = 0;
  std::uint64_t vouched_ = 0;         // the last event known to be of the broker that we know
  std::uint64_t heard_of_event_ = 0;  // before the story began
  std::int64_t gap_since_ms_ = kNever;

  Ask page_, fill_, ping_, totals_;
  std::uint64_t last_id_ = 0;
  std::int64_t last_feed_ms_ = 0;
  std::int64_t last_reply_ms_ = 0;
  std::int64_t last_reconnect_ms_ = 0;
  bool unanswered_ = false;  // the last request was not answered in time
  std::uint64_t unreadable_ = 0;
};

}  // namespace rollcall
