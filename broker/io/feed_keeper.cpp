#include "broker/io/feed_keeper.hpp"

#include <fmt/format.h>

#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

// Messages upstream that are told of, and how often.
constexpr std::uint64_t kManyUpstream = 1000;
constexpr std::int64_t kTellEveryMs = 60'000;
// The port is let go of by a thread of libzmq's, within milliseconds.
constexpr std::int64_t kTryAgainMs = 5;

}  // namespace

void FeedKeeper::work(Now now, std::vector<Line>& lines) {
  if (!closed_ && revoked_ && close()) {
    for_keys_ = true;
    open_at_ms_ = now.steady_ms;
  }
  if (!closed_ && is_overfull()) close_for_topics(now, lines);
  tell_upstream(now, lines);
  if (closed_ && now.steady_ms >= open_at_ms_) open(now, lines);
}

bool FeedKeeper::is_overfull() const {
  const FeedLoad& load = sockets_.feed_load();
  return load.topics > most_topics_ || load.topic_bytes > most_topics_ * limits::kUsualTopicBytes;
}

void FeedKeeper::close_for_topics(Now now, std::vector<Line>& lines) {
  const FeedLoad load = sockets_.feed_load();
  if (!close()) return;
  for_keys_ = false;
  open_at_ms_ = pause_.open_at_ms(now.steady_ms);
  const std::int64_t pause_ms = open_at_ms_ - now.steady_ms;
  ++times_closed_;
  Line line;
  line.level = Level::kWarning;
  line.icon = "✂️ ";
  line.event = "feed_closed";
  line.text = fmt::format(
      "subscribers hold {} topics ({}), more than {} (or {} each): the feed parts with all of them "
      "and listens again {}; those that mean well come back by themselves. Time {} since the "
      "start: "
      "find out who subscribes to so much",
      format_count(load.topics), format_bytes(load.topic_bytes), format_count(most_topics_),
      format_bytes(limits::kUsualTopicBytes),
      pause_ms == 0 ? "at once" : "in " + format_duration(pause_ms), times_closed_);
  line.fields = {{"topics", load.topics},
                 {"topic_bytes", load.topic_bytes},
                 {"pause", static_cast<std::uint64_t>(pause_ms)},
                 {"times", times_closed_}};
  lines.push_back(std::move(line));
}

// They cost time and nothing else, being read away as they come: nobody is cut off for them.
void FeedKeeper::tell_upstream(Now now, std::vector<Line>& lines) {
  const std::uint64_t more = sockets_.feed_load().upstream - upstream_told_;
  if (more < kManyUpstream || now.steady_ms - told_at_ms_ < kTellEveryMs) return;
  told_at_ms_ = now.steady_ms;
  upstream_told_ += more;
  Line line;
  line.level = Level::kWarning;
  line.icon = "🙉";
  line.event = "feed_talks_back";
  line.text = fmt::format(
      "subscribers sent {} messages that are no subscriptions; they are read away, but take time: "
      "find out who sends to {}",
      format_count(more), sockets_.endpoints().feed);
  line.fields = {{"count", more}};
  lines.push_back(std::move(line));
}

// A new socket takes descriptors before the old one gives its own back.
bool FeedKeeper::close() {
  reserve_.let_go_of_listeners();
  reserve_.lend();
  closed_ = sockets_.close_feed();
  reserve_.take_back();
  if (closed_) revoked_ = false;
  return closed_;
}

void FeedKeeper::open(Now now, std::vector<Line>& lines) {
  reserve_.lend();
  const bool is_open = sockets_.open_feed();
  reserve_.take_back();
  if (!is_open) {
    open_at_ms_ = now.steady_ms + kTryAgainMs;
    return;
  }
  closed_ = false;
  reserve_.find_listeners();
  Line line;
  line.icon = for_keys_ ? "🔑" : "✅";
  line.event = "feed_reopened";
  line.text = for_keys_ ? "feed opened anew, so that those without a key hear nothing more"
                        : "feed opened anew";
  lines.push_back(std::move(line));
}

}  // namespace rollcall
