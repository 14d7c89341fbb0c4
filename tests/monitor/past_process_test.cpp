// The commands about the past as their users run them, against a fake broker.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tests/monitor/child.hpp"
#include "tests/monitor/fake_broker.hpp"
#include "tests/monitor/past_wire.hpp"
#include "tests/monitor/well_formed.hpp"

namespace rollcall {
namespace {

using nlohmann::json;
using testing_past::packed;

class PastMonitorTest : public testing::Test {
 protected:
  void SetUp() override {
    broker_.knows({.node = "node-1"});
    broker_.answers("history", packed(testing_past::history_json()));
    broker_.answers("timeline", packed(testing_past::timeline_json()));
    broker_.answers("at", packed(testing_past::at_nodes_json()));
    broker_.answers("forecast", packed(testing_past::forecast_json()));
    broker_.answers("backtest", packed(testing_past::backtest_json()));
    broker_.answers("availability", packed(testing_past::availability_json()));
    broker_.answers("known", packed(testing_past::known_json()));
    broker_.answers("store", packed(testing_past::store_json()));
  }

  int run(const std::vector<std::string>& words) {
    std::vector<std::string> arguments{ROLLCALL_MONITOR, "--query", broker_.query()};
    arguments.insert(arguments.end(), words.begin(), words.end());
    Child child(arguments);
    const int code = child.wait();
    out_ = child.out;
    err_ = child.err;
    return code;
  }
  json asked(const std::string& op) { return json::from_msgpack(broker_.asked(op)); }
  bool printed(const std::string& text) const { return out_.find(text) != std::string::npos; }

