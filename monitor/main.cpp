// rollcall-monitor: shows what a broker knows.
#include <array>
#include <string>
#include <utility>

#include <signal.h>
#include <zmq.hpp>

#include "monitor/io/commands.hpp"
#include "monitor/io/order_options.hpp"
#include "monitor/io/output.hpp"
#include "monitor/io/past_options.hpp"
#include "shared/config/options.hpp"
#include "shared/core/endpoint.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"
#include "shared/io/key_file.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

struct Chosen {
  Settings settings;
  NodesSettings nodes;
  EventsSettings events;
  PastSettings past;
  OrderChoice orders;
  std::string node;
  std::string guard;
  std::string subject;  // of a guard
  std::string command;
  std::string what;    // of keys
  std::string name;    // of keygen
  std::string folder;  // of both
};

void add_globals(Options& options, Settings& settings) {
  options.text("query", settings.query, "the broker's query endpoint");
  options.text("feed", settings.feed, "the broker's feed endpoint");
  options.choice("o,output", settings.output, {"table", "wide", "json"}, "how to print");
  options.text("keys", settings.keys,
               "the directory of our own *.key_secret and of broker.key; without: in the clear");
  options.duration_ms("timeout", settings.timeout_ms, 1, 3'600'000, "how long to wait for answers");
}

void add_nodes(Options& options, Chosen& chosen) {
  OptionGroup group = options.command("nodes", chosen.command, "list nodes");
  NodesSettings& nodes = chosen.nodes;
  group.texts("state", nodes.query.state, "only healthy, idle, warning, critical or error");
  group.texts("presence", nodes.query.presence, "only present, late or left");
  group.texts("duty", nodes.query.duty, "only active, maintenance, draining or drained");
  group.texts("label", nodes.labels, "only with this label, KEY=VALUE; several must all match",
              true);
  group.text("prefix", nodes.query.prefix, "only ids that begin so");
  group.text("sort", nodes.query.sort,
             "node, state, presence, silent_for, cpu, memory, storage, used, total, network, "
             "joined_at, missed or uptime; --sort=-cpu is descending");
  group.count("limit", nodes.query.limit, 0, limits::kNodes, "at most so many; 0: all");
  group.texts("columns", nodes.columns, "show these columns, separated by commas");
  group.flag("watch", nodes.watch, "ask again every 2 s");
}

void add_commands(Options& options, Chosen& chosen) {
  options.command("ping", chosen.command, "is the broker there?");
  options.command("summary", chosen.command, "the cluster in totals");
  add_nodes(options, chosen);
  options.command("node", chosen.command, "everything known of one node")
      .positional("NODE", chosen.node, true, "its id");
  options.command("explain", chosen.command, "why a node is shown as it is")
      .positional("NODE", chosen.node, true, "its id");
  options.command("guards", chosen.command, "what holds the broker back, and until when");
  OptionGroup release = options.command("release", chosen.command, "end a guard now");
  release.positional("GUARD", chosen.guard, true,
                     "own_pause, warm_up, mass_loss, flapping, flood or safe_mode");
  release.positional("OF", chosen.subject, false, "the node, or the domain as guards shows it");
  OptionGroup events = options.command("events", chosen.command, "what happened");
  events.flag("f,follow", chosen.events.follow, "go on as it happens");
  events.text("node", chosen.events.node, "only of this node");
  events.texts("kinds", chosen.events.kinds,
               "only joined, restarted, state, late, recovered, left, evicted, conflict, duty, "
               "refused, guard, overdue, forgotten, note or store");
  events.count("limit", chosen.events.limit, 0, 1'000'000,
               "at most so many; 0: as many as is usual");
  events.text("after", chosen.events.after, "those after the event of this number");
  events.text("since", chosen.events.since, "from then on: 2h (ago), 2026-11-25T14:00:00Z");
  events.text("until", chosen.events.until, "until then");
  events.texts("label", chosen.events.labels, "only of nodes with this label, KEY=VALUE", true);
  add_order_commands(options, chosen.command, chosen.orders);
  OptionGroup keygen = options.command("keygen", chosen.command, "make a pair of keys");
  keygen.positional("NAME", chosen.name, true, "a node id, a person's name, or: broker");
  keygen.text("out", chosen.folder, "the directory to put it into; default: keys");
  OptionGroup keys =
      options.command("keys", chosen.command, "look at a broker's directory of keys");
  keys.positional("WHAT", chosen.what, true, "list: who is let in; check: what is wrong with it");
  keys.positional("DIR", chosen.folder, false, "the directory; default: keys");
  add_past_commands(options, chosen.past, chosen.command);
  options.command("watch", chosen.command, "the cluster live, on the whole screen");
  options.footer("Begin with: rollcall-monitor watch");
}

