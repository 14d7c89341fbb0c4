// history, timeline, at; and what all commands about the past share.
#include <algorithm>

#include <fmt/format.h>

#include "monitor/io/output.hpp"
#include "monitor/io/past_options.hpp"
#include "monitor/io/past_paging.hpp"
#include "monitor/render/past_pages.hpp"
#include "monitor/render/svg.hpp"
#include "monitor/view/names.hpp"
#include "shared/client/named.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kUsualWidth = 80;

// And names one that may have been meant, of all that were ever seen: one that is long gone is not
// among those that are listed.
int never_seen(Asker& asker, const std::string& node) {
  PastQuery query;
  query.op = "known";
  query.limit = limits::kPageMax;
  std::vector<std::string> names;
  // A node that begins alike; else any of the first page.
  for (const std::size_t length : {std::max<std::size_t>(1, node.size() / 2), std::size_t{0}}) {
    query.prefix = node.substr(0, length);
    const Answer answer = ask_past(asker, query);
    PastKnownPage page;
    if (answer.asked != Asked::kAnswered || !decode_known(answer.reply.result, page)) break;
    for (const PastKnown& known : page.nodes) names.push_back(known.node);
    const std::string nearest = nearest_name(node, names);
    if (nearest.empty()) continue;
    complain(
        fmt::format("no node '{}' was ever seen; did you mean '{}'? run 'rollcall-monitor "
                    "known' to see all",
                    escaped(node), escaped(nearest)));
    return kExitFailed;
  }
  return no_such_node(asker, node);
}

}  // namespace

std::int64_t moment_of(const AsOf& as_of) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(as_of.at_ms, kMostMs));
}

Answer ask_past(Asker& asker, const PastQuery& query) {
  return asker.ask([&](std::uint64_t id, Buffer& out) { write_past_request(id, query, out); });
}

int past_failed(const Settings& settings, Asker& asker, const Answer& answer,
                const PastQuery& query) {
  if (answer.asked != Asked::kRefused) return failed(settings, answer);
  const std::string& code = answer.reply.error_code;
  if (code == "not_found" && !query.node.empty()) return never_seen(asker, query.node);
  if (code == "not_found" && query.label) {
    complain(
        fmt::format("no node has the label {}={}; run 'rollcall-monitor nodes --columns "
                    "node,labels' to see what there is",
                    escaped(query.label->first), escaped(query.label->second)));
    return kExitFailed;
  }
  if (code == "unknown_op") {
    complain(fmt::format("{} does not know '{}': it is an older rollcall-broker; update it",
                         settings.query, query.op));
    return kExitFailed;
  }
  const int exit_code = failed(settings, answer);
  if (code == "unavailable") {
    complain("ask again in a moment; how its store fares: rollcall-monitor store");
  }
  return exit_code;
}

std::size_t drawing_width() {
  const std::size_t columns = terminal_columns();
  return columns == 0 ? kUsualWidth : columns;
}

int run_history(const Settings& settings, const PastSettings& past, const PastQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer = ask_past(asker, query);
  if (answer.asked != Asked::kAnswered) return past_failed(settings, asker, answer, query);
  PastHistory history;
  if (!past.svg.empty()) {
    if (!decode_history(answer.reply.result, history)) return malformed(settings);
    return put_svg(past.svg, history_svg(history));
  }
  if (settings.is_json()) return print_json(settings, answer.reply);
  if (!decode_history(answer.reply.result, history)) return malformed(settings);
  const bool is_wide = settings.output == "wide";
  put_rows(is_wide ? history_table(history) : history_page(history, drawing_width()),
           wants_colours());
  return kExitDone;
}

int run_timeline(const Settings& settings, const PastSettings& past, const PastQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  const Answer answer = ask_past(asker, query);
  if (answer.asked != Asked::kAnswered) return past_failed(settings, asker, answer, query);
  if (past.svg.empty() && settings.is_json()) return print_json(settings, answer.reply);
  PastTimeline timeline;
  if (!decode_timeline(answer.reply.result, timeline)) return malformed(settings);
  if (!past.svg.empty()) return put_svg(past.svg, timeline_svg(timeline));
  put_rows(timeline_page(timeline, drawing_width()), wants_colours());
  return kExitDone;
}

int run_at(const Settings& settings, const PastSettings& past, const PastQuery& query) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  PagesJson json(query.what == "nodes" ? "nodes" : "");
  PastMomentAnswer all;
  if (query.what != "nodes") {
    const Answer answer = ask_past(asker, query);
    if (answer.asked != Asked::kAnswered) return past_failed(settings, asker, answer, query);
    if (settings.is_json()) return print_json(settings, answer.reply);
    if (!decode_at(answer.reply.result, all)) return malformed(settings);
    put_rows(query.what == "node" ? at_node_page(all) : at_summary_page(all), wants_colours());
    return kExitDone;
  }
  const Paged paged = ask_pages(asker, query, past.limit, [&](const Reply& reply) -> PageSeen {
    PastMomentAnswer page;
    if (!decode_at(reply.result, page) || (settings.is_json() && !json.add(reply))) return {};
    all.time_ms = page.time_ms;
    all.known = page.known;
    const std::size_t count = page.nodes.size();
    for (PastRecord& record : page.nodes) all.nodes.push_back(std::move(record));
    return {true, count, page.next};
  });
  all.next = paged.next;
  return put_pages(settings, asker, query, paged, json,
                   [&](std::size_t columns) { return at_nodes_page(all, columns); });
}

}  // namespace rollcall
