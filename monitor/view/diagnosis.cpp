#include "monitor/view/diagnosis.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "monitor/view/names.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;
// An event waits for the disk as long, at most, before announcements go on alone ([P67]).
constexpr double kSlowCommitMs = 100;
// A store's log is folded into it every few megabytes; so much means that nothing is folded.
constexpr std::uint64_t kLargeWalBytes = 256 * kMiB;
constexpr std::uint64_t kLittleFreeBytes = 1024 * kMiB;
constexpr std::uint64_t kHardlyFreeBytes = 64 * kMiB;
constexpr std::uint64_t kManyWaiting = 1000;
constexpr std::size_t kNamed = 5;

using Checks = std::vector<Check>;

void good(Checks& checks, const char* name, std::string text) {
  checks.push_back({name, Health::kOk, std::move(text), {}});
}
void warn(Checks& checks, const char* name, std::string text, std::string advice) {
  checks.push_back({name, Health::kWarning, std::move(text), std::move(advice)});
}
void problem(Checks& checks, const char* name, std::string text, std::string advice) {
  checks.push_back({name, Health::kProblem, std::move(text), std::move(advice)});
}

std::string some_of(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kNamed; ++i) {
    out += (i == 0 ? "" : ", ") + escaped(names[i]);
  }
  return names.size() > kNamed ? out + " …" : out;
}

void reach(const Observed& seen, Checks& checks) {
  if (seen.is_reached) {
    good(checks, "query", fmt::format("{} answers within {} ms", seen.query, seen.took_ms));
  } else {
    problem(checks, "query", fmt::format("{} does not answer", seen.query),
            seen.has_keys ? "is rollcall-broker running there, is broker.key its own, and has it "
                            "let our key in?"
                          : "is rollcall-broker running there? If it has keys, we need some, too");
  }
  if (seen.is_feed_heard) {
    good(checks, "feed", seen.feed + " is heard");
  } else {
    problem(checks, "feed",
            fmt::format("nothing came from {} within {}", seen.feed,
                        format_duration(seen.feed_waited_ms)),
            seen.is_reached ? "is --feed right, does a firewall close that port, or is "
                              "--summary-every of the broker longer than that?"
                            : "see above");
  }
}

void version(const Observed& seen, Checks& checks) {
  const std::size_t slash = seen.software.find('/');
  const std::string theirs = slash == std::string::npos ? "" : seen.software.substr(slash + 1);
  if (theirs == seen.our_version) {
    good(checks, "version", "broker and monitor are both of version " + seen.our_version);
  } else {
    warn(checks, "version",
         fmt::format("the broker is {}, this monitor of version {}", escaped(seen.software),
                     seen.our_version),
         "they understand one another; update the older one for all that the newer one knows");
  }
}

void clock(const Observed& seen, Checks& checks) {
  const auto theirs =
      static_cast<std::int64_t>(std::min<std::uint64_t>(seen.as_of.at_ms, INT64_MAX / 4));
  const std::int64_t off_ms = theirs - seen.our_wall_ms;
  const std::int64_t size_ms = off_ms < 0 ? -off_ms : off_ms;
  if (size_ms <= kClockOffMs + seen.took_ms) {
    good(checks, "clock", "the broker's clock and ours agree");
  } else {
    warn(checks, "clock",
         fmt::format("the broker's clock is {} {} ours", format_duration(size_ms),
                     off_ms > 0 ? "ahead of" : "behind"),
         "liveness does not depend on it, times that are shown do: see to NTP on both machines");
  }
}

std::string guard_text(const GuardInfo& guard) {
  const std::string of = guard.domain.empty() ? guard.node : guard.domain;
  const std::string lasted = ", for " + format_duration(guard.lasted_ms);
  return escaped(guard.guard) + (of.empty() ? "" : " of " + escaped(of)) + lasted;
}

