#include <algorithm>
#include <array>
#include <charconv>
#include <deque>

#include <fmt/format.h>
#include <signal.h>

#include "monitor/io/commands.hpp"
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

int run_events(const Settings& settings, const EventsSettings& events) {
  std::uint64_t after = 0;
  const bool has_after = !events.after.empty();
  if (has_after && !parse_number(events.after, after)) {
    complain(fmt::format("--after: '{}' is not the number of an event", events.after));
    return kExitUsage;
  }
  if (events.follow) return follow_events(settings, events, after, has_after);
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  EventsQuery query;
  query.after = after;
  query.node = events.node;
  query.kinds = events.kinds;
  const bool as_json = settings.is_json();
  const std::uint64_t usual = as_json ? kUsualLimitJson : kUsualLimit;
  const std::uint64_t limit = events.limit == 0 ? usual : events.limit;
  const bool is_filtered = !query.node.empty() || !query.kinds.empty();
  if (!has_after && !is_filtered) {
    const Answer ping =
        asker.ask([](std::uint64_t id, Buffer& out) { write_request(id, "ping", out); });
    if (ping.asked != Asked::kAnswered) return failed(settings, ping);
    const std::uint64_t newest = ping.reply.as_of.event_seq;
    query.after = newest > limit ? newest - limit : 0;
  }
  Story story;
  if (!read_story(asker, query, as_json, limit, !has_after, story)) {
    return failed(settings, story.answer);
  }
  if (as_json) {
    put_line(json_of(story));
  } else {
    const std::vector<Event> shown(story.events.begin(), story.events.end());
    put_rows(events_page(shown, is_filtered || has_after, story.as_of), wants_colours());
  }
  return kExitDone;
}

}  // namespace rollcall
