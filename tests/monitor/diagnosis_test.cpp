// What the doctor says of what was observed.
#include "monitor/view/diagnosis.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "broker/settings.hpp"

namespace rollcall {
namespace {

Observed well() {
  Observed seen;
  seen.query = "tcp://b:1";
  seen.feed = "tcp://b:2";
  seen.our_version = "1.2";
  seen.software = "rollcall-broker/1.2";
  seen.is_reached = seen.is_feed_heard = true;
  seen.as_of.at_ms = 1'000'000;
  seen.our_wall_ms = 1'000'900;
  seen.guards.emplace();
  seen.summary.emplace();
  seen.summary->nodes = seen.summary->present = 3;
  seen.summary_later = seen.summary;
  StoreHealth store;
  store.persisting = true;
  store.kind = "file";
  store.free_bytes = std::uint64_t{100} << 30;
  seen.store = store;
  seen.nodes_seen = 3;
  return seen;
}

const Check* find(const std::vector<Check>& checks, std::string_view name) {
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const Check& check) { return check.name == name; });
  return found == checks.end() ? nullptr : &*found;
}

Health worst(const std::vector<Check>& checks) {
  Health worst = Health::kOk;
  for (const Check& check : checks) worst = std::max(worst, check.verdict);
  return worst;
}

// The verdict on one thing; what is not all right says what to do.
Health verdict(const Observed& seen, std::string_view name) {
  const std::vector<Check> checks = diagnose(seen);
  const Check* const check = find(checks, name);
  if (check == nullptr) return Health::kOk;
  EXPECT_FALSE(check->text.empty());
  EXPECT_EQ(check->verdict == Health::kOk, check->advice.empty()) << check->text;
  return check->verdict;
}

TEST(Diagnosis, NothingIsWrongWhereNothingIs) {
  const std::vector<Check> checks = diagnose(well());
  EXPECT_EQ(worst(checks), Health::kOk);
  EXPECT_GT(checks.size(), 6u);
}

TEST(Diagnosis, NobodyThereIsAProblemAndSaysNothingElse) {
  Observed seen = well();
  seen.is_reached = seen.is_feed_heard = false;
  const std::vector<Check> checks = diagnose(seen);
  EXPECT_EQ(checks.size(), 2u);
  EXPECT_EQ(verdict(seen, "query"), Health::kProblem);
  EXPECT_EQ(verdict(seen, "feed"), Health::kProblem);
}

TEST(Diagnosis, ClocksAreComparedWithinTwoSeconds) {
  Observed seen = well();
  seen.our_wall_ms = 1'002'000;
  EXPECT_EQ(verdict(seen, "clock"), Health::kOk);
  seen.our_wall_ms = 1'002'001;
  EXPECT_EQ(verdict(seen, "clock"), Health::kWarning);
  seen.took_ms = 1;
  EXPECT_EQ(verdict(seen, "clock"), Health::kOk) << "the answer was under way";
  seen.our_wall_ms = 990'000;
  EXPECT_EQ(verdict(seen, "clock"), Health::kWarning);
  seen.as_of.at_ms = UINT64_MAX;
  EXPECT_EQ(verdict(seen, "clock"), Health::kWarning);
}

TEST(Diagnosis, AnotherVersionIsAWarning) {
  Observed seen = well();
  seen.software = "something";
  EXPECT_EQ(verdict(seen, "version"), Health::kWarning);
}

// [P68]
TEST(Diagnosis, StoreThatTakesNothingIsAProblem) {
  Observed seen = well();
  seen.store->persisting = false;
  seen.store->why = "disk full\x1b";
  EXPECT_EQ(verdict(seen, "store"), Health::kProblem);
  EXPECT_NE(find(diagnose(seen), "store")->text.find("disk full\\x1b"), std::string::npos);
  seen = well();
  seen.store->kind = "memory";
  EXPECT_EQ(verdict(seen, "store"), Health::kWarning);
  EXPECT_EQ(find(diagnose(seen), "store_disk"), nullptr);
}

TEST(Diagnosis, StoreNearItsLimitsIsSaid) {
  Observed seen = well();
  seen.store->free_bytes = 100 << 20;
  EXPECT_EQ(verdict(seen, "store_disk"), Health::kWarning);
  seen.store->free_bytes = 10 << 20;
  EXPECT_EQ(verdict(seen, "store_disk"), Health::kProblem);
  seen.store->wal_bytes = std::uint64_t{1} << 30;
  EXPECT_EQ(verdict(seen, "store_wal"), Health::kWarning);
  seen.store->commit_p99_ms = 101;
  EXPECT_EQ(verdict(seen, "store_latency"), Health::kWarning);
  seen.store->waiting = 5000;
  EXPECT_EQ(verdict(seen, "store_waiting"), Health::kWarning);
  seen.store->lost_samples = 1;
  EXPECT_EQ(verdict(seen, "store_lost"), Health::kWarning);
  seen.store->retention_bytes = 10;
  seen.store->bytes = 11;
  EXPECT_EQ(verdict(seen, "store_size"), Health::kWarning);
}