void guards(const Observed& seen, Checks& checks) {
  if (seen.as_of.warming_up) {
    const std::string unheard =
        seen.summary && seen.summary->unheard != 0
            ? fmt::format("; {} of {} nodes are not yet heard", format_count(seen.summary->unheard),
                          format_count(seen.summary->nodes))
            : "";
    warn(checks, "warm_up",
         fmt::format("the broker started {} ago{}",
                     format_duration(static_cast<std::int64_t>(seen.as_of.uptime_s) * 1000),
                     unheard),
         "wait until it has heard everybody before you act on who is missing");
  }
  if (!seen.guards) return;
  std::uint64_t told = 0;
  for (const GuardInfo& guard : seen.guards->guards) {
    const auto kind = from_name<GuardKind>(guard.guard);
    if (kind == GuardKind::kWarmUp || kind == GuardKind::kNotPersisting) continue;  // told apart
    if (++told > kNamed) break;
    const bool is_grave = kind == GuardKind::kMassLoss || kind == GuardKind::kSafeMode ||
                          kind == GuardKind::kDescriptors;
    std::string advice = "see rollcall-monitor guards";
    if (kind == GuardKind::kMassLoss) advice = "one incident: look at its power and network first";
    if (kind == GuardKind::kSafeMode) advice = "look into the broker's log for why it crashed";
    if (kind == GuardKind::kDescriptors) {
      advice =
          fmt::format("{} of {} are used: raise its limit of open files", guard.used, guard.limit);
    }
    if (kind == GuardKind::kFlapping) advice = "look at that node's network and agent";
    if (kind == GuardKind::kFlood) advice = "stop or repair what announces so often";
    checks.push_back({"guard", is_grave ? Health::kProblem : Health::kWarning, guard_text(guard),
                      std::move(advice)});
  }
  const auto& holding = seen.as_of.holding;
  if (std::find(holding.begin(), holding.end(), "insecure") != holding.end()) {
    warn(checks, "insecure", "others than this machine can come, and nobody is authenticated",
         "give the broker --keys; see docs/security.md");
  }
  if (told == 0) good(checks, "guards", "no guard holds the broker back");
}

void store_room(const StoreHealth& store, Checks& checks) {
  if (store.kind != "file") return;
  const std::string room = fmt::format("{} are free on the store's disk, it takes {}",
                                       format_bytes(store.free_bytes), format_bytes(store.bytes));
  if (store.free_bytes < kHardlyFreeBytes) {
    problem(checks, "store_disk", room, "make room there: a full store takes nothing");
  } else if (store.free_bytes < kLittleFreeBytes) {
    warn(checks, "store_disk", room, "make room there before it is full");
  } else {
    good(checks, "store_disk", room);
  }
  if (store.wal_bytes > kLargeWalBytes) {
    warn(checks, "store_wal", fmt::format("the store's log has {}", format_bytes(store.wal_bytes)),
         "something reads the store without an end (a copy, a tool?), or its disk is too slow");
  }
  if (store.retention_bytes != 0 && store.bytes > store.retention_bytes) {
    warn(checks, "store_size",
         fmt::format("the store takes {}, more than the {} it is meant to",
                     format_bytes(store.bytes), format_bytes(store.retention_bytes)),
         "it removes the oldest by itself; if this stays, allow it more");
  }
}

void store_pace(const StoreHealth& store, Checks& checks) {
  if (store.commit_p99_ms > kSlowCommitMs) {
    warn(
        checks, "store_latency",
        fmt::format("the store's disk takes up to {:.0f} ms for a commit (the slowest took {:.0f})",
                    store.commit_p99_ms, store.commit_max_ms),
        "put the store on a faster disk, or find out what else uses this one");
  }
  if (store.waiting > kManyWaiting) {
    warn(checks, "store_waiting", format_count(store.waiting) + " events wait to be stored",
         "see the store's disk");
  }
  if (store.lost_events != 0 || store.lost_samples != 0) {
    warn(checks, "store_lost",
         fmt::format("{} events and {} samples could not be kept since the broker started",
                     format_count(store.lost_events), format_count(store.lost_samples)),
         "they are gone; events of the kind store and guard say when");
  }
}

void store(const Observed& seen, Checks& checks) {
  if (!seen.store) {
    if (seen.is_older) {
      warn(checks, "store", "this broker has no store: a restart forgets everything", "update it");
    }
    return;
  }
  const StoreHealth& store = *seen.store;
  if (!store.persisting) {
    const std::string why = store.why.empty() ? "" : ": " + escaped(store.why);
    problem(checks, "store", "the broker's store takes nothing" + why,
            "what happens is remembered in memory alone, and orders are refused, until that is "
            "over; it catches up by itself");
  } else if (store.kind == "memory") {
    warn(checks, "store", "the broker remembers in memory alone: a restart forgets everything",
         "start it with --store PATH");
  } else {
    good(checks, "store",
         fmt::format("the store takes everything ({} commits)", format_count(store.commits)));
  }
  store_room(store, checks);
  store_pace(store, checks);
}

