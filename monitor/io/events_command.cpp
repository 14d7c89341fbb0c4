#include <algorithm>
#include <array>
#include <charconv>
#include <deque>

#include <fmt/format.h>
#include <signal.h>

#include "monitor/io/order_commands.hpp"
#include "monitor/io/output.hpp"
#include "monitor/render/pages.hpp"
#include "monitor/render/words.hpp"
#include "shared/client/json.hpp"
#include "shared/config/options.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kUsualLimit = 100;
constexpr std::uint64_t kUsualLimitJson = 1000;

struct Story {
  std::deque<Event> events;
  std::deque<std::string> json;
  EventsPage last;  // its oldest, newest and next
  AsOf as_of;
  std::string as_of_json;
  Answer answer;
};

void take(EventsPage& page, bool as_json, std::uint64_t limit, bool wants_last, Story& story) {
  for (std::size_t i = 0; i < page.events.size(); ++i) {
    if (!wants_last && story.events.size() >= limit) break;
    if (as_json) {
      story.json.emplace_back();
      append_json(page.raw[i], story.json.back());
    }
    story.events.push_back(std::move(page.events[i]));
    if (story.events.size() <= limit) continue;
    story.events.pop_front();
    if (as_json) story.json.pop_front();
  }
}

// Pages through the events: the first `limit` of them, or with `wants_last` the last.
bool read_story(Asker& asker, EventsQuery query, bool as_json, std::uint64_t limit, bool wants_last,
                Story& story) {
  query.limit = wants_last ? limits::kPageMax : std::min<std::uint64_t>(limit, limits::kPageMax);
  while (true) {
    story.answer =
        asker.ask([&](std::uint64_t id, Buffer& out) { write_events_request(id, query, out); });
    const Reply& reply = story.answer.reply;
    EventsPage page;
    if (story.answer.asked != Asked::kAnswered) return false;
    if (!decode_events_page(reply.result, page)) {
      story.answer.asked = Asked::kRefused;
      story.answer.reply.error_message = "the answer is not understood";
      return false;
    }
    story.as_of = reply.as_of;
    story.as_of_json.clear();
    append_json(reply.as_of_raw, story.as_of_json);
    take(page, as_json, limit, wants_last, story);
    page.raw.clear();  // they lie in the answer, which goes
    story.last = std::move(page);
    if (!story.last.next || *story.last.next <= query.after) return true;
    if (!wants_last && story.events.size() >= limit) return true;
    query.after = *story.last.next;
  }
}

// The last `limit` that match, where the broker can tell: one with a story. False where it cannot,
// or did not answer.
bool read_latest(Asker& asker, EventsQuery query, bool as_json, std::uint64_t limit, Story& story) {
  query.limit = limit;
  query.latest = true;
  story.answer =
      asker.ask([&](std::uint64_t id, Buffer& out) { write_events_request(id, query, out); });
  const Reply& reply = story.answer.reply;
  EventsPage page;
  if (story.answer.asked != Asked::kAnswered || !reply.as_of.story) return false;
  if (!decode_events_page(reply.result, page)) return false;
  story.as_of = reply.as_of;
  append_json(reply.as_of_raw, story.as_of_json);
  take(page, as_json, limit, true, story);
  page.raw.clear();
  story.last = std::move(page);
  return true;
}

// As older brokers are asked: from as far before the newest as events are wanted, or through all of
// them where only some are.
bool read_last_of_all(Asker& asker, EventsQuery query, bool as_json, std::uint64_t limit,
                      bool is_filtered, Story& story) {
  if (!is_filtered) {
    story.answer = asker.ask([](std::uint64_t id, Buffer& out) { write_request(id, "ping", out); });
    if (story.answer.asked != Asked::kAnswered) return false;
    const std::uint64_t newest = story.answer.reply.as_of.event_seq;
    query.after = newest > limit ? newest - limit : 0;
  }
  return read_story(asker, query, as_json, limit, true, story);
}

