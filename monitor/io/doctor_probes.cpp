#include "monitor/io/doctor_probes.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>

#include "shared/client/io/feed_socket.hpp"
#include "shared/client/named.hpp"
#include "shared/client/record.hpp"
#include "shared/config/config_keys.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

// A broker sends a summary every 10 s; a little more is patience enough.
constexpr std::int64_t kFeedMs = 12'000;
// Counts are looked at twice, so far apart.
constexpr std::int64_t kBetweenMs = 1000;
// Of the nodes, so many pages are looked at.
constexpr int kPages = 10;

Answer ask(Asker& asker, std::string_view op) {
  return asker.ask([&](std::uint64_t id, Buffer& out) { write_request(id, op, out); });
}

void ping(Asker& asker, Observed& seen) {
  const Answer answer = ask(asker, "ping");
  seen.is_reached = answer.asked == Asked::kAnswered;
  if (!seen.is_reached) return;
  seen.our_wall_ms = read_clock().wall_ms;
  seen.took_ms = answer.took_us / 1000;
  seen.as_of = answer.reply.as_of;
  Reader reader(answer.reply.result);
  constexpr std::array<std::string_view, 1> kNames{"software"};
  read_named(reader, kNames, [&](int) { return read_text(reader, seen.software); });
}

std::optional<Summary> summary_of(Asker& asker) {
  const Answer answer = ask(asker, "summary");
  Summary summary;
  if (answer.asked != Asked::kAnswered || !decode_summary(answer.reply.result, summary)) {
    return std::nullopt;
  }
  return summary;
}

void guards_and_store(Asker& asker, Observed& seen) {
  const Answer guards = ask(asker, "guards");
  GuardsPage page;
  if (guards.asked == Asked::kAnswered && decode_guards_page(guards.reply.result, page)) {
    seen.guards = std::move(page);
  }
  const Answer store = ask(asker, "store");
  StoreHealth health;
  if (store.asked == Asked::kAnswered && decode_store_health(store.reply.result, health)) {
    seen.store = std::move(health);
  }
  seen.is_older = store.asked == Asked::kRefused && store.reply.error_code == "unknown_op";
}

void look_at(const Record& record, std::int64_t broker_wall_ms, Observed& seen) {
  ++seen.nodes_seen;
  if (record.presence == Presence::kLeft && record.back_by_ms &&
      *record.back_by_ms < broker_wall_ms) {
    seen.overdue.push_back(record.node);
  }
  if (record.presence != Presence::kPresent) return;
  // When it spoke last, by the broker's clock and by its own.
  const std::int64_t heard_ms = broker_wall_ms - record.silent_for_ms;
  const auto at_ms =
      static_cast<std::int64_t>(std::min<std::uint64_t>(record.status.header.at_ms, kMostMs));
  const std::int64_t off_ms = at_ms - heard_ms;
  if (off_ms > kClockOffMs || off_ms < -kClockOffMs) {
    seen.clocks_off_by_ms.emplace_back(record.node, off_ms);
  }
}

void nodes(Asker& asker, Observed& seen) {
  NodesQuery query;
  query.limit = limits::kPageMax;
  for (int i = 0; i < kPages; ++i) {
    const Answer answer =
        asker.ask([&](std::uint64_t id, Buffer& out) { write_nodes_request(id, query, out); });
    NodesPage page;
    if (answer.asked != Asked::kAnswered || !decode_nodes_page(answer.reply.result, page)) return;
    const auto at_ms =
        static_cast<std::int64_t>(std::min<std::uint64_t>(answer.reply.as_of.at_ms, kMostMs));
    for (const Record& record : page.nodes) look_at(record, at_ms, seen);
    if (page.next.empty() || page.next == query.after) return;
    query.after = page.next;
  }
}

// Until something came, and not before `least_until_ms` (steady).
void listen(FeedSocket& feed, std::int64_t least_until_ms, Observed& seen) {
  const std::int64_t began_ms = read_clock().steady_ms;
  std::vector<FeedFrames> messages;
  while (true) {
    const Now now = read_clock();
    if (seen.is_feed_heard && now.steady_ms >= least_until_ms) break;
    if (now.steady_ms >= began_ms + kFeedMs) break;
    const std::int64_t until_ms = seen.is_feed_heard ? least_until_ms : began_ms + kFeedMs;
    std::array<zmq::pollitem_t, 1> items{{{feed.handle(), 0, ZMQ_POLLIN, 0}}};
    poll_until(items, now, until_ms);
    messages.clear();
    feed.receive(messages);
    if (!messages.empty()) seen.is_feed_heard = true;
  }
  seen.feed_waited_ms = read_clock().steady_ms - began_ms;
}

std::vector<std::string> config_problems(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {escaped(path) + " cannot be read"};
  std::string text(limits::kConfigBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const auto keys = read_config_keys(text);
  if (!keys) return {escaped(path) + ": " + escaped(keys.error())};
  return unknown_broker_options(*keys);
}

}  // namespace

Observed observe(const Settings& settings, const DoctorSettings& doctor) {
  Observed seen;
  seen.query = settings.query;
  seen.feed = settings.feed;
  seen.our_version = ROLLCALL_VERSION;
  seen.has_keys = !settings.keys.empty();
  if (!doctor.keys.empty()) seen.key_problems = key_problems(doctor.keys);
  if (!doctor.broker_config.empty()) seen.config_problems = config_problems(doctor.broker_config);
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  FeedSocket feed(context, settings.feed, {"status.", "event.", "summary"}, settings.curve());
  ping(asker, seen);
  const std::int64_t began_ms = read_clock().steady_ms;
  if (seen.is_reached) {
    seen.summary = summary_of(asker);
    guards_and_store(asker, seen);
    nodes(asker, seen);
    listen(feed, began_ms + kBetweenMs, seen);
    seen.summary_later = summary_of(asker);
  }
  return seen;
}

}  // namespace rollcall
