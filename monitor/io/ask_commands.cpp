// Commands that ask one thing: ping, summary, node.
#include <algorithm>

#include <fmt/format.h>

#include "monitor/io/commands.hpp"
#include "monitor/io/output.hpp"
#include "monitor/render/pages.hpp"
#include "monitor/view/names.hpp"
#include "shared/client/json.hpp"
#include "shared/client/named.hpp"
#include "shared/config/options.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

// Events shown of one node.
constexpr std::size_t kHistory = 20;

// Names of nodes that may have been meant: those that begin alike, else any of the first page.
std::string meant(Asker& asker, const std::string& node) {
  NodesQuery query;
  query.limit = limits::kPageMax;
  query.prefix = node.substr(0, std::max<std::size_t>(1, node.size() / 2));
  for (int i = 0; i < 2; ++i) {
    const Answer answer =
        asker.ask([&](std::uint64_t id, Buffer& out) { write_nodes_request(id, query, out); });
    NodesPage page;
    if (answer.asked != Asked::kAnswered || !decode_nodes_page(answer.reply.result, page)) break;
    std::vector<std::string> names;
    for (const Record& record : page.nodes) names.push_back(record.node);
    const std::string nearest = nearest_name(node, names);
    if (!nearest.empty()) return nearest;
    query.prefix.clear();
  }
  return {};
}

std::vector<Event> history_of(Asker& asker, const std::string& node) {
  std::vector<Event> events;
  EventsQuery query;
  query.node = node;
  query.limit = kHistory;
  query.latest = true;
  {
    const Answer answer =
        asker.ask([&](std::uint64_t id, Buffer& out) { write_events_request(id, query, out); });
    EventsPage page;
    if (answer.asked != Asked::kAnswered) return events;
    if (answer.reply.as_of.story) {
      if (decode_events_page(answer.reply.result, page)) events = std::move(page.events);
      return events;
    }
  }
  // A broker that is older than `latest`.
  query.latest = false;
  query.limit = limits::kPageMax;
  // A broker keeps so many events at most.
  for (std::size_t i = 0; i <= limits::kEventsKept / limits::kPageMax; ++i) {
    const Answer answer =
        asker.ask([&](std::uint64_t id, Buffer& out) { write_events_request(id, query, out); });
    EventsPage page;
    if (answer.asked != Asked::kAnswered || !decode_events_page(answer.reply.result, page)) break;
    for (Event& event : page.events) events.push_back(std::move(event));
    if (events.size() > kHistory) events.erase(events.begin(), events.end() - kHistory);
    if (!page.next || *page.next <= query.after) break;
    query.after = *page.next;
  }
  return events;
}

}  // namespace

int malformed(const Settings& settings) {
  complain(
      fmt::format("{} answered something that is not understood; is it a rollcall-broker of "
                  "this version?",
                  settings.query));
  return kExitFailed;
}

int print_json(const Settings& settings, const Reply& reply) {
  const std::string text = reply_json(reply);
  if (text.empty()) return malformed(settings);
  put_line(text);
  return kExitDone;
}

int no_such_node(Asker& asker, const std::string& node) {
  const std::string nearest = meant(asker, node);
  complain(fmt::format("no node '{}'; {}run 'rollcall-monitor nodes' to see all", escaped(node),
                       nearest.empty() ? "" : "did you mean '" + escaped(nearest) + "'? "));
  return kExitFailed;
}

int failed(const Settings& settings, const Answer& answer) {
  if (answer.asked == Asked::kUnreachable) {
    complain(fmt::format("no answer from {} within {}; is rollcall-broker running there{}",
                         settings.query, format_duration_exact(settings.timeout_ms),
                         settings.keys.empty() ? "? (If it has --keys, we need some, too.)"
                                               : ", is broker.key its own, and has it let us in?"));
    return kExitUnreachable;
  }
  complain(fmt::format("{} refused: {} ({})", settings.query, escaped(answer.reply.error_message),
                       escaped(answer.reply.error_code)));
  return answer.reply.error_code == "bad_request" ? kExitUsage : kExitFailed;
}

int run_ping(const Settings& settings) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer =
      asker.ask([](std::uint64_t id, Buffer& out) { write_request(id, "ping", out); });
  if (answer.asked != Asked::kAnswered) return failed(settings, answer);
  if (settings.is_json()) return print_json(settings, answer.reply);
  Reader reader(answer.reply.result);
  std::string software = "a broker";
  std::uint64_t uptime_s = answer.reply.as_of.uptime_s;
  constexpr std::array<std::string_view, 2> kNames{"software", "uptime"};
  read_named(reader, kNames, [&](int i) {
    return i == 0 ? read_text(reader, software) : reader.read_uint(uptime_s);
  });
  put_line(fmt::format("{} at {} answered in {:.1f} ms, up for {}", escaped(software),
                       settings.query, static_cast<double>(answer.took_us) / 1000.0,
                       format_duration(static_cast<std::int64_t>(uptime_s) * 1000)));
  return kExitDone;
}

int run_summary(const Settings& settings) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer =
      asker.ask([](std::uint64_t id, Buffer& out) { write_request(id, "summary", out); });
  if (answer.asked != Asked::kAnswered) return failed(settings, answer);
  if (settings.is_json()) return print_json(settings, answer.reply);
  Summary summary;
  if (!decode_summary(answer.reply.result, summary)) return malformed(settings);
  put_rows(summary_page(summary, answer.reply.as_of), wants_colours());
  return kExitDone;
}

int run_node(const Settings& settings, const std::string& node) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer =
      asker.ask([&](std::uint64_t id, Buffer& out) { write_node_request(id, node, out); });
  if (answer.asked == Asked::kRefused && answer.reply.error_code == "not_found") {
    return no_such_node(asker, node);
  }
  if (answer.asked != Asked::kAnswered) return failed(settings, answer);
  if (settings.is_json()) return print_json(settings, answer.reply);
  Reader reader(answer.reply.result);
  Bytes raw;
  constexpr std::array<std::string_view, 1> kNames{"node"};
  read_named(reader, kNames, [&](int) { return reader.skip(limits::kNestingDepth, &raw); });
  Record record;
  if (!reader.ok() || !decode_record(raw, record)) return malformed(settings);
  put_rows(node_page(record, history_of(asker, node), answer.reply.as_of), wants_colours());
  return kExitDone;
}

}  // namespace rollcall