// What is wrong with the times and labels, or an empty text.
std::string take_bounds(const EventsSettings& events, EventsQuery& query) {
  if (events.follow && (!events.until.empty() || !events.labels.empty())) {
    return "--follow goes on for ever and for all labels: leave --until and --label out";
  }
  std::string why = take_moment("--since", events.since, query.since_ms);
  if (why.empty()) why = take_moment("--until", events.until, query.until_ms);
  if (why.empty()) why = take_labels(events.labels, query.labels);
  return why;
}

int follow_since(const Settings& settings, const EventsSettings& events, const EventsQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  EventsQuery first;
  first.since_ms = query.since_ms;
  first.limit = 1;
  const Answer answer =
      asker.ask([&](std::uint64_t id, Buffer& out) { write_events_request(id, first, out); });
  if (answer.asked != Asked::kAnswered) return failed(settings, answer);
  if (!answer.reply.as_of.story) return older_broker("--since");
  EventsPage page;
  if (!decode_events_page(answer.reply.result, page)) return malformed(settings);
  const std::uint64_t newest = answer.reply.as_of.event_seq;
  return follow_events(settings, events, page.events.empty() ? newest : page.events[0].seq - 1,
                       true);
}

std::string json_of(const Story& story) {
  std::string out = "{\"events\":[";
  for (const std::string& event : story.json) {
    if (out.back() == '}') out += ',';
    out += event;
  }
  out +=
      fmt::format("],\"oldest\":{},\"newest\":{},\"next\":", story.last.oldest, story.last.newest);
  out += story.last.next ? fmt::format("{}", *story.last.next) : "null";
  return out + ",\"as_of\":" + story.as_of_json + "}";
}

bool parse_number(const std::string& text, std::uint64_t& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

}  // namespace

int older_broker(std::string_view option) {
  complain(fmt::format("{}: this broker is older than that; update it", option));
  return kExitFailed;
}

int run_events(const Settings& settings, const EventsSettings& events) {
  EventsQuery query;
  const bool has_after = !events.after.empty();
  std::string why = take_bounds(events, query);
  if (has_after && !parse_number(events.after, query.after)) {
    why = fmt::format("--after: '{}' is not the number of an event", events.after);
  }
  if (!why.empty()) {
    complain(why);
    return kExitUsage;
  }
  if (events.follow && query.since_ms && !has_after) return follow_since(settings, events, query);
  if (events.follow) return follow_events(settings, events, query.after, has_after);
  query.node = events.node;
  query.kinds = events.kinds;
  const bool as_json = settings.is_json();
  const std::uint64_t usual = as_json ? kUsualLimitJson : kUsualLimit;
  const std::uint64_t limit = events.limit == 0 ? usual : events.limit;
  const bool is_bounded = query.since_ms || query.until_ms || !query.labels.empty();
  const bool is_filtered = !query.node.empty() || !query.kinds.empty() || is_bounded;
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  Story story;
  const auto is_read = [&] {
    if (has_after) return read_story(asker, query, as_json, limit, false, story);
    if (limit <= limits::kPageMax) {
      if (read_latest(asker, query, as_json, limit, story)) return true;
      if (story.answer.asked != Asked::kAnswered || is_bounded) return false;
    }
    return read_last_of_all(asker, query, as_json, limit, is_filtered, story);
  };
  const bool is_done = is_read();
  if (story.answer.asked != Asked::kAnswered) return failed(settings, story.answer);
  if (is_bounded && !story.answer.reply.as_of.story) {
    return older_broker("--since, --until and --label");
  }
  if (!is_done) return malformed(settings);
  if (as_json) {
    put_line(json_of(story));
  } else {
    const std::vector<Event> shown(story.events.begin(), story.events.end());
    put_rows(events_page(shown, is_filtered || has_after, story.as_of), wants_colours());
  }
  return kExitDone;
}

}  // namespace rollcall