using Counters = std::vector<std::pair<std::string, std::uint64_t>>;

// "replies 3, lines 2": by how much counts grew.
std::string growth(const Counters& before, const Counters& after) {
  std::string out;
  for (const auto& [name, count] : after) {
    const auto was = std::find_if(before.begin(), before.end(),
                                  [&](const auto& each) { return each.first == name; });
    const std::uint64_t old = was == before.end() ? 0 : was->second;
    if (count <= old) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", escaped(name), count - old);
  }
  return out;
}

void counters(const Observed& seen, Checks& checks) {
  if (!seen.summary || !seen.summary_later) return;
  const std::string dropped = growth(seen.summary->dropped, seen.summary_later->dropped);
  const std::string refused = growth(seen.summary->refused, seen.summary_later->refused);
  if (!dropped.empty()) {
    problem(checks, "dropped", "while we looked the broker could not deliver: " + dropped,
            "a subscriber or whoever asks is too slow, or the broker's machine is");
  }
  if (!refused.empty()) {
    warn(checks, "refused", "while we looked announcements were refused: " + refused,
         "who and why: rollcall-monitor events --kinds refused");
  }
  if (dropped.empty() && refused.empty()) {
    good(checks, "counters", "nothing was dropped or refused while we looked");
  }
}

void nodes(const Observed& seen, Checks& checks) {
  if (!seen.summary) return;
  const Summary& summary = *seen.summary;
  const std::uint64_t late = summary.late - std::min(summary.late, summary.unheard);
  const std::string whole = fmt::format("{} of {} nodes are present", format_count(summary.present),
                                        format_count(summary.nodes));
  if (late != 0) {
    warn(checks, "nodes", fmt::format("{}, {} are late", whole, format_count(late)),
         "which: rollcall-monitor nodes --presence late; why: rollcall-monitor explain NODE");
  } else {
    good(checks, "nodes", whole);
  }
  if (!seen.overdue.empty()) {
    warn(checks, "overdue",
         fmt::format("{} nodes are not back by the time that they named: {}",
                     format_count(seen.overdue.size()), some_of(seen.overdue)),
         "look at them, or have them forgotten");
  }
  if (!seen.clocks_off_by_ms.empty()) {
    std::vector<std::string> names;
    for (const auto& [node, off_ms] : seen.clocks_off_by_ms) {
      names.push_back(
          fmt::format("{} by {}", node, format_duration(off_ms < 0 ? -off_ms : off_ms)));
    }
    warn(checks, "node_clocks",
         fmt::format("the clocks of {} of {} nodes are off: {}", format_count(names.size()),
                     format_count(seen.nodes_seen), some_of(names)),
         "see to NTP there");
  }
}

void files(const std::optional<std::vector<std::string>>& problems, const char* name,
           const char* what, Checks& checks) {
  if (!problems) return;
  if (problems->empty()) good(checks, name, std::string("nothing is wrong with ") + what);
  for (const std::string& each : *problems) problem(checks, name, each, {});
}

}  // namespace

std::string_view name_of(Health health) {
  switch (health) {
    case Health::kOk: return "ok";
    case Health::kWarning: return "warning";
    default: return "problem";
  }
}

std::vector<Check> diagnose(const Observed& seen) {
  Checks checks;
  reach(seen, checks);
  if (seen.is_reached) {
    version(seen, checks);
    clock(seen, checks);
    guards(seen, checks);
    store(seen, checks);
    counters(seen, checks);
    nodes(seen, checks);
  }
  files(seen.key_problems, "keys", "the broker's directory of keys", checks);
  files(seen.config_problems, "config", "the broker's file of options", checks);
  return checks;
}

std::vector<std::string> unknown_broker_options(const std::vector<std::string>& keys) {
  std::vector<std::string> problems;
  const std::vector<std::string> known(kBrokerOptions.begin(), kBrokerOptions.end());
  for (const std::string& key : keys) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string nearest = nearest_name(key, known);
    problems.push_back(fmt::format("'{}' is no option of a broker{}", escaped(key),
                                   nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
  }
  return problems;
}

}  // namespace rollcall
