#include <array>
#include <optional>

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "monitor/io/commands.hpp"
#include "monitor/io/output.hpp"
#include "monitor/io/terminal.hpp"
#include "monitor/io/trends_of_nodes.hpp"
#include "monitor/render/columns.hpp"
#include "monitor/render/pages.hpp"
#include "shared/client/json.hpp"
#include "shared/client/named.hpp"
#include "shared/config/options.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/signals.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kAskAgainMs = 2000;

// All pages of one listing.
struct Listing {
  std::vector<Record> nodes;
  std::string json;  // the records, separated by commas
  std::string next;  // not empty: --limit ended it
  AsOf as_of;
  std::string as_of_json;
  Answer last;  // of the last page, or what went wrong
  std::uint64_t unreadable = 0;
};

// Appends the records of a page as JSON.
void append_records(Bytes result, std::string& json) {
  Reader reader(result);
  Bytes list;
  constexpr std::array<std::string_view, 1> kNames{"nodes"};
  read_named(reader, kNames, [&](int) { return reader.skip(limits::kNestingDepth + 1, &list); });
  std::string text;
  if (!append_json(list, text) || text.size() <= 2) return;
  if (!json.empty()) json += ',';
  json.append(text, 1, text.size() - 2);
}

bool list_all(Asker& asker, NodesQuery query, bool as_json, Listing& listing) {
  std::uint64_t left = query.limit == 0 ? limits::kNodes : query.limit;
  while (left > 0) {
    query.limit = std::min<std::uint64_t>(left, limits::kPageMax);
    listing.last =
        asker.ask([&](std::uint64_t id, Buffer& out) { write_nodes_request(id, query, out); });
    const Reply& reply = listing.last.reply;
    NodesPage page;
    if (listing.last.asked != Asked::kAnswered) return false;
    if (!decode_nodes_page(reply.result, page)) {
      listing.last.asked = Asked::kRefused;
      listing.last.reply.error_message = "the answer is not understood";
      return false;
    }
    if (listing.as_of_json.empty()) append_json(reply.as_of_raw, listing.as_of_json);
    listing.as_of = reply.as_of;
    listing.unreadable += page.unreadable;
    if (as_json) append_records(reply.result, listing.json);
    const std::uint64_t got = page.nodes.size() + page.unreadable;
    for (Record& record : page.nodes) listing.nodes.push_back(std::move(record));
    listing.next = page.next;
    if (page.next.empty() || page.next == query.after || got == 0) break;
    query.after = page.next;
    left -= std::min(left, got);
  }
  return true;
}

std::string json_of(const Listing& listing) {
  std::string out = "{\"nodes\":[" + listing.json + "],\"next\":";
  if (listing.next.empty()) {
    out += "null";
  } else {
    append_json_text(listing.next, out);
  }
  return out + ",\"as_of\":" + listing.as_of_json + "}";
}

bool is_filtered(const NodesQuery& query) {
  return !query.state.empty() || !query.presence.empty() || !query.duty.empty() ||
         !query.labels.empty() || !query.prefix.empty();
}

Rows page_of(const Settings& settings, const NodesSettings& nodes, const Listing& listing,
             Asker& asker, TrendsOfNodes& trends) {
  const std::vector<std::string>& usual =
      settings.output == "wide" ? wide_node_columns() : usual_node_columns();
  const std::vector<std::string>& columns = nodes.columns.empty() ? usual : nodes.columns;
  const Trends* const shown =
      has_trend_column(columns) ? trends.now(asker, listing.nodes, listing.as_of) : nullptr;
  // A terminal cuts what does not fit; -o wide and a pipe get whole lines.
  const std::size_t width = settings.output == "wide" ? 0 : terminal_columns();
  Rows rows = nodes_page(columns, listing.nodes, is_filtered(nodes.query), !listing.next.empty(),
                         listing.as_of, width, shown);
  if (listing.unreadable != 0) {
    rows.push_back(
        {{fmt::format("{} records were not understood; see them with -o json", listing.unreadable),
          Style::kWarning}});
  }
  return rows;
}

int once(const Settings& settings, const NodesSettings& nodes, Asker& asker) {
  Listing listing;
  if (!list_all(asker, nodes.query, settings.is_json(), listing)) {
    return failed(settings, listing.last);
  }
  if (settings.is_json()) {
    put_line(json_of(listing));
  } else {
    TrendsOfNodes trends;
    put_rows(page_of(settings, nodes, listing, asker, trends), wants_colours());
  }
  return kExitDone;
}

// What the screen shows when nobody answers.
Rows trouble(const Settings& settings) {
  return {{{fmt::format("⚠ no answer from {} - still asking", settings.query), Style::kBad}}};
}

// Returns false when it is time to end.
bool pause(Signals& signals, Terminal* terminal) {
  const std::int64_t until_ms = read_clock().steady_ms + kAskAgainMs;
  while (true) {
    const Now now = read_clock();
    if (now.steady_ms >= until_ms) return true;
    std::array<zmq::pollitem_t, 2> items{
        {{nullptr, signals.fd(), ZMQ_POLLIN, 0}, {nullptr, 0, ZMQ_POLLIN, 0}}};
    poll_until(std::span(items).first(terminal == nullptr ? 1 : 2), now, until_ms);
    const int signal = signals.take();
    if (signal == SIGWINCH) return true;
    if (signal != 0) return false;
    if (terminal == nullptr) continue;
    for (const Key key : terminal->take_keys()) {
      if (key == Key::kQuit) return false;
    }
  }
}

int watch(const Settings& settings, const NodesSettings& nodes) {
  Signals signals({SIGINT, SIGTERM, SIGHUP, SIGWINCH});
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  asker.give_up_on(signals.fd());
  TrendsOfNodes trends;
  std::optional<Terminal> terminal;
  if (is_terminal() && isatty(STDIN_FILENO) == 1 && !settings.is_json()) terminal.emplace();
  do {
    Listing listing;
    const bool ok = list_all(asker, nodes.query, settings.is_json(), listing);
    if (settings.is_json()) {
      if (!ok) return failed(settings, listing.last);
      put_line(json_of(listing));
      continue;
    }
    Rows rows = ok ? page_of(settings, nodes, listing, asker, trends) : trouble(settings);
    if (terminal) {
      rows.resize(terminal->size().rows);
      for (Row& row : rows) row = cut(row, terminal->size().columns);
      terminal->draw(rows, wants_colours());
    } else {
      put_rows(rows, wants_colours());
    }
  } while (pause(signals, terminal ? &*terminal : nullptr));
  return kExitDone;
}

}  // namespace

int run_nodes(const Settings& settings, NodesSettings nodes) {
  for (const std::string& label : nodes.labels) {
    const std::size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      complain(fmt::format("--label: '{}' is not KEY=VALUE", label));
      return kExitUsage;
    }
    nodes.query.labels.emplace_back(label.substr(0, equals), label.substr(equals + 1));
  }
  for (const std::string& column : nodes.columns) {
    if (find_node_column(column) != nullptr) continue;
    std::string known;
    for (const NodeColumn& each : all_node_columns()) {
      known += (known.empty() ? "" : ", ") + std::string(each.name);
    }
    complain(fmt::format("--columns: no column '{}'; there are {}", column, known));
    return kExitUsage;
  }
  if (nodes.watch) return watch(settings, nodes);
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  return once(settings, nodes, asker);
}

}  // namespace rollcall
