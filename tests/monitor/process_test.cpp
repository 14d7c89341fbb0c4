// rollcall-monitor as its users run it, against a fake broker.
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>

#include "tests/monitor/child.hpp"
#include "tests/monitor/fake_broker.hpp"

namespace rollcall {
namespace {

using testing_wire::NodeState;

class MonitorTest : public testing::Test {
 protected:
  void SetUp() override {
    broker_.knows({.node = "node-1"});
    broker_.knows({.node = "node-2",
                   .state = State::kCritical,
                   .used = 97,
                   .reasons = {"storage 97 % is above 95 %\x1b[2J"}});
    broker_.happens("joined", "node-1");
    broker_.happens("joined", "node-2");
  }

  std::vector<std::string> command(const std::vector<std::string>& words) const {
    std::vector<std::string> arguments{ROLLCALL_MONITOR, "--query", broker_.query(), "--feed",
                                       broker_.feed()};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return arguments;
  }
  int run(const std::vector<std::string>& words) {
    Child child(command(words));
    const int code = child.wait();
    out_ = child.out;
    err_ = child.err;
    return code;
  }
  bool printed(const std::string& text) const { return out_.find(text) != std::string::npos; }

  FakeBroker broker_;
  std::string out_;
  std::string err_;
};

TEST_F(MonitorTest, PingSaysWhoAnswered) {
  EXPECT_EQ(run({"ping"}), 0) << err_;
  EXPECT_TRUE(printed("fake-broker/1")) << out_;
  EXPECT_EQ(run({"ping", "-o", "json"}), 0);
  const auto json = nlohmann::json::parse(out_);
  EXPECT_EQ(json["software"], "fake-broker/1");
  EXPECT_EQ(json["as_of"]["broker"], 99);
}

TEST_F(MonitorTest, SummaryKeepsIntegersExact) {
  EXPECT_EQ(run({"summary", "-o", "json"}), 0) << err_;
  EXPECT_EQ(nlohmann::json::parse(out_)["accepted"].get<std::uint64_t>(), UINT64_MAX);
  EXPECT_EQ(run({"summary"}), 0);
  EXPECT_TRUE(printed("2 present")) << out_;
}

TEST_F(MonitorTest, NodesListsWithoutColoursOrEscapes) {
  broker_.warms_up(true);
  EXPECT_EQ(run({"nodes"}), 0) << err_;
  EXPECT_TRUE(printed("node-1") && printed("critical")) << out_;
  EXPECT_TRUE(printed("\\x1b[2J")) << out_;
  EXPECT_FALSE(printed("\x1b")) << out_;
  EXPECT_TRUE(printed("2 nodes, 2 present")) << out_;
  EXPECT_TRUE(printed("warming up")) << out_;
  EXPECT_EQ(run({"nodes", "--columns", "node,missed"}), 0);
  EXPECT_TRUE(out_.starts_with("NODE    MISSED\nnode-1       0\n")) << out_;
}

TEST_F(MonitorTest, NodesPagesThroughAll) {
  for (int i = 0; i < 2500; ++i) broker_.knows({.node = "x-" + std::to_string(10'000 + i)});
  EXPECT_EQ(run({"-o", "json", "nodes"}), 0) << err_;
  const auto json = nlohmann::json::parse(out_);
  EXPECT_EQ(json["nodes"].size(), 2502u);
  EXPECT_TRUE(json["next"].is_null());
  EXPECT_EQ(json["nodes"][0]["inventory"]["digest"].get<std::uint64_t>(), UINT64_MAX);
  EXPECT_EQ(run({"nodes", "-o", "json", "--limit", "3"}), 0);
  EXPECT_EQ(nlohmann::json::parse(out_)["nodes"].size(), 3u);
  EXPECT_EQ(nlohmann::json::parse(out_)["next"], "x-10000");
}

TEST_F(MonitorTest, NodeShowsEverything) {
  EXPECT_EQ(run({"node", "node-2"}), 0) << err_;
  for (const char* const text :
       {"Identity", "10.0.0.1", "because storage 97 %", "zone", "joined"}) {
    EXPECT_TRUE(printed(text)) << text << "\n" << out_;
  }
  EXPECT_EQ(run({"node", "node-2", "-o", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(out_)["node"]["node"], "node-2");
}

TEST_F(MonitorTest, UnknownNodeFailsWithASuggestion) {
  EXPECT_EQ(run({"node", "nod-1"}), 1);
  EXPECT_EQ(err_,
            "rollcall-monitor: no node 'nod-1'; did you mean 'node-1'? run 'rollcall-monitor "
            "nodes' to see all\n");
  EXPECT_EQ(out_, "");
}

TEST_F(MonitorTest, EventsAreListedAndFiltered) {
  EXPECT_EQ(run({"events"}), 0) << err_;
  EXPECT_TRUE(printed("📱 node-1 joined") && printed("📱 node-2 joined")) << out_;
  EXPECT_EQ(run({"events", "--node", "node-2"}), 0);
  EXPECT_FALSE(printed("node-1 joined")) << out_;
  EXPECT_EQ(run({"events", "--limit", "1", "-o", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(out_)["events"][0]["seq"], 2);
  EXPECT_EQ(run({"events", "--limit", "1", "--after", "0", "-o", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(out_)["events"][0]["seq"], 1);
}

TEST_F(MonitorTest, NobodyThereIsUnreachable) {
  for (const char* const name : {"ping", "summary", "nodes", "events", "watch"}) {
    Child child({ROLLCALL_MONITOR, name, "--query", "tcp://127.0.0.1:1", "--timeout", "200ms"});
    EXPECT_EQ(child.wait(), 3) << name;
    EXPECT_NE(child.err.find("no answer from tcp://127.0.0.1:1 within 200ms"), std::string::npos)
        << name << ": " << child.err;
  }
}

TEST_F(MonitorTest, WrongUsageIsTold) {
  EXPECT_EQ(run({}), 2);
  EXPECT_EQ(run({"nodes", "--query", "udp://127.0.0.1:1"}), 2);
  EXPECT_NE(err_.find("--query"), std::string::npos) << err_;
  EXPECT_EQ(run({"nodes", "--state", "tired"}), 2);
  EXPECT_NE(err_.find("--state: 'tired' is not one of healthy"), std::string::npos) << err_;
  EXPECT_EQ(run({"nodes", "--columns", "colour"}), 2);
  EXPECT_EQ(run({"nodes", "--label", "zone"}), 2);
  EXPECT_EQ(run({"events", "--after", "now"}), 2);
  EXPECT_EQ(run({"nodes", "-o", "xml"}), 2);
}

TEST_F(MonitorTest, FollowPrintsEachEventOnceInOrderAlsoAcrossALoss) {
  Child child(command({"events", "--follow", "-o", "json"}));
  ASSERT_TRUE(child.says("\"seq\":2")) << child.out << child.err;
  broker_.happens("late", "node-1");
  ASSERT_TRUE(child.says("\"seq\":3")) << child.out << child.err;
  broker_.happens_unheard("recovered", "node-1");
  broker_.happens("left", "node-1");
  ASSERT_TRUE(child.says("\"seq\":5")) << child.out << child.err;
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0);
  std::istringstream lines(child.out);
  std::string line;
  std::uint64_t expected = 1;
  while (std::getline(lines, line)) EXPECT_EQ(nlohmann::json::parse(line)["seq"], expected++);
  EXPECT_EQ(expected, 6u);
}

TEST_F(MonitorTest, WatchAsJsonIsOneObjectALine) {
  Child child(command({"watch", "-o", "json"}));
  ASSERT_TRUE(child.says("\"view\":\"live\"")) << child.out << child.err;
  broker_.happens("late", "node-1");
  ASSERT_TRUE(child.says("\"kind\":\"late\"")) << child.out;
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), 0);
  std::istringstream lines(child.out);
  std::string line;
  while (std::getline(lines, line)) EXPECT_TRUE(nlohmann::json::parse(line).contains("kind"));
  EXPECT_NE(child.out.find("{\"kind\":\"record\""), std::string::npos);
}

TEST_F(MonitorTest, ReaderThatGoesAwayEndsItQuietly) {
  Child child(command({"events", "--follow"}));
  ASSERT_TRUE(child.says("node-2 joined"));
  child.close_output();
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(child.err, "");
}

TEST_F(MonitorTest, WatchDrawsResizesAndGivesTheTerminalBack) {
  Child child(command({"watch"}), 100, 30);
  ASSERT_TRUE(child.says("● live")) << child.out;
  ASSERT_TRUE(child.says("node-2")) << child.out;
  EXPECT_NE(child.out.find("\x1b[?1049h"), std::string::npos);
  child.type("?");
  ASSERT_TRUE(child.says("any key closes it")) << child.out;
  child.type("x");
  child.out.clear();
  child.resize(20, 5);
  ASSERT_TRUE(child.says("NODE")) << child.out;
  child.type("q");
  EXPECT_EQ(child.wait(), 0);
  EXPECT_NE(child.out.find("\x1b[?25h\x1b[?1049l"), std::string::npos) << child.out;
}

TEST_F(MonitorTest, WatchGivesTheTerminalBackOnSignals) {
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) {
    Child child(command({"watch"}), 80, 24);
    ASSERT_TRUE(child.says("● live")) << child.out;
    child.signal(signal);
    EXPECT_EQ(child.wait(), 0) << signal;
    EXPECT_NE(child.out.find("\x1b[?1049l"), std::string::npos) << signal;
  }
}

}  // namespace
}  // namespace rollcall