  FakeBroker broker_;
  std::string out_;
  std::string err_;
};

TEST_F(PastMonitorTest, EachCommandPrintsItsPage) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> commands{
      {{"history"}, "storage used, of 2.00 TiB"},
      {{"history", "-o", "wide"}, "HIGHEST"},
      {{"timeline", "node-1"}, "its agent ended without a goodbye"},
      {{"at", "10m", "nodes"}, "as it was at"},
      {{"forecast", "--by", "node"}, "cannot predict: an hour of history"},
      {{"backtest", "--late-after", "30s", "--evict-after", "5m"}, "6 fewer nodes"},
      {{"availability"}, "99.310 %"},
      {{"known"}, "1 node"},
      {{"known", "node-1"}, "the fan\\nis loud"},
      {{"store"}, "stores nothing: the disk is full"}};
  for (const auto& [words, text] : commands) {
    EXPECT_EQ(run(words), 0) << words[0] << err_;
    EXPECT_TRUE(printed(text)) << words[0] << "\n" << out_;
    EXPECT_FALSE(printed("\x1b")) << words[0] << "\n" << out_;
  }
}

// [P74] [P78]
TEST_F(PastMonitorTest, WhatIsGivenIsAsked) {
  EXPECT_EQ(run({"history", "--label", "zone=a=b", "--since", "2023-11-14T20:00Z", "--until",
                 "1700000000000", "--step", "1m", "--metric", "cpu,state"}),
            0)
      << err_;
  const json history = asked("history");
  EXPECT_EQ(history["labels"], json({{"zone", "a=b"}}));
  EXPECT_EQ(history["since"], 1'699'992'000'000);
  EXPECT_EQ(history["until"], 1'700'000'000'000);
  EXPECT_EQ(history["step"], 60'000);
  EXPECT_EQ(history["metrics"], json({"cpu", "state"}));
  EXPECT_FALSE(history.contains("node"));
  EXPECT_EQ(run({"backtest", "--late-after", "30s", "--evict-after", "5m"}), 0) << err_;
  EXPECT_EQ(asked("backtest")["late_after"], 30'000);
  EXPECT_EQ(asked("backtest")["evict_after"], 300'000);
}

TEST_F(PastMonitorTest, JsonIsWhatWasAnswered) {
  EXPECT_EQ(run({"-o", "json", "history"}), 0) << err_;
  EXPECT_EQ(json::parse(out_)["series"], json::parse(testing_past::history_json())["series"]);
  for (const auto& [words, expected] :
       {std::pair{std::vector<std::string>{"at", "now", "nodes"}, testing_past::at_nodes_json()},
        std::pair{std::vector<std::string>{"availability"}, testing_past::availability_json()},
        std::pair{std::vector<std::string>{"known"}, testing_past::known_json()},
        std::pair{std::vector<std::string>{"store"}, testing_past::store_json()}}) {
    std::vector<std::string> with_json = words;
    with_json.insert(with_json.end(), {"-o", "json"});
    EXPECT_EQ(run(with_json), 0) << err_;
    json whole = json::parse(out_);
    EXPECT_TRUE(whole.contains("as_of")) << out_;
    whole.erase("as_of");
    EXPECT_EQ(whole, json::parse(expected)) << words[0];
  }
}

// [P80]
TEST_F(PastMonitorTest, PagesAreAskedForUntilTheLast) {
  // The same page again and again: one that leads to itself is the last.
  broker_.answers("known", packed(R"({"nodes": [{"node": "n1"}], "next": "n1", "more": 5})"));
  EXPECT_EQ(run({"known", "-o", "json"}), 0) << err_;
  const json known = json::parse(out_);
  EXPECT_EQ(known["nodes"], json({{{"node", "n1"}}, {{"node", "n1"}}}));
  EXPECT_EQ(known["next"], "n1");
  EXPECT_EQ(known["more"], 5);
  EXPECT_EQ(asked("known")["after"], "n1");
  EXPECT_EQ(asked("known")["limit"], 1000);
  EXPECT_EQ(run({"known", "--limit", "1"}), 0) << err_;
  EXPECT_TRUE(printed("1 node; there are more: raise --limit")) << out_;
  EXPECT_EQ(asked("known")["limit"], 1);
}

TEST_F(PastMonitorTest, PicturesAreFilesOfTheirOwn) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("rollcall-svg-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = folder / "a.svg";
  EXPECT_EQ(run({"history", "--svg", path}), 0) << err_;
  EXPECT_EQ(out_, "wrote " + path + "\n");
  std::ifstream file(path);
  const std::string svg{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(why_not_well_formed(svg), "");
  EXPECT_EQ(run({"timeline", "node-1", "--svg", path}), 0) << err_;
  // Nothing is left beside it.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  EXPECT_EQ(run({"forecast", "--svg", "-"}), 0) << err_;
  EXPECT_EQ(why_not_well_formed(out_), "") << out_;
  EXPECT_EQ(run({"history", "--svg", folder / "none" / "a.svg"}), 1);
  EXPECT_NE(err_.find("is its directory there"), std::string::npos) << err_;
  std::filesystem::remove_all(folder);
}

TEST_F(PastMonitorTest, TrendsAreShownWhereTheBrokerHasThem) {
  EXPECT_EQ(run({"nodes", "--columns", "node,storage-trend"}), 0) << err_;
  EXPECT_TRUE(out_.starts_with("NODE    STORAGE 1H\nnode-1  ▁▁▂▂▃▃▄▄▅▅▆▆▇▇██\n")) << out_;
  EXPECT_EQ(asked("history")["nodes"], json({"node-1"}));
  for (const char* const code : {"unknown_op", "unavailable"}) {
    broker_.refuses("history", code);
    EXPECT_EQ(run({"nodes", "-o", "wide"}), 0) << err_;
    EXPECT_TRUE(printed("node-1")) << out_;
    EXPECT_FALSE(printed("STORAGE 1H")) << out_;
    EXPECT_EQ(err_, "");
  }
}

TEST_F(PastMonitorTest, FailuresSayWhatToDo) {
  const auto says = [&](const std::vector<std::string>& words, int code, const std::string& text) {
    EXPECT_EQ(run(words), code) << out_;
    EXPECT_NE(err_.find(text), std::string::npos) << err_;
    EXPECT_EQ(out_, "");
  };
  broker_.refuses("timeline", "not_found");
  says({"timeline", "nod-1"}, 1,
       "no node 'nod-1' was ever seen; did you mean 'node-1'? run 'rollcall-monitor known' to see");
  broker_.refuses("known", "unavailable");
  says({"timeline", "nod-1"}, 1, "no node 'nod-1'; did you mean 'node-1'?");
  broker_.refuses("store", "unknown_op");
  says({"store"}, 1, "does not know 'store': it is an older rollcall-broker; update it");
  broker_.refuses("history", "unavailable");
  says({"history"}, 1, "ask again in a moment");
  broker_.answers("known", "\x81\xa5nodes\x01");
  says({"known"}, 1, "not understood");
  says({"history", "--since", "soon"}, 2, "--since: 'soon' is not a time; write 10m");
  says({"history", "--since", "1m", "--until", "2m"}, 2, "--since is not before --until");
  says({"history", "--metric", "mood"}, 2, "none of storage, cpu, memory, network, state");
  says({"history", "node-1", "--label", "zone=a"}, 2, "only one can be given");
  says({"history", "--label", "disk=ssd"}, 2, "knows of zone=Z and rack=R only");
  says({"forecast", "--by", "mood"}, 2, "none of node, zone, rack");
  says({"backtest", "--late-after", "30s"}, 2, "it needs the rules to try");
  says({"at", "now", "node"}, 2, "at TIME node NODE");
  says({"at", "now", "everything"}, 2, "none of summary, nodes, node");
}

}  // namespace
}  // namespace rollcall
