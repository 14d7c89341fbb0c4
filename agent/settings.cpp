#include "agent/settings.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "shared/core/endpoint.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/ids.hpp"
#include "shared/core/utf8.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kShownBytes = 64;
constexpr double kFastest = 100'000;

std::string why_bad_endpoints(const AgentSettings& settings) {
  if (settings.announce.empty()) return "--announce: at least one broker is needed";
  if (settings.announce.size() > limits::kBrokersPerAgent) {
    return fmt::format("--announce: at most {} brokers", limits::kBrokersPerAgent);
  }
  if (settings.feed.size() > settings.announce.size()) {
    return fmt::format("--feed: {} given for {} of --announce; each belongs to a broker, in order",
                       settings.feed.size(), settings.announce.size());
  }
  for (const std::string& endpoint : settings.announce) {
    const std::string why = why_bad_peer(endpoint);
    if (!why.empty()) return "--announce: " + why;
  }
  for (const std::string& endpoint : settings.feed) {
    const std::string why = why_bad_peer(endpoint);
    if (!why.empty()) return "--feed: " + why;
  }
  return {};
}

std::string read_labels(AgentSettings& settings) {
  if (settings.label_texts.size() > limits::kLabels) {
    return fmt::format("--label: at most {}", limits::kLabels);
  }
  for (const std::string& text : settings.label_texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fmt::format("--label: '{}' is not KEY=VALUE, such as zone=north",
                         escaped(text, kShownBytes));
    }
    std::string key = text.substr(0, equals);
    std::string value = text.substr(equals + 1);
    if (key.size() > limits::kLabelKeyBytes || value.size() > limits::kLabelValueBytes) {
      return fmt::format("--label: '{}' is too long: keys have at most {} bytes, values {}",
                         escaped(key, kShownBytes), limits::kLabelKeyBytes,
                         limits::kLabelValueBytes);
    }
    if (!is_utf8(text)) {
      return fmt::format("--label: '{}' is not UTF-8", escaped(text, kShownBytes));
    }
    const bool known = std::any_of(settings.labels.begin(), settings.labels.end(),
                                   [&](const auto& label) { return label.first == key; });
    if (known) return fmt::format("--label: '{}' is given twice", escaped(key, kShownBytes));
    settings.labels.emplace_back(std::move(key), std::move(value));
  }
  return {};
}

std::string read_time_scale(AgentSettings& settings) {
  const std::string& text = settings.time_scale_text;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), settings.time_scale);
  const bool fits = error == std::errc() && stop == text.data() + text.size() &&
                    settings.time_scale >= 0.1 && settings.time_scale <= kFastest;
  if (fits) return {};
  return fmt::format("--time-scale: '{}' is not a number from 0.1 to {}",
                     escaped(text, kShownBytes), kFastest);
}

std::string why_bad_text(const char* option, const std::string& text, std::size_t most_bytes) {
  if (text.size() > most_bytes) return fmt::format("{}: at most {} bytes", option, most_bytes);
  if (is_utf8(text)) return {};
  return fmt::format("{}: '{}' is not UTF-8", option, escaped(text, kShownBytes));
}

// One node of this machine is this machine; more of them there are not.
std::string choose_source(AgentSettings& settings) {
  if (settings.source == "system") {
    if (settings.nodes > 1) {
      return fmt::format("--nodes: {} of one machine cannot be; they take --source simulated",
                         settings.nodes);
    }
    settings.nodes = 0;
  }
  if (settings.source.empty()) settings.source = settings.nodes == 0 ? "system" : "simulated";
  return {};
}

std::string why_bad_node(const AgentSettings& settings) {
  const std::string last = member_id(settings, member_count(settings) - 1);
  if (is_node_id(last)) return {};
  return fmt::format(
      "NODE: '{}' is not a node id: letters, digits and _ . : - after a letter or digit, at most "
      "{} characters; give one, as in: rollcall-agent node-1",
      escaped(last, kShownBytes), limits::kNodeIdBytes);
}

}  // namespace

void declare(Options& options, AgentSettings& settings) {
  options.positional("NODE", settings.node, false, "the node id; default: the host name");
  options.texts("announce", settings.announce,
                "a broker's announce endpoint; several: several brokers");
  options.texts("feed", settings.feed,
                "the same brokers' feed endpoints, in the same order; what the last ones tell "
                "is not heard where fewer are given");
  options.duration_ms("interval", settings.interval_ms, limits::kIntervalMinMs,
                      limits::kIntervalMaxMs, "how often to announce");
  options.choice("source", settings.source, {"system", "simulated"},
                 "announce this machine, or a simulated one; default: system");
  options.text("data-dir", settings.data_dir,
               "the directory whose files are the blocks; without: storage of /, no blocks");
  options.texts("label", settings.label_texts, "KEY=VALUE; zone, rack and host have a meaning",
                true);
  options.count("nodes", settings.nodes, 0, limits::kSimulatedNodes,
                "announce as so many simulated nodes, NODE-000001 and on");
  options.size_bytes("capacity", settings.capacity_bytes, "around 4 TiB, each its own",
                     "of every simulated node");
  options.count("seed", settings.seed, 0, UINT64_MAX, "the same seed gives the same simulation");
  options.text("time-scale", settings.time_scale_text,
               "simulated time runs so many times faster than the clock");
  options.text(
      "keys", settings.keys,
      "the directory of this agent's *.key_secret and of broker.key; without: in the clear");
  options.text("address", settings.address, "where blocks of this node can be fetched");
  options.text("leave-reason", settings.leave_reason, "said to brokers when this agent is stopped");
  options.duration_ms("back-in", settings.back_in_ms, 0, 30LL * 86'400'000,
                      "said with it: when the node intends to be back; 0s: not said");
  options.choice("log-format", settings.log_format, {"text", "json"}, "how the console is written");
  options.flag("verbose", settings.verbose, "tell each announcement of many nodes, too");
  options.footer(
      "Try:  rollcall-agent node-1\n"
      "      rollcall-agent sim --source simulated --nodes 12 --interval 2s");
}

std::string member_id(const AgentSettings& settings, std::uint64_t index) {
  if (settings.nodes == 0) return settings.node;
  return fmt::format("{}-{:06}", settings.node, index + 1);
}

std::string complete(AgentSettings& settings, const std::string& host_name) {
  if (settings.node.empty()) settings.node = host_name;
  if (std::string why = choose_source(settings); !why.empty()) return why;
  if (std::string why = why_bad_node(settings); !why.empty()) return why;
  if (std::string why = why_bad_endpoints(settings); !why.empty()) return why;
  if (std::string why = read_labels(settings); !why.empty()) return why;
  if (std::string why = read_time_scale(settings); !why.empty()) return why;
  if (settings.source == "simulated" && !settings.data_dir.empty()) {
    return "--data-dir: a simulated node has simulated blocks; leave one of the two out";
  }
  if (!settings.keys.empty() && settings.nodes > 1) {
    return "--keys: a key speaks for one node, and --nodes makes several; leave one of the two out";
  }
  if (settings.capacity_bytes == 0) return "--capacity: must be above 0";
  if (std::string why = why_bad_text("--address", settings.address, limits::kAddressBytes);
      !why.empty()) {
    return why;
  }
  return why_bad_text("--leave-reason", settings.leave_reason, limits::kLeaveReasonBytes);
}

}  // namespace rollcall
