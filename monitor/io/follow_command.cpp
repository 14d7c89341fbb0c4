// `events --follow`, and `watch` where there is no terminal: a line for whatever happens.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "monitor/io/commands.hpp"
#include "monitor/io/follow.hpp"
#include "monitor/io/output.hpp"
#include "monitor/render/screen.hpp"
#include "monitor/render/words.hpp"
#include "shared/client/json.hpp"
#include "shared/client/named.hpp"
#include "shared/config/options.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/signals.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kUsualHistory = 10;

// {"kind":…,"node":…, and the pairs of `raw`}; nothing where that is malformed.
void put_json(std::string_view kind, const std::string& node, Bytes raw) {
  std::string out = "{\"kind\":";
  append_json_text(kind, out);
  if (!node.empty()) {
    out += ",\"node\":";
    append_json_text(node, out);
  }
  out += ',';
  if (append_json_pairs(raw, out)) put_line(out + "}");
}

void put_records(Bytes result) {
  Reader reader(result);
  Bytes list;
  constexpr std::array<std::string_view, 1> kNames{"nodes"};
  read_named(reader, kNames, [&](int) { return reader.skip(limits::kNestingDepth + 1, &list); });
  for_each_item(list, [](Bytes raw) {
    put_json("record", {}, raw);
    return true;
  });
}

void put_event_json(const Change& change) {
  std::string out;
  if (append_json(change.raw, out)) put_line(out);
}

void put_change_json(const Change& change, const Picture& picture) {
  switch (change.kind) {
    case ChangeKind::kEvent: put_event_json(change); break;
    case ChangeKind::kFreshness: {
      std::string out = "{\"kind\":\"view\",\"view\":";
      append_json_text(name_of(picture.freshness()), out);
      put_line(out + "}");
      break;
    }
    case ChangeKind::kRecord: put_records(change.raw); break;
    case ChangeKind::kStatus: put_json("status", change.node, change.raw); break;
    case ChangeKind::kLeave: put_json("leave", change.node, change.raw); break;
    case ChangeKind::kSummary: put_json("summary", {}, change.raw); break;
  }
}

bool is_wanted(const Event& event, const EventsSettings& events) {
  if (!events.node.empty() && event.node != events.node) return false;
  const auto& kinds = events.kinds;
  return kinds.empty() || std::find(kinds.begin(), kinds.end(), event.kind) != kinds.end();
}

// People are told when the view is old; on standard error, so that the lines stay events.
void tell_freshness(const Picture& picture, Freshness& told, Now now) {
  const Freshness freshness = picture.freshness();
  const bool is_good = freshness == Freshness::kLive;
  if (freshness == told || (!is_good && freshness < Freshness::kStale)) return;
  if (!is_good || told >= Freshness::kStale) complain(plain(freshness_row(picture, now)));
  told = freshness;
}

}  // namespace

int follow(const Settings& settings, PictureOptions options, const OnChange& on_change) {
  Signals signals({SIGINT, SIGTERM, SIGHUP});
  zmq::context_t context;
  Link link(context,
            {settings.query, settings.feed, settings.timeout_ms, options, settings.curve()});
  Freshness told = Freshness::kConnecting;
  while (true) {
    std::array<zmq::pollitem_t, 4> items{{link.query_item(),
                                          link.feed_item(),
                                          {nullptr, signals.fd(), ZMQ_POLLIN, 0},
                                          {nullptr, STDOUT_FILENO, ZMQ_POLLERR, 0}}};
    poll_until(items, read_clock(), link.wake_at_ms());
    if (signals.take() != 0) return kExitDone;
    if ((items[3].revents & ZMQ_POLLERR) != 0) return kExitDone;  // whoever read is gone
    const Now now = read_clock();
    for (const Change& change : link.cycle(now).changes) on_change(change, link.picture());
    if (link.picture().freshness() == Freshness::kGone && link.picture().last_word_ms() == 0) {
      return failed(settings, Answer{});
    }
    tell_freshness(link.picture(), told, now);
  }
}

int follow_events(const Settings& settings, const EventsSettings& events, std::uint64_t after,
                  bool has_after) {
  PictureOptions options;
  options.nodes = false;
  options.history = events.limit == 0 ? kUsualHistory : events.limit;
  if (has_after) options.after = after;
  options.keep_raw = settings.is_json();
  const bool colours = wants_colours();
  return follow(settings, options, [&](const Change& change, const Picture&) {
    if (change.kind != ChangeKind::kEvent || !is_wanted(change.event, events)) return;
    if (settings.is_json()) {
      put_event_json(change);
    } else {
      put_rows({event_row(change.event)}, colours);
    }
  });
}

int watch_lines(const Settings& settings) {
  PictureOptions options;
  options.history = kUsualHistory;
  options.keep_raw = settings.is_json();
  const bool colours = wants_colours();
  return follow(settings, options, [&](const Change& change, const Picture& picture) {
    if (settings.is_json()) {
      put_change_json(change, picture);
    } else if (change.kind == ChangeKind::kEvent) {
      put_rows({event_row(change.event)}, colours);
    }
  });
}

}  // namespace rollcall
