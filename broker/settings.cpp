#include "broker/settings.hpp"

#include <fmt/format.h>

#include "shared/core/endpoint.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

void declare_limits(Options& options, BrokerSettings& settings) {
  Asked& asked = settings.asked;
  options.count("announce-queue", settings.queues.announce, 2, 100'000,
                "announcements that wait, for each agent, before its own queue fills");
  options.count("feed-queue", settings.queues.feed, 100, 1'000'000,
                "messages that wait for a slow subscriber before it misses some");
  options.count("max-nodes", asked.nodes, std::to_string(limits::kNodes) + ", if memory allows", 1,
                limits::kNodes, "nodes known at once; beyond it new ones are refused");
  options.count("max-blocks", asked.blocks,
                std::to_string(limits::kBlocksHeld) + ", if memory allows", 0, limits::kBlocksHeld,
                "blocks held over all nodes; beyond it lists of blocks are refused");
  options.count("max-connections", asked.connections, "as the limit of open files and memory allow",
                0, limits::kConnections,
                "connections at once, over all three sockets; beyond it newcomers are turned away; "
                "0 is the default");
  options.size_bytes("memory-limit", asked.memory_bytes, "what the machine or the cgroup has",
                     "memory that may be needed at most; refuses to start with limits beyond it");
}

void declare_store(Options& options, BrokerSettings& settings) {
  StoreKeeping& keeping = settings.keeping;
  constexpr std::int64_t kMostMs = 10 * 365 * kDayMs;
  options.text("store", settings.store,
               "the file that remembers events, nodes, orders and how everything went; none: in "
               "memory alone; default: rollcall/broker-PORT.db in the state directory");
  options.duration_ms("keep-events", keeping.events_ms, 60'000, kMostMs,
                      "events are forgotten after so long");
  options.duration_ms("keep-full", keeping.full_ms, 60'000, kMostMs,
                      "so long every sample of a node is kept");
  options.duration_ms("keep-minutes", keeping.minutes_ms, 60'000, kMostMs,
                      "and so long a point for each minute");
  options.duration_ms("keep-hours", keeping.hours_ms, 60'000, kMostMs,
                      "and so long a point for each hour");
  options.size_bytes("store-size", keeping.bytes, "8GiB; 64MiB in memory",
                     "what the store may take up; beyond it, the oldest of the finest goes first");
}

}  // namespace

void declare(Options& options, BrokerSettings& settings) {
  options.text("announce", settings.endpoints.announce, "where agents announce (SUB, binds)");
  options.text("query", settings.endpoints.query, "where queries are answered (ROUTER, binds)");
  options.text("feed", settings.endpoints.feed, "where subscribers connect (XPUB, binds)");
  options.duration_ms(
      "evict-after", settings.broker.evict_after_ms, 100, 30 * kDayMs,
      "forget nodes that are silent for this long, or for 4 of their own intervals");
  options.duration_ms("summary-every", settings.broker.summary_every_ms, 100, kDayMs,
                      "how often the summary is printed and published");
  options.count("io-threads", settings.io_threads, 1, 64,
                "threads that move bytes; one more for each further gigabyte per second");
  declare_limits(options, settings);
  options.text("keys", settings.keys,
               "the directory of broker.key_secret and of the keys that are let in: agents/, "
               "monitors/ and admins/, as NAME.key");
  declare_store(options, settings);
  options.choice("log-format", settings.log_format, {"text", "json"}, "how the console is written");
  options.flag("verbose", settings.broker.verbose, "print every announcement, too");
  options.flag("supervise", settings.supervise,
               "be two processes: one starts the broker again when it crashes");
  options.flag("safe-mode", settings.broker.safe_mode,
               "take no blocks in for ten minutes; --supervise does so by itself after the third "
               "crash within a minute");
  options.flag("insecure", settings.insecure,
               "listen beyond this machine although nobody is authenticated");
  options.footer(
      "Try:  rollcall-broker            and in other terminals\n"
      "      rollcall-agent node-1      rollcall-monitor watch");
}

std::string why_unfit(const BrokerSettings& settings) {
  struct Named {
    const char* option;
    const std::string& endpoint;
  };
  for (const Named& named :
       {Named{"--announce", settings.endpoints.announce},
        Named{"--query", settings.endpoints.query}, Named{"--feed", settings.endpoints.feed}}) {
    const std::string why = why_bad_endpoint(named.endpoint);
    if (!why.empty()) return fmt::format("{}: {}", named.option, why);
    if (!settings.keys.empty() || settings.insecure || is_loopback(named.endpoint)) continue;
    return fmt::format(
        "{}: {} can be reached from other machines and nobody is authenticated; use --keys, "
        "or bind a loopback address such as 127.0.0.1, or add --insecure if you trust everyone "
        "who can reach it",
        named.option, named.endpoint);
  }
  return {};
}

}  // namespace rollcall
