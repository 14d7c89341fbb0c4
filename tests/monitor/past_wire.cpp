#include "tests/monitor/past_wire.hpp"

#include <nlohmann/json.hpp>

namespace rollcall::testing_past {
namespace {

using nlohmann::ordered_json;

}  // namespace

std::string packed(std::string_view json) {
  const auto bytes = ordered_json::to_msgpack(ordered_json::parse(json));
  return {bytes.begin(), bytes.end()};
}

std::string history_json() {
  ordered_json used, total, cpu, highest, rx, tx, states, samples;
  for (int i = 0; i < 60; ++i) {
    const bool is_gap = i >= 20 && i < 25;
    const auto add = [&](ordered_json& to, const ordered_json& value) {
      to.push_back(is_gap ? ordered_json() : value);
    };
    samples.push_back(is_gap ? 0 : 6);
    add(used, (1ull << 40) * (50 + static_cast<unsigned>(i)) / 100);
    add(total, 2ull << 40);
    add(cpu, i < 40 ? 20.0 : 60.0);
    add(highest, i < 40 ? 35.5 : 90.0);
    add(rx, 1'000'000 * (i % 10));
    add(tx, 5'000'000);
    add(states, i < 10 ? "healthy" : (i < 30 ? "warning" : (i < 32 ? "error" : "idle")));
  }
  const ordered_json columns{{"samples", samples}, {"storage_used", used}, {"storage_total", total},
                             {"cpu", cpu},         {"cpu_max", highest},   {"rx", rx},
                             {"tx", tx},           {"state", states},      {"future", {1, 2}}};
  return ordered_json{{"begins", kNowMs - 3'600'000},
                      {"step", 60'000},
                      {"points", 60},
                      {"level", "minute"},
                      {"series", {{{"of", "node-1"}, {"columns", columns}}}},
                      {"future", {{"a", nullptr}}}}
      .dump();
}

std::string timeline_json() {
  return R"({"node": "node-1", "first_seen": 1699000000000, "since": 1699913600000,
    "until": 1700000000000, "known_since": 1699950000000, "tracks": {
    "presence": [{"from": 1699913600000, "to": 1699950000000, "word": "unknown"},
                 {"from": 1699950000000, "to": 1699960000000, "word": "present"},
                 {"from": 1699960000000, "to": 1699960060000, "word": "late",
                  "verdict": "process_died", "future": 1},
                 {"from": 1699960060000, "to": 1699980000000, "word": "evicted"},
                 {"from": 1699980000000, "to": 1700000000000, "word": "present"}],
    "state": [{"from": 1699950000000, "to": 1699955000000, "word": "healthy"},
              {"from": 1699955000000, "to": 1699960060000, "word": "critical"},
              {"from": 1699980000000, "to": 1700000000000, "word": "healthy"}],
    "duty": [{"from": 1699950000000, "to": 1699990000000, "word": "active"},
             {"from": 1699990000000, "to": 1700000000000, "word": "maintenance", "by": "ada",
              "reason": "new \u001b[2J disks"}],
    "session": [{"from": 1699950000000, "to": 1699960060000, "session": 7, "peer": "10.0.0.1"},
                {"from": 1699980000000, "to": 1700000000000, "session": 8, "peer": "10.0.0.2"}]}})";
}

std::string at_summary_json() {
  return R"({"time": 1699990000000, "known": true, "summary": {
    "nodes": {"total": 3, "present": 2, "late": 1, "left": 0,
              "by_state": {"healthy": 2, "warning": 1}},
    "storage": {"used": 5497558138880, "total": 10995116277760}, "cpu": 12.5,
    "memory": {"used": 1073741824, "total": 4294967296}, "network": {"rx": 1000, "tx": 2000}}})";
}

std::string at_nodes_json() {
  return R"({"time": 1699990000000, "known": true, "nodes": [
    {"node": "node-1", "presence": "present", "duty": "active", "state": "healthy",
     "labels": {"zone": "a"}, "sampled_at": 1699989990000,
     "storage": {"used": 5497558138880, "total": 10995116277760}, "cpu": 12.5,
     "memory": {"used": 1073741824, "total": 4294967296}, "network": {"rx": 1000, "tx": 2000}},
    {"node": "node-2", "presence": "late", "duty": "draining", "state": "error", "labels": {}}],
    "next": null})";
}

