// rollcall-broker: takes announcements, keeps the live registry, answers queries and feeds
// subscribers. This file builds the parts and turns the duty cycle.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <signal.h>
#include <zmq.hpp>

#include "broker/broker.hpp"
#include "broker/budget.hpp"
#include "broker/io/doorkeeper.hpp"
#include "broker/io/readiness.hpp"
#include "broker/io/sockets.hpp"
#include "shared/config/options.hpp"
#include "shared/core/endpoint.hpp"
#include "shared/core/units.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/descriptors.hpp"
#include "shared/io/entropy.hpp"
#include "shared/io/log.hpp"
#include "shared/io/physical_memory.hpp"
#include "shared/io/signals.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

// Those that are no connections: three sockets that listen, what libzmq wakes its threads with, the
// log, signals; and some to spare.
constexpr std::uint64_t kOwnDescriptors = 64;

struct BrokerSettings {
  BrokerEndpoints endpoints;
  BrokerConfig broker;
  BrokerQueues queues;
  // libzmq's threads, which move bytes between TCP and our queues. Two, so that what comes in does
  // not wait for what goes out: 1.10 as many announcements go through as with one, on two cores.
  std::uint64_t io_threads = 2;
  std::string store = "none";
  std::string keys;  // the folder; empty: without
  std::string log_format = "text";
  bool insecure = false;
};

void declare(Options& options, BrokerSettings& settings) {
  constexpr std::int64_t kDayMs = 86'400'000;
  options.text("announce", settings.endpoints.announce, "where agents announce (SUB, binds)");
  options.text("query", settings.endpoints.query, "where queries are answered (ROUTER, binds)");
  options.text("feed", settings.endpoints.feed, "where subscribers connect (XPUB, binds)");
  options.duration_ms(
      "evict-after", settings.broker.evict_after_ms, 100, 30 * kDayMs,
      "forget nodes that are silent for this long, or for 4 of their own intervals");
  options.duration_ms("summary-every", settings.broker.summary_every_ms, 100, kDayMs,
                      "how often the summary is printed and published");
  options.count("announce-queue", settings.queues.announce, 2, 100'000,
                "announcements that wait, for each agent, before its own queue fills");
  options.count("feed-queue", settings.queues.feed, 100, 1'000'000,
                "messages that wait for a slow subscriber before it misses some");
  options.count("io-threads", settings.io_threads, 1, 64,
                "threads that move bytes; one more for each further gigabyte per second");
  options.count("max-nodes", settings.broker.most_nodes, 1, limits::kNodes,
                "nodes known at once; beyond it new ones are refused");
  options.count("max-blocks", settings.broker.most_blocks, 0, limits::kBlocksHeld,
                "blocks held over all nodes; beyond it lists of blocks are refused");
  options.text("keys", settings.keys,
               "the directory of broker.key_secret and of the keys that are let in: agents/, "
               "monitors/ and admins/, as NAME.key");
  options.choice("store", settings.store, {"none"},
                 "where events are kept; none: the last 10,000, in memory");
  options.choice("log-format", settings.log_format, {"text", "json"}, "how the console is written");
  options.flag("verbose", settings.broker.verbose, "print every announcement, too");
  options.flag("insecure", settings.insecure,
               "listen beyond this machine although nobody is authenticated");
  options.footer(
      "Try:  rollcall-broker            and in other terminals\n"
      "      rollcall-agent node-1      rollcall-monitor watch");
}

// What is wrong with the settings together, or an empty text.
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
        "{}: {} can be reached from other machines and nobody is authenticated; use --keys, or "
        "bind "
        "a loopback address such as 127.0.0.1, or add --insecure if you trust everyone who can "
        "reach it",
        named.option, named.endpoint);
  }
  return {};
}

Line started_line(const BrokerSettings& settings, const BrokerEndpoints& bound,
                  std::uint64_t descriptors) {
  Line line;
  line.icon = "🚀";
  line.event = "started";
  line.text = fmt::format(
      "rollcall-broker {} · agents announce to {} · queries {} · feed {} · evicts after {}",
      ROLLCALL_VERSION, bound.announce, bound.query, bound.feed,
      format_duration_exact(settings.broker.evict_after_ms));
  line.fields = {{"announce", bound.announce},
                 {"query", bound.query},
                 {"feed", bound.feed},
                 {"evict_after", static_cast<std::uint64_t>(settings.broker.evict_after_ms)},
                 {"session", settings.broker.session},
                 {"descriptors", descriptors},
                 {"version", std::string(ROLLCALL_VERSION)}};
  return line;
}

Line budget_line(const BrokerSettings& settings, std::uint64_t descriptors) {
  const Allowed allowed{settings.broker.most_nodes, settings.broker.most_blocks,
                        descriptors - std::min<std::uint64_t>(descriptors, kOwnDescriptors)};
  const MemoryBudget budget(allowed);
  const std::uint64_t there = physical_memory_bytes();
  const bool fits = there == 0 || budget.total() <= there;
  Line line;
  line.level = fits ? Level::kInfo : Level::kWarning;
  line.icon = fits ? "📐" : "⚠️ ";
  line.event = "budget";
  line.text = fmt::format(
      "memory: at most {}, of it {} for {} nodes, {} for {} blocks, {} for {} connections",
      format_bytes(budget.total()), format_bytes(budget.nodes_bytes), format_count(allowed.nodes),
      format_bytes(budget.blocks_bytes), format_count(allowed.blocks),
      format_bytes(budget.connections_bytes), format_count(allowed.connections));
  if (!fits) {
    line.text += fmt::format(
        "; this machine has {}: lower --max-nodes, --max-blocks or the limit "
        "of open files",
        format_bytes(there));
  }
  line.fields = {{"memory", budget.total()},
                 {"nodes", allowed.nodes},
                 {"blocks", allowed.blocks},
                 {"connections", allowed.connections}};
  return line;
}

