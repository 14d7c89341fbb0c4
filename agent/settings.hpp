// What the agent was told to do: its options, checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/config/options.hpp"
#include "shared/core/limits.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

struct AgentSettings {
  std::string node;  // default: the host name
  std::vector<std::string> announce{"tcp://127.0.0.1:8888"};
  std::vector<std::string> feed{"tcp://127.0.0.1:8890"};
  std::int64_t interval_ms = limits::kIntervalDefaultMs;
  std::string source;  // system or simulated; default: as `nodes` has it
  std::string data_dir;
  std::string keys;  // the folder of our own key and the broker's; empty: without
  std::vector<std::string> label_texts;
  std::uint64_t nodes = 0;  // simulated ones with numbered ids; 0: one node, NODE itself
  std::optional<std::uint64_t> capacity_bytes;  // of each simulated node; nothing: its own
  std::uint64_t seed = 1;
  double time_scale = 1.0;
  std::string time_scale_text = "1";
  std::string address;
  std::string leave_reason = "stopped";
  std::int64_t back_in_ms = 0;
  std::string log_format = "text";
  bool verbose = false;
  Labels labels;
};

void declare(Options& options, AgentSettings& settings);

// Fills in what follows from the rest (`host_name` for the node id). Returns what is wrong and what
// to do, or an empty text.
std::string complete(AgentSettings& settings, const std::string& host_name);

// How many nodes this agent speaks for.
inline std::uint64_t member_count(const AgentSettings& settings) {
  return settings.nodes == 0 ? 1 : settings.nodes;
}
// The id of node `index` (from 0): NODE-000001 and on with --nodes, NODE itself without.
std::string member_id(const AgentSettings& settings, std::uint64_t index);

}  // namespace rollcall