template <typename E>
std::string why_bad_words(const std::vector<std::string>& words, const char* option, E) {
  for (const std::string& word : words) {
    if (from_name<E>(word)) continue;
    std::string known;
    for (const std::string_view name : names_of(E{})) {
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return std::string(option) + ": '" + word + "' is not one of " + known;
  }
  return {};
}

// What is wrong with the choice, or an empty text.
std::string why_bad(const Chosen& chosen) {
  for (const auto& [option, endpoint] : {std::pair{"--query: ", &chosen.settings.query},
                                         std::pair{"--feed: ", &chosen.settings.feed}}) {
    const std::string why = why_bad_peer(*endpoint);
    if (!why.empty()) return option + why;
  }
  const NodesQuery& query = chosen.nodes.query;
  const std::vector<std::string> guard{chosen.guard};
  for (const std::string& why :
       {why_bad_words(query.state, "--state", State{}),
        why_bad_words(query.presence, "--presence", Presence{}),
        why_bad_words(query.duty, "--duty", Duty{}),
        why_bad_words(chosen.events.kinds, "--kinds", EventKind{}),
        chosen.guard.empty() ? std::string() : why_bad_words(guard, "release", GuardKind{})}) {
    if (!why.empty()) return why;
  }
  return {};
}

int run_keys(const Chosen& chosen) {
  const std::string folder = chosen.folder.empty() ? "keys" : chosen.folder;
  if (chosen.command == "keygen") return run_keygen(chosen.name, folder);
  if (chosen.what == "list") return run_keys_list(chosen.settings, folder);
  if (chosen.what == "check") return run_keys_check(folder);
  complain("keys: '" + escaped(chosen.what, 64) + "' is neither list nor check");
  return kExitUsage;
}

int run(Chosen& chosen) {
  Settings& settings = chosen.settings;
  if (chosen.command == "keygen" || chosen.command == "keys") return run_keys(chosen);
  if (!settings.keys.empty()) {
    auto keys = read_client_keys(settings.keys);
    if (!keys) {
      complain("--keys: " + keys.error());
      return kExitUsage;
    }
    settings.own_keys = std::move(*keys);
  }
  if (const auto code = run_past(settings, chosen.past, chosen.command)) return *code;
  if (const auto code = run_order_commands(settings, chosen.command, chosen.orders)) return *code;
  if (chosen.command == "ping") return run_ping(settings);
  if (chosen.command == "summary") return run_summary(settings);
  if (chosen.command == "nodes") return run_nodes(settings, chosen.nodes);
  if (chosen.command == "node") return run_node(settings, chosen.node);
  if (chosen.command == "explain") return run_explain(settings, chosen.node);
  if (chosen.command == "guards") return run_guards(settings);
  if (chosen.command == "release") return run_release(settings, chosen.guard, chosen.subject);
  if (chosen.command == "events") return run_events(settings, chosen.events);
  return run_watch(settings);
}

int monitor_main(int argc, const char* const* argv) {
  signal(SIGPIPE, SIG_IGN);
  Chosen chosen;
  Options options("rollcall-monitor", "Shows what a rollcall-broker knows of its nodes.");
  add_globals(options, chosen.settings);
  add_commands(options, chosen);
  if (const auto code = options.parse(argc, argv)) return *code;
  const std::string why = why_bad(chosen);
  if (!why.empty()) {
    complain(why);
    return kExitUsage;
  }
  try {
    return run(chosen);
  } catch (const zmq::error_t& error) {
    complain(std::string("ZeroMQ failed: ") + error.what());
    return kExitFailed;
  }
}

}  // namespace
}  // namespace rollcall

int main(int argc, char** argv) { return rollcall::monitor_main(argc, argv); }
