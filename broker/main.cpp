// rollcall-broker: takes announcements, keeps the live registry, answers queries and feeds
// subscribers. This file builds the parts and turns the duty cycle.

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <signal.h>
#include <zmq.hpp>

#include "broker/broker.hpp"
#include "broker/budget.hpp"
#include "broker/io/descriptor_reserve.hpp"
#include "broker/io/doorkeeper.hpp"
#include "broker/io/feed_keeper.hpp"
#include "broker/io/readiness.hpp"
#include "broker/io/sockets.hpp"
#include "broker/io/state_directory.hpp"
#include "broker/io/store/store_thread.hpp"
#include "broker/io/supervisor.hpp"
#include "broker/settings.hpp"
#include "broker/start_lines.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/descriptors.hpp"
#include "shared/io/entropy.hpp"
#include "shared/io/log.hpp"
#include "shared/io/physical_memory.hpp"
#include "shared/io/signals.hpp"

namespace rollcall {
namespace {

// What is looked after beside the broker itself: descriptors, the feed, and with keys (else null)
// who comes and goes.
class Upkeep {
 public:
  Upkeep(DescriptorReserve& reserve, FeedKeeper& feed, Doorkeeper* keeper)
      : reserve_(reserve), feed_(feed), keeper_(keeper) {}

  std::int64_t wake_at_ms(std::int64_t otherwise_ms) const {
    const std::int64_t keeper_ms = keeper_ == nullptr ? kNever : keeper_->due_ms();
    return std::min({otherwise_ms, reserve_.due_ms(), feed_.due_ms(), keeper_ms});
  }

  // When no inbox is held: it points to what the sockets hold. `is_ready`: something happened at
  // the descriptors of the doorkeeper.
  void work(Now now, bool is_ready, Log& log) {
    lines_.clear();
    if (keeper_ != nullptr && (is_ready || now.steady_ms >= keeper_->due_ms())) {
      reserve_.lend();
      if (keeper_->work(now, lines_)) feed_.part();
      reserve_.take_back();
    }
    feed_.work(now, lines_);
    for (const Line& line : lines_) log.write(now, line);
  }