std::string at_node_json() {
  return R"({"time": 1699990000000, "known": true, "node": {"node": "node-2", "presence": "late",
    "duty": "draining", "state": "error", "labels": {"zone": "a"}}})";
}

std::string forecast_json() {
  return R"({"forecasts": [
    {"of": "all", "used": 80264348827648, "total": 109951162777600, "span": 1814400000,
     "says": "fills", "trend": {"low": 1e11, "middle": 5e11, "high": 1.2e12},
     "full": [{"percent": 80, "at": 1699999999999},
              {"percent": 90, "at": 1701036800000, "earliest": 1700777600000,
               "latest": 1701382400000},
              {"percent": 95, "earliest": 1715000000000}],
     "absorb": {"largest": "node-3", "now": false, "at": 1700100000000}},
    {"of": "node-2", "used": 1, "total": 100, "span": 3600000, "says": "cannot_predict",
     "why": "an hour of history is too little; it needs a day"},
    {"of": "zone=b", "used": 50, "total": 100, "span": 864000000, "says": "empties",
     "trend": {"low": -3, "middle": -2048.0, "high": -1}, "full": [],
     "absorb": {"largest": "node-9", "now": true}}]})";
}

std::string backtest_json() {
  return R"({"since": 1699913600000, "until": 1700000000000, "nodes": 100, "silences": 40,
    "shortest": 3000,
    "as_it_was": {"evict_after": 120000, "late": 40, "evicted": 12, "false_evictions": 7,
                  "mean_detection": 31000},
    "as_it_would_be": {"late_after": 30000, "evict_after": 300000, "late": 30, "evicted": 6,
                       "false_evictions": 1, "mean_detection": 45000},
    "changed": [{"node": "node-1", "at": 1699950000000, "silent_for": 130000, "was": "evicted",
                 "would_be": "late"}], "changed_total": 6})";
}

std::string availability_json() {
  return R"({"since": 1697408000000, "until": 1700000000000, "rows": [
    {"of": "node-1", "nodes": 1, "up": 0.9931, "down": 18000000, "planned": 7200000, "unknown": 0,
     "incidents": 3, "mean_time_between_failures": 777600000, "mean_time_to_return": 6000000},
    {"of": "node-2", "nodes": 1, "up": 0.9999999, "down": 250, "planned": 0, "unknown": 60000,
     "incidents": 0},
    {"of": "node-3", "nodes": 1, "up": null, "down": 0, "planned": 0, "unknown": 2592000000,
     "incidents": 0}], "next": null})";
}

std::string known_json() {
  return R"({"nodes": [{"node": "node-1", "presence": "left", "first_seen": 1690000000000,
    "heard_at": 1699990000000, "sessions": 4, "labels": {"zone": "a"}, "duty": "maintenance",
    "order": {"by": "ada", "reason": "disks", "since": 1699990000000, "until": 1700010000000},
    "back_by": 1700010000000,
    "notes": [{"at": 1699000000000, "by": "ada", "text": "the fan\nis loud"}]}], "next": null})";
}

std::string store_json() {
  return R"({"persisting": false, "why": "the disk is full", "kind": "file", "schema": 1,
    "bytes": 5242880, "wal_bytes": 1048576, "free_bytes": 0,
    "events": {"oldest": 1, "newest": 12345, "since": 1697000000000}, "nodes": 12,
    "history": {"full_since": 1699900000000, "minute_since": 1699000000000, "hour_since": null,
                "samples": 123456, "bytes": 4194304},
    "retention": {"events": 7776000000, "full": 172800000, "minute": 1209600000,
                  "hour": 34560000000, "bytes": 8589934592},
    "commits": 5555, "commit_ms": {"p50": 1.2, "p99": 8.5, "max": 40}, "waiting": 7,
    "lost": {"events": 1, "samples": 2}})";
}

}  // namespace rollcall::testing_past
