// What is wrong with a cluster's broker, as far as someone who asks it can see; and what to do.
//
// Pure: whoever owns the sockets and files hands in what was observed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/client/guards.hpp"
#include "shared/client/reply.hpp"
#include "shared/client/store_health.hpp"
#include "shared/client/summary.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

enum class Health : std::uint8_t { kOk, kWarning, kProblem };
std::string_view name_of(Health health);

struct Check {
  std::string name;  // a word for programs
  Health verdict = Health::kOk;
  std::string text;    // what was found
  std::string advice;  // what to do; empty where nothing is
};

struct Observed {
  std::string query;  // endpoints, as asked
  std::string feed;
  std::string our_version;
  bool has_keys = false;       // we have some
  bool is_reached = false;     // queries are answered
  bool is_feed_heard = false;  // anything came within feed_waited_ms
  std::int64_t feed_waited_ms = 0;
  std::string software;  // of the broker: name/version
  AsOf as_of;
  std::int64_t our_wall_ms = 0;  // when as_of came
  std::int64_t took_ms = 0;      // from asking to the answer
  // Nothing where it was not answered.
  std::optional<Summary> summary;
  std::optional<Summary> summary_later;
  std::optional<GuardsPage> guards;
  std::optional<StoreHealth> store;
  bool is_older = false;  // it does not know of stores
  // Of the nodes that were looked at:
  std::uint64_t nodes_seen = 0;
  std::vector<std::string> overdue;                                    // not back in time
  std::vector<std::pair<std::string, std::int64_t>> clocks_off_by_ms;  // ahead: above 0
  // Of files; nothing where they were not to be looked at.
  std::optional<std::vector<std::string>> key_problems;
  std::optional<std::vector<std::string>> config_problems;
};

std::vector<Check> diagnose(const Observed& seen);

// Between our clock and another's: less may be the way between us.
inline constexpr std::int64_t kClockOffMs = 2000;

// Keys of a broker's file of options that it does not have, one line each.
std::vector<std::string> unknown_broker_options(const std::vector<std::string>& keys);

// All names that a broker has, sorted.
inline constexpr std::array<std::string_view, 24> kBrokerOptions{
    "announce",   "announce-queue", "evict-after",     "feed",          "feed-queue",   "insecure",
    "io-threads", "keep-events",    "keep-full",       "keep-hours",    "keep-minutes", "keys",
    "log-format", "max-blocks",     "max-connections", "max-nodes",     "memory-limit", "query",
    "safe-mode",  "store",          "store-size",      "summary-every", "supervise",    "verbose"};

}  // namespace rollcall