TEST(Diagnosis, CountsThatGrowAreSaid) {
  Observed seen = well();
  seen.summary->dropped = {{"replies", 5}};
  seen.summary->refused = {{"flood", 2}};
  seen.summary_later->dropped = {{"replies", 5}};
  seen.summary_later->refused = {{"flood", 2}};
  EXPECT_EQ(verdict(seen, "counters"), Health::kOk) << "old ones are no news";
  seen.summary_later->dropped = {{"replies", 5}, {"lines", 1}};
  EXPECT_EQ(verdict(seen, "dropped"), Health::kProblem);
  seen.summary_later->refused = {{"flood", 3}};
  EXPECT_EQ(verdict(seen, "refused"), Health::kWarning);
}

// [P69]: who is not yet heard is not late for that.
TEST(Diagnosis, LateNodesAreSaidButNotThoseNotYetHeard) {
  Observed seen = well();
  seen.summary->late = 2;
  seen.summary->unheard = 2;
  EXPECT_EQ(verdict(seen, "nodes"), Health::kOk);
  seen.summary->unheard = 1;
  EXPECT_EQ(verdict(seen, "nodes"), Health::kWarning);
  seen.as_of.warming_up = true;
  EXPECT_EQ(verdict(seen, "warm_up"), Health::kWarning);
  EXPECT_NE(find(diagnose(seen), "warm_up")->text.find("1 of 3 nodes are not yet heard"),
            std::string::npos);
}

TEST(Diagnosis, NodesThatAreOverdueOrOffTimeAreNamed) {
  Observed seen = well();
  seen.overdue = {"a", "b", "c", "d", "e", "f"};
  seen.clocks_off_by_ms = {{"x", -5000}};
  EXPECT_EQ(verdict(seen, "overdue"), Health::kWarning);
  EXPECT_NE(find(diagnose(seen), "overdue")->text.find("a, b, c, d, e …"), std::string::npos);
  EXPECT_EQ(verdict(seen, "node_clocks"), Health::kWarning);
}

TEST(Diagnosis, GuardsAreSaidInWords) {
  Observed seen = well();
  for (const auto& [guard, health] :
       {std::pair{"mass_loss", Health::kProblem}, std::pair{"flapping", Health::kWarning},
        std::pair{"safe_mode", Health::kProblem}, std::pair{"unheard_of", Health::kWarning}}) {
    GuardInfo info;
    info.guard = guard;
    seen.guards->guards = {info};
    EXPECT_EQ(verdict(seen, "guard"), health) << guard;
  }
  seen.as_of.holding = {"insecure"};
  EXPECT_EQ(verdict(seen, "insecure"), Health::kWarning);
}

TEST(Diagnosis, FilesAreLookedAtWhereAsked) {
  Observed seen = well();
  EXPECT_EQ(find(diagnose(seen), "keys"), nullptr);
  seen.key_problems.emplace();
  seen.config_problems = unknown_broker_options({"query", "evict_after", "nodes.sort"});
  EXPECT_EQ(verdict(seen, "keys"), Health::kOk);
  ASSERT_EQ(seen.config_problems->size(), 2u);
  EXPECT_EQ((*seen.config_problems)[0],
            "'evict_after' is no option of a broker; did you mean 'evict-after'?");
  EXPECT_EQ(worst(diagnose(seen)), Health::kProblem);
}

// Where this fails, a broker has an option that kBrokerOptions lacks, or no longer one that it has.
TEST(Diagnosis, KnowsTheOptionsOfABroker) {
  Options options("rollcall-broker", "");
  BrokerSettings settings;
  declare(options, settings);
  const std::array<const char*, 2> arguments{"rollcall-broker", "--help"};
  testing::internal::CaptureStdout();
  options.parse(2, arguments.data());
  const std::string help = testing::internal::GetCapturedStdout();
  std::vector<std::string> told;
  for (std::size_t at = help.find("  --"); at != std::string::npos;
       at = help.find("  --", at + 1)) {
    const std::string name = help.substr(at + 4, help.find_first_of(" =\n", at + 4) - at - 4);
    if (name != "version" && name != "config") told.push_back(name);
  }
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, std::vector<std::string>(kBrokerOptions.begin(), kBrokerOptions.end()));
}

}  // namespace
}  // namespace rollcall
