// rollcall-load: announces as many nodes, subscribes and asks, to measure a broker or one of its
// peers.
#include <exception>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "shared/config/options.hpp"
#include "shared/io/descriptors.hpp"
#include "shared/io/entropy.hpp"
#include "tests/bench/load/peer.hpp"
#include "tests/bench/load/runs.hpp"

namespace rollcall {

std::unique_ptr<Publisher> make_publisher(const LoadSettings& settings) {
  const auto& [system, endpoint] = std::tie(settings.system, settings.endpoint);
  if (system == "nats") return make_nats_publisher(endpoint, settings.rate != 0);
  if (system == "redis") return make_redis_publisher(endpoint);
  if (system == "mosquitto") return make_mosquitto_publisher(endpoint);
  return make_zmq_publisher(endpoint, settings.keys);
}

std::unique_ptr<Subscriber> make_subscriber(const LoadSettings& settings) {
  const auto& [system, endpoint, connections] =
      std::tie(settings.system, settings.endpoint, settings.connections);
  if (system == "nats") return make_nats_subscriber(endpoint, connections);
  if (system == "mosquitto") return make_mosquitto_subscriber(endpoint, connections);
  if (system == "redis") throw std::runtime_error("redis has no subscribers to a key's values");
  return make_zmq_subscriber(endpoint, connections, settings.topic, settings.keys);
}

HostPort host_port_of(const std::string& endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  return {endpoint.substr(6, colon - 6), std::stoi(endpoint.substr(colon + 1))};
}

FleetShape fleet_of(const LoadSettings& settings) {
  return {.nodes = settings.nodes,
          .seed = settings.in_order ? 0u : 7u,
          .interval_ms = settings.interval_ms,
          .prefix = settings.prefix,
          .session = draw_session() | std::uint64_t{1} << 63};  // always of eight bytes
}

namespace {

void declare_common(OptionGroup& group, LoadSettings& settings) {
  group.text("endpoint", settings.endpoint, "tcp://HOST:PORT of the system");
  group.choice("system", settings.system, {"zmq", "nats", "redis", "mosquitto"}, "what it is");
  group.duration_ms("for", settings.duration_ms, 1, 86'400'000, "how long");
  group.count("connections", settings.connections, 1, 100'000, "how many");
  group.text("keys", settings.keys, "a client's folder of keys (zmq); without: in the clear");
  group.flag("stamped", settings.stamped, "measure delays: bodies say when they were sent");
}

int run(LoadSettings& settings) {
  raise_descriptor_limit();
  if (settings.command == "subscribe") return subscribe(settings);
  if (settings.command == "ask") return ask(settings);
  return settings.connections > 1 ? publish_on_many(settings) : publish(settings);
}

}  // namespace
}  // namespace rollcall

int main(int argc, char** argv) {
  using namespace rollcall;
  LoadSettings settings;
  Options options("rollcall-load",
                  "Puts a broker, or one of its peers, under load and measures it.");
  OptionGroup publish = options.command("publish", settings.command, "announce as many nodes");
  declare_common(publish, settings);
  publish.count("nodes", settings.nodes, 1, 10'000'000, "how many nodes");
  publish.count("rate", settings.rate, 0, 100'000'000, "announcements per second; 0: no limit");
  publish.count("burst", settings.burst, 1, 1'000'000, "so many at a time");
  publish.count("rounds", settings.rounds, 0, 1'000'000, "of all nodes; 0: until time is over");
  publish.duration_ms("interval", settings.interval_ms, 1, 3'600'000, "what announcements say");
  publish.text("prefix", settings.prefix, "what their ids begin with");
  publish.flag("in-order", settings.in_order, "by id instead of shuffled");
  OptionGroup subscribe = options.command("subscribe", settings.command, "take every status");
  declare_common(subscribe, settings);
  subscribe.text("topic", settings.topic, "what to subscribe to (zmq)");
  subscribe.count("most", settings.most, 0, 1'000'000'000, "deliveries, then it ends; 0: by time");
  subscribe.count("skip", settings.skip, 0, 1'000'000'000, "deliveries before measuring");
  OptionGroup ask = options.command("ask", settings.command, "query one after another");
  declare_common(ask, settings);
  ask.text("op", settings.op, "summary, node, ping …");
  ask.count("nodes", settings.nodes, 1, 10'000'000, "of which one is asked for");
  ask.count("rate", settings.rate, 0, 1'000'000, "per second");
  if (const auto code = options.parse(argc, argv)) return *code;
  try {
    return run(settings);
  } catch (const std::exception& error) {
    fmt::print(stderr, "rollcall-load: {}\n", error.what());
    return kExitFailed;
  }
}
