// rollcall-agent: announces what a storage node has, does and holds, to one or several brokers.
// This file builds the parts; io/duty_cycle turns them.

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>
#include <zmq.hpp>

#include "agent/announce/announcer.hpp"
#include "agent/io/broker_link.hpp"
#include "agent/io/duty_cycle.hpp"
#include "agent/io/system/system_source.hpp"
#include "agent/settings.hpp"
#include "agent/simulate/simulated_source.hpp"
#include "shared/core/units.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/descriptors.hpp"
#include "shared/io/entropy.hpp"
#include "shared/io/key_file.hpp"

namespace rollcall {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

SimulationOptions simulation_of(const AgentSettings& settings, std::uint64_t index) {
  SimulationOptions options;
  options.seed = settings.seed;
  options.capacity_bytes = settings.capacity_bytes;
  options.time_scale = settings.time_scale;
  if (settings.nodes > 0) options.zone = simulated_zone(index);
  return options;
}

// What --label says goes before what the simulation makes up.
void add_missing(Labels more, Labels& labels) {
  for (auto& label : more) {
    const bool is_known = std::any_of(labels.begin(), labels.end(), [&](const auto& known) {
      return known.first == label.first;
    });
    if (!is_known && labels.size() < limits::kLabels) labels.push_back(std::move(label));
  }
}

std::vector<Member> make_members(const AgentSettings& settings, Now now) {
  std::vector<Member> members;
  const std::uint64_t count = member_count(settings);
  members.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string id = member_id(settings, i);
    std::unique_ptr<Source> source;
    Labels labels = settings.labels;
    if (settings.source == "simulated") {
      source = std::make_unique<SimulatedSource>(id, simulation_of(settings, i), now);
      if (settings.nodes > 0) {
        add_missing(simulated_labels(id, settings.seed, i, count), labels);
      }
    } else {
      SystemOptions options;
      options.data_dir = settings.data_dir;
      source = std::make_unique<SystemSource>(std::move(options), now);
    }
    members.emplace_back(std::move(id), std::move(source), std::move(labels));
  }
  return members;
}

// All commands for us begin so; with many nodes one subscription is enough for all of them.
std::string command_prefix(const AgentSettings& settings) {
  return settings.nodes == 0 ? command_topic(settings.node) : command_topic(settings.node + "-");
}

// One for each broker: libzmq resolves names in the thread that moves bytes, and one that does not
// resolve must not keep us from the other brokers.
using Contexts = std::vector<std::unique_ptr<zmq::context_t>>;

std::vector<std::unique_ptr<BrokerLink>> make_links(Contexts& contexts,
                                                    const AgentSettings& settings,
                                                    const std::optional<CurveClient>& keys,
                                                    Now now) {
  std::vector<std::unique_ptr<BrokerLink>> links;
  for (std::size_t i = 0; i < settings.announce.size(); ++i) {
    const std::string feed = i < settings.feed.size() ? settings.feed[i] : std::string();
    LinkConfig config;
    config.command_topic = command_prefix(settings);
    config.nodes = member_count(settings);
    config.keys = keys;
    config.seed = draw_session();
    contexts.push_back(std::make_unique<zmq::context_t>(1));
    links.push_back(std::make_unique<BrokerLink>(
        *contexts.back(), BrokerAddress{settings.announce[i], feed}, std::move(config), now));
  }
  return links;
}

Line started_line(const AgentSettings& settings) {
  const std::uint64_t count = member_count(settings);
  const std::string who = settings.nodes == 0
                              ? settings.node
                              : fmt::format("{} simulated nodes, {} to {}", format_count(count),
                                            member_id(settings, 0), member_id(settings, count - 1));
  Line line;
  line.icon = "🔧";
  line.event = "started";
  line.text = fmt::format("rollcall-agent {} · {} · source {}{} · every {}", ROLLCALL_VERSION, who,
                          settings.source,
                          settings.data_dir.empty() ? "" : " · blocks in " + settings.data_dir,
                          format_duration_exact(settings.interval_ms));
  line.fields = {{"node", settings.node},
                 {"nodes", count},
                 {"source", settings.source},
                 {"interval", static_cast<std::uint64_t>(settings.interval_ms)},
                 {"version", std::string(ROLLCALL_VERSION)}};
  return line;
}

// A large fleet is tens of millions of small pieces of memory, which take longer to give back one
// by one than an orderly stop may: they are left for the system to take.
void leave_to_the_system(std::unique_ptr<Announcer> fleet) {
  [[maybe_unused]] static Announcer* volatile kept = nullptr;  // still referred to: not a leak
  kept = fleet.release();
}

// The keys of --keys; nothing without. What is wrong with them, or an empty text.
std::string read_keys(const std::string& folder, std::optional<CurveClient>& keys) {
  if (folder.empty()) return {};
  auto read = read_client_keys(folder);
  if (!read) return "--keys: " + read.error();
  keys = std::move(*read);
  return {};
}

int run(const AgentSettings& settings) {
  // One arena: threads that each keep their own make a small agent large.
  mallopt(M_ARENA_MAX, 1);
  Signals signals{SIGINT, SIGTERM};
  raise_descriptor_limit();
  std::optional<CurveClient> keys;
  if (const std::string why = read_keys(settings.keys, keys); !why.empty()) {
    fmt::print(stderr, "rollcall-agent: {}\n", why);
    return kExitUsage;
  }
  Contexts contexts;
  const Now start = read_clock();
  auto links = make_links(contexts, settings, keys, start);
  for (const auto& link : links) {
    if (link->problem().empty()) continue;
    fmt::print(stderr, "rollcall-agent: {}\n", link->problem());
    return kExitUsage;
  }
  Log log(settings.log_format == "json" ? LogFormat::kJson : LogFormat::kText);
  log.write(start, started_line(settings));
  AnnouncerConfig config;
  config.interval_ms = settings.interval_ms;
  config.address = settings.address;
  config.software = "rollcall-agent/" ROLLCALL_VERSION;
  config.session_seed = draw_session();
  config.verbose = settings.verbose;
  auto announcer =
      std::make_unique<Announcer>(std::move(config), make_members(settings, start), start);
  const int wake_fd =
      member_count(settings) == 1 ? announcer->members().front().source->wake_fd() : -1;
  DutyCycle cycle(std::move(links), *announcer, signals, log, wake_fd);
  cycle.run();
  const bool says_when = settings.back_in_ms > 0;
  cycle.leave(
      settings.leave_reason,
      says_when ? std::optional(static_cast<std::uint64_t>(settings.back_in_ms)) : std::nullopt);
  if (member_count(settings) > 1) leave_to_the_system(std::move(announcer));
  return kExitDone;
}

}  // namespace
}  // namespace rollcall

int main(int argc, char** argv) {
  rollcall::AgentSettings settings;
  rollcall::Options options("rollcall-agent",
                            "Announces what a storage node has, does and holds to one or several\n"
                            "brokers: this machine, or simulated ones.");
  rollcall::declare(options, settings);
  if (const auto code = options.parse(argc, argv)) return *code;
  if (const std::string why = rollcall::complete(settings, rollcall::host_name()); !why.empty()) {
    fmt::print(stderr, "rollcall-agent: {}\n", why);
    return rollcall::kExitUsage;
  }
  return rollcall::run(settings);
}
