// The commands. Each returns the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/client/io/ask.hpp"
#include "shared/client/request.hpp"

namespace rollcall {

struct Settings {
  std::string query = "tcp://127.0.0.1:8889";
  std::string feed = "tcp://127.0.0.1:8890";
  std::string output = "table";  // table, wide or json
  std::int64_t timeout_ms = 3000;
  std::string keys;  // the folder; empty: without
  std::optional<CurveClient> own_keys;

  const CurveClient* curve() const { return own_keys ? &*own_keys : nullptr; }
  bool is_json() const { return output == "json"; }
};

struct NodesSettings {
  NodesQuery query;
  std::vector<std::string> labels;   // K=V
  std::vector<std::string> columns;  // empty: the usual ones
  bool watch = false;
};

struct EventsSettings {
  std::string node;
  std::vector<std::string> kinds;
  std::uint64_t limit = 0;  // 0: as many as is usual
  std::string after;        // a number; empty: the latest events
  std::string since;        // moments
  std::string until;
  std::vector<std::string> labels;  // K=V
  bool follow = false;
};

// `keygen` and `keys`: nobody is asked.
int run_keygen(const std::string& name, const std::string& folder);
int run_keys_list(const Settings& settings, const std::string& folder);
int run_keys_check(const std::string& folder);
// What is wrong with a broker's directory of keys, a line each.
std::vector<std::string> key_problems(const std::string& folder);

int run_ping(const Settings& settings);
int run_summary(const Settings& settings);
int run_node(const Settings& settings, const std::string& node);
int run_explain(const Settings& settings, const std::string& node);
int run_guards(const Settings& settings);
int run_release(const Settings& settings, const std::string& guard, const std::string& subject);
int run_nodes(const Settings& settings, NodesSettings nodes);
int run_events(const Settings& settings, const EventsSettings& events);
int run_watch(const Settings& settings);
int follow_events(const Settings& settings, const EventsSettings& events, std::uint64_t after,
                  bool has_after);

// Says on standard error why there is no answer; the exit code that goes with it.
int failed(const Settings& settings, const Answer& answer);
int malformed(const Settings& settings);
// And names one that may have been meant.
int no_such_node(Asker& asker, const std::string& node);
// What was answered, as JSON.
int print_json(const Settings& settings, const Reply& reply);

}  // namespace rollcall