Line insecure_line() {
  Line line;
  line.level = Level::kWarning;
  line.icon = "⚠️ ";
  line.event = "insecure";
  line.text = "--insecure: whoever reaches these endpoints is believed, unauthenticated";
  return line;
}

Line stopped_line(int signal) {
  Line line;
  line.icon = "👋";
  line.event = "stopped";
  line.text = fmt::format("stopped by {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
  return line;
}

Line keys_line(const Doorkeeper& keeper) {
  Line line;
  line.icon = "🔑";
  line.event = "keys";
  line.text = keeper.started_text();
  line.fields = {{"keys", static_cast<std::uint64_t>(keeper.access().size())}};
  return line;
}

Line feed_reopened_line() {
  Line line;
  line.icon = "🔑";
  line.event = "feed_reopened";
  line.text = "feed opened anew, so that those without a key hear nothing more";
  return line;
}

// Who comes and goes, besides what the broker itself does. Null without keys.
class Entrance {
 public:
  Entrance(Doorkeeper* keeper, BrokerSockets& sockets) : keeper_(keeper), sockets_(sockets) {}

  std::int64_t wake_at_ms(std::int64_t otherwise_ms) const {
    return keeper_ == nullptr ? otherwise_ms : std::min(otherwise_ms, keeper_->due_ms());
  }
  void work(Now now, Log& log) {
    if (keeper_ == nullptr) return;
    lines_.clear();
    reopen_ = keeper_->work(now, lines_) || reopen_;
    if (reopen_ && sockets_.reopen_feed()) {
      reopen_ = false;
      lines_.push_back(feed_reopened_line());
    }
    for (const Line& line : lines_) log.write(now, line);
  }
  bool is_due(Now now) const {
    return keeper_ != nullptr && (reopen_ || now.steady_ms >= keeper_->due_ms());
  }

 private:
  Doorkeeper* keeper_;
  BrokerSockets& sockets_;
  std::vector<Line> lines_;
  bool reopen_ = false;
};

// The duty cycle: wait, read the clock once, take what came, step, send, tell.
int turn(BrokerSockets& sockets, Broker& broker, Doorkeeper* keeper, Signals& signals, Log& log) {
  const Readiness others(keeper == nullptr ? std::vector<int>{} : keeper->descriptors(),
                         signals.fd());
  Entrance entrance(keeper, sockets);
  Outbox outbox;
  outbox.wake_at_ms = read_clock().steady_ms;
  while (true) {
    const std::int64_t wake_at_ms = entrance.wake_at_ms(outbox.wake_at_ms);
    const bool is_ready = sockets.wait(read_clock(), wake_at_ms, others.fd());
    if (is_ready) {
      if (const int signal = signals.take(); signal != 0) return signal;
    }
    const Inbox inbox = sockets.receive();
    const Now now = read_clock();
    broker.count_dropped(sockets.replies_dropped(), log.dropped());
    broker.step(now, inbox, sockets, outbox);
    sockets.send(outbox);
    for (const Line& line : outbox.lines) log.write(now, line);
    // After the inbox was let go, which points to what the sockets hold.
    if (is_ready || entrance.is_due(now)) entrance.work(now, log);
  }
}

// Why it cannot start, on standard error.
int cannot(const std::string& why) {
  fmt::print(stderr, "rollcall-broker: {}\n", why);
  return kExitFailed;
}

int run(BrokerSettings settings) {
  Signals signals{SIGINT, SIGTERM};
  const std::uint64_t descriptors = raise_descriptor_limit();
  zmq::context_t context(static_cast<int>(settings.io_threads));
  std::unique_ptr<Doorkeeper> keeper;
  if (!settings.keys.empty()) {
    auto opened = Doorkeeper::open(context, settings.keys, read_clock());
    if (!opened) return cannot(opened.error());
    keeper = std::move(*opened);
    settings.broker.access = &keeper->access();
  }
  settings.broker.insecure = settings.insecure && keeper == nullptr;
  auto sockets = BrokerSockets::open(context, settings.endpoints, settings.queues,
                                     keeper == nullptr ? "" : keeper->secret_key());
  if (!sockets) return cannot(sockets.error());
  Log log(settings.log_format == "json" ? LogFormat::kJson : LogFormat::kText);
  const Now start = read_clock();
  Broker broker(settings.broker, start);
  log.write(start, started_line(settings, (*sockets)->endpoints(), descriptors));
  log.write(start, budget_line(settings, descriptors));
  if (keeper != nullptr) log.write(start, keys_line(*keeper));
  if (settings.broker.insecure) log.write(start, insecure_line());
  const int signal = turn(**sockets, broker, keeper.get(), signals, log);
  log.write(read_clock(), stopped_line(signal));
  return kExitDone;
}

}  // namespace
}  // namespace rollcall

int main(int argc, char** argv) {
  rollcall::BrokerSettings settings;
  rollcall::Options options("rollcall-broker",
                            "Keeps the live registry of storage nodes: takes their announcements,\n"
                            "tells what happens, answers queries and feeds subscribers.");
  rollcall::declare(options, settings);
  if (const auto code = options.parse(argc, argv)) return *code;
  if (const std::string why = rollcall::why_unfit(settings); !why.empty()) {
    fmt::print(stderr, "rollcall-broker: {}\n", why);
    return rollcall::kExitUsage;
  }
  settings.broker.session = rollcall::draw_session();
  return rollcall::run(settings);
}