 private:
  DescriptorReserve& reserve_;
  FeedKeeper& feed_;
  Doorkeeper* keeper_;
  std::vector<Line> lines_;
};

// The duty cycle: wait, read the clock once, take what came, step, send, tell.
int turn(BrokerSockets& sockets, Broker& broker, StoreThread& store, Doorkeeper* keeper,
         DescriptorReserve& reserve, FeedKeeper& feed, Signals& signals, Log& log) {
  std::vector<int> descriptors = keeper == nullptr ? std::vector<int>{} : keeper->descriptors();
  descriptors.push_back(store.fd());
  const Readiness others(std::move(descriptors), signals.fd());
  StoreReport report;
  Upkeep upkeep(reserve, feed, keeper);
  Outbox outbox;
  outbox.wake_at_ms = read_clock().steady_ms;
  while (true) {
    const std::int64_t wake_at_ms =
        std::min(upkeep.wake_at_ms(outbox.wake_at_ms), sockets.send_due_ms());
    const bool is_ready = sockets.wait(read_clock(), wake_at_ms, others.fd());
    if (is_ready) {
      if (const int signal = signals.take(); signal != 0) return signal;
    }
    Inbox inbox = sockets.receive();
    store.take(report);
    inbox.store = &report;
    const Now now = read_clock();
    reserve.work(now);
    broker.count_descriptors(reserve.use());
    broker.count_dropped(sockets.replies_dropped(), log.dropped());
    broker.step(now, inbox, sockets, outbox);
    if (!outbox.batch.empty()) store.submit(outbox.batch);
    sockets.send(outbox, now);
    for (const Line& line : outbox.lines) log.write(now, line);
    upkeep.work(now, is_ready, log);
  }
}

// Ends the process with a code, if it has one, before what was declared earlier is destroyed.
struct LeaveAtOnce {
  std::optional<int> code;
  ~LeaveAtOnce() {
    if (code) std::_Exit(*code);
  }
};

// What waits is stored, and then told. False where the disk stands still: nobody waits for it.
bool close(BrokerSockets& sockets, Broker& broker, StoreThread& store) {
  StoreBatch last;
  broker.close(last);
  store.submit(last);
  const bool is_closed = store.finish();
  StoreReport report;
  store.take(report);
  Outbox outbox;
  outbox.told = report.stored;
  sockets.send(outbox, read_clock());
  return is_closed;
}

StoreOptions store_options(const BrokerSettings& settings, const std::string& path) {
  const StoreKeeping& keeping = settings.keeping;
  StoreOptions options;
  options.path = path;
  options.keep_events_ms = keeping.events_ms;
  options.history.keep_ms = {keeping.full_ms, keeping.minutes_ms, keeping.hours_ms};
  options.bytes =
      keeping.bytes.value_or(path.empty() ? StoreKeeping::kMemoryBytes : StoreKeeping::kFileBytes);
  options.history.bytes = options.bytes;
  options.evict_after_ms = settings.broker.evict_after_ms;
  return options;
}

// The store that was asked for; or where none was, the default one if it can be had, else memory.
struct OpenStore {
  std::unique_ptr<StoreThread> thread;
  std::string path;
  std::string why;  // it is not the default one
  StoreContents contents;
};
Result<OpenStore> open_store(const BrokerSettings& settings) {
  OpenStore store;
  const bool is_default = settings.store.empty();
  if (is_default) store.path = default_store_path(settings.endpoints.announce);
  if (!is_default && settings.store != "none") store.path = settings.store;
  auto opened =
      StoreThread::open(store_options(settings, store.path), read_clock(), store.contents);
  if (!opened && is_default && !store.path.empty()) {
    store.why = opened.error();
    store.path.clear();
    store.contents = StoreContents();
    opened = StoreThread::open(store_options(settings, {}), read_clock(), store.contents);
  }
  if (!opened) return Error{opened.error()};
  store.thread = std::move(*opened);
  return store;
}

// Why it cannot start, on standard error.
int cannot(const std::string& why, int code = kExitFailed) {
  fmt::print(stderr, "rollcall-broker: {}\n", why);
  return code;
}

LogFormat format_of(const BrokerSettings& settings) {
  return settings.log_format == "json" ? LogFormat::kJson : LogFormat::kText;
}

// The kernel keeps the number of connections: each takes a descriptor.
std::uint64_t bound_descriptors(const Fitted& fitted, std::uint64_t most) {
  const std::uint64_t limit = std::min(most, fitted.allowed.connections + limits::kOwnDescriptors);
  return limit_descriptors(limit) ? limit : most;
}

int run(BrokerSettings settings) {
  Signals signals{SIGINT, SIGTERM};
  const std::uint64_t most_descriptors = raise_descriptor_limit();
  const auto fitted = fit(settings.asked, {physical_memory_bytes(), most_descriptors});
  if (!fitted) return cannot(fitted.error(), kExitUsage);
  const std::uint64_t descriptors = bound_descriptors(*fitted, most_descriptors);
  settings.broker.most_nodes = fitted->allowed.nodes;
  settings.broker.most_blocks = fitted->allowed.blocks;
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
  auto store = open_store(settings);
  if (!store) return cannot(store.error());
  LeaveAtOnce leave;
  DescriptorReserve reserve(descriptors, (*sockets)->endpoints());
  FeedKeeper feed(**sockets, reserve, 2 * fitted->allowed.nodes + limits::kSpareTopics);
  Log log(format_of(settings));
  const Now start = read_clock();
  Broker broker(settings.broker, start);
  const Line remembers = store_line(store->path, store->contents, store->why);
  broker.restore(std::move(store->contents));
  log.write(start, started_line(settings, (*sockets)->endpoints(), descriptors));
  log.write(start, budget_line(*fitted));
  log.write(start, remembers);
  if (keeper != nullptr) {
    log.write(start, keys_line(keeper->started_text(), keeper->access().size()));
  }
  if (settings.broker.insecure) log.write(start, insecure_line());
  if (settings.broker.safe_mode) log.write(start, safe_mode_line());
  if (!reserve.can_turn_away()) log.write(start, cannot_turn_away_line());
  const int signal =
      turn(**sockets, broker, *store->thread, keeper.get(), reserve, feed, signals, log);
  if (!close(**sockets, broker, *store->thread)) {
    log.write(read_clock(), disk_stands_still_line());
    leave.code = kExitFailed;
  }
  log.write(read_clock(), stopped_line(signal == SIGINT ? "SIGINT" : "SIGTERM"));
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
    return rollcall::cannot(why, rollcall::kExitUsage);
  }
  if (settings.supervise && !rollcall::is_supervised()) {
    return rollcall::supervise(argv, rollcall::format_of(settings));
  }
  settings.broker.session = rollcall::draw_session();
  return rollcall::run(settings);
}
