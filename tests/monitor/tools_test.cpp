// Orders, exports, backups and the doctor as their users run them, against a fake broker.
#include <cstdio>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/client/json.hpp"
#include "shared/client/named.hpp"
#include "shared/core/digest.hpp"
#include "tests/monitor/child.hpp"
#include "tests/monitor/fake_broker.hpp"

namespace rollcall {
namespace {

std::string json(std::string_view request) {
  std::string out;
  append_json(request, out);
  return out;
}

class ToolsTest : public testing::Test {
 protected:
  void SetUp() override {
    broker_.knows({.node = "node-1"});
    broker_.happens("joined", "node-1");
    folder_ = testing::TempDir() + "rollcall-tools-XXXXXX";
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override { std::system(("rm -rf '" + folder_ + "'").c_str()); }

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
  void orders_answer(const std::vector<std::string>& nodes) {
    for (const char* const op : {"maintain", "drain", "note"}) {
      broker_.answers(op, [this, nodes](std::string_view request) {
        ordered_ = json(request);
        Buffer out;
        Writer writer(out);
        writer.map(3).text("nodes").array(nodes.size());
        for (const std::string& node : nodes) writer.text(node);
        writer.pair("changed", std::uint64_t{nodes.size()}).pair("seq", std::uint64_t{4711});
        return std::string(out.view());
      });
    }
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
  }
  std::string path(const char* name) const { return folder_ + "/" + name; }

  FakeBroker broker_;
  std::string folder_;
  std::string ordered_;
  std::string out_;
  std::string err_;
};

// [P72]
TEST_F(ToolsTest, OrderSaysWhatChanged) {
  orders_answer({"node-1"});
  EXPECT_EQ(run({"maintain", "node-1", "--for", "2h", "--reason", "new disks"}), 0) << err_;
  EXPECT_NE(out_.find("node-1 is in maintenance until "), std::string::npos) << out_;
  EXPECT_NE(out_.find("(2h), event 4711"), std::string::npos) << out_;
  EXPECT_NE(ordered_.find(R"("node":"node-1","for":7200000,"reason":"new disks")"),
            std::string::npos)
      << ordered_;
  EXPECT_EQ(run({"drain", "node-1", "-o", "json"}), 0) << err_;
  EXPECT_EQ(nlohmann::json::parse(out_)["seq"], 4711);
  EXPECT_EQ(run({"note", "-", "power", "is back"}), 0) << err_;
  EXPECT_NE(ordered_.find(R"("node":"-","text":"power is back")"), std::string::npos) << ordered_;
}

TEST_F(ToolsTest, OrderThatCannotBeIsExplained) {
  broker_.answers("maintain", [](std::string_view) { return std::string(); });
  EXPECT_EQ(run({"maintain", "node-1", "--for", "2h"}), 1);
  EXPECT_NE(err_.find("the store takes nothing"), std::string::npos) << err_;
  EXPECT_NE(err_.find("rollcall-monitor doctor"), std::string::npos) << err_;
  EXPECT_EQ(run({"maintain", "node-1"}), 2) << "for how long?";
  EXPECT_EQ(run({"drain"}), 2);
  EXPECT_EQ(run({"drain", "node-1", "--label", "zone=a"}), 2);
  EXPECT_EQ(run({"drain", "--label", "zone"}), 2);
  EXPECT_EQ(run({"note", "-", std::string(1001, 'x')}), 2);
  EXPECT_EQ(broker_.times_asked("drain"), 0);
}

TEST_F(ToolsTest, OrderForManyIsAskedBack) {
  for (int i = 10; i < 30; ++i) broker_.knows({.node = "x-" + std::to_string(i)});
  orders_answer({"a", "b"});
  EXPECT_EQ(run({"drain", "--label", "zone=a"}), 2);
  EXPECT_NE(err_.find("drain 21 nodes? There is no terminal to ask on: say --yes"),
            std::string::npos)
      << err_;
  EXPECT_EQ(broker_.times_asked("drain"), 0);
  Child child(command({"drain", "--label", "zone=a"}), 80, 24);
  ASSERT_TRUE(child.says("drain 21 nodes? [y/N]")) << child.out;
  child.type("n\n");
  EXPECT_EQ(child.wait(), 1);
  EXPECT_EQ(broker_.times_asked("drain"), 0);
  EXPECT_EQ(run({"drain", "--label", "zone=a", "--yes"}), 0) << err_;
  EXPECT_EQ(broker_.times_asked("drain"), 1);
}

// [P73]
TEST_F(ToolsTest, EventsAsksForTheLatest) {
  broker_.has_store(true);
  for (int i = 0; i < 2500; ++i) broker_.happens_unheard("state", "node-1");
  EXPECT_EQ(run({"events", "--limit", "3", "-o", "json"}), 0) << err_;
  EXPECT_EQ(nlohmann::json::parse(out_)["events"][0]["seq"], 2499);
  EXPECT_EQ(broker_.times_asked("events"), 1);
  EXPECT_EQ(broker_.times_asked("ping"), 0);
  EXPECT_EQ(run({"events", "--since", "2h", "--until", "now"}), 0) << err_;
  EXPECT_EQ(run({"events", "--since", "yesterday"}), 2);
  EXPECT_EQ(run({"events", "--follow", "--until", "now"}), 2);
  broker_.has_store(false);
  EXPECT_EQ(run({"events", "--since", "2h"}), 1) << "an older broker would pass over it";
}

TEST_F(ToolsTest, ExportPagesToTheEnd) {
  for (int i = 0; i < 2500; ++i) broker_.happens_unheard("state", "node-1");
  broker_.happens_unheard("note", "a,b");
  EXPECT_EQ(run({"export", "events"}), 0) << err_;
  EXPECT_EQ(err_, "");
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 2503);
  EXPECT_TRUE(out_.starts_with("seq,at,kind,node,")) << out_.substr(0, 100);
  EXPECT_NE(out_.find("\r\n2502,1000,note,\"a,b\","), std::string::npos);
  EXPECT_EQ(run({"export", "events", "--format", "jsonl", "--out", path("events")}), 0) << err_;
  EXPECT_EQ(out_, "");
  std::istringstream lines(content(path("events")));
  std::string line;
  std::uint64_t seq = 0;
  while (std::getline(lines, line)) EXPECT_EQ(nlohmann::json::parse(line)["seq"], ++seq);
  EXPECT_EQ(seq, 2502u);
}

// A reader that goes away, as head does.
TEST_F(ToolsTest, ExportToAReaderThatGoesAwayEndsQuietly) {
  for (int i = 0; i < 20'000; ++i) broker_.happens_unheard("state", "node-1");
  Child child(command({"export", "events"}));
  ASSERT_TRUE(child.says("seq,at,kind"));
  child.close_output();
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(child.err, "");
}

TEST_F(ToolsTest, ExportLeavesNoHalfAFile) {
  broker_.answers("known", [](std::string_view) { return std::string("\x80"); });
  EXPECT_EQ(run({"export", "known", "--out", path("known.csv")}), 1);
  EXPECT_NE(access(path("known.csv").c_str(), F_OK), 0);
  EXPECT_EQ(run({"export", "nodes", "--out", path("none/nodes.csv")}), 1);
  EXPECT_EQ(run({"export", "colours"}), 2);
  EXPECT_EQ(run({"export", "nodes", "--since", "2h"}), 2);
}

// [P74]: no reply larger than it may be, and each point once.
TEST_F(ToolsTest, ExportOfHistoryGoesWindowByWindow) {
  broker_.answers("history", [](std::string_view request) {
    const testing_wire::Asked asked = testing_wire::parse_request(request);
    const std::uint64_t points = (asked.until - asked.since) / 60'000;
    Buffer out;
    Writer writer(out);
    writer.map(4).pair("begins", asked.since).pair("step", std::uint64_t{60'000});
    writer.pair("points", points).text("series").array(1).map(2).pair("of", "node-1");
    writer.text("columns").map(2).text("samples").array(points);
    for (std::uint64_t i = 0; i < points; ++i) writer.uint(i % 10 == 9 ? 0 : 6);
    writer.text("cpu").array(points);
    for (std::uint64_t i = 0; i < points; ++i) writer.number(0.5);
    return std::string(out.view());
  });
  EXPECT_EQ(run({"export", "history", "--node", "node-1", "--since", "1795603080000", "--until",
                 "1795609080000", "--metric", "cpu"}),
            0)
      << err_;
  EXPECT_TRUE(
      out_.starts_with("at,time,of,samples,cpu,cpu_max\r\n"
                       "1795603080000,2026-11-25T10:38:00Z,node-1,6,0.5,\r\n"))
      << out_.substr(0, 200);
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 91) << "100, and 10 of silence left out";
  EXPECT_EQ(broker_.times_asked("history"), 2);
}

// [P82]
class BackupTest : public ToolsTest {
 protected:
  // A store of some parts; the last reply has another digest where `is_spoilt`.
  void holds(const std::string& store, bool is_spoilt = false) {
    broker_.answers("backup", [store, is_spoilt](std::string_view request) {
      const std::size_t offset = testing_wire::parse_request(request).offset;
      Buffer out;
      Writer writer(out);
      if (json(request).find("\"offset\"") == std::string::npos) {
        Digest digest;
        digest.add(store);
        if (is_spoilt) digest.add("x");
        writer.map(3).pair("backup", "b-1").pair("bytes", std::uint64_t{store.size()});
        writer.pair("digest", digest.value());
        return std::string(out.view());
      }
      const std::string part = store.substr(offset, 200);
      writer.map(2).text("data").raw("\xc4" + std::string(1, static_cast<char>(part.size())) +
                                     part);
      writer.pair("bytes", std::uint64_t{store.size()});
      return std::string(out.view());
    });
  }
  const std::string store_ = std::string("SQLite format 3\0", 16) + std::string(150'000, 'q');
};

TEST_F(BackupTest, IsWrittenWholeAndForUsAlone) {
  holds(store_.substr(0, 1000));
  EXPECT_EQ(run({"backup", path("copy")}), 0) << err_;
  EXPECT_EQ(content(path("copy")), store_.substr(0, 1000));
  struct stat status {};
  ASSERT_EQ(stat(path("copy").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_EQ(run({"backup", path("copy")}), 1);
  EXPECT_NE(err_.find("is there already; say --force"), std::string::npos) << err_;
  EXPECT_EQ(run({"backup", path("copy"), "--force"}), 0) << err_;
}

TEST_F(BackupTest, ThatIsNotWhatWasSentIsThrownAway) {
  holds(store_.substr(0, 1000), true);
  EXPECT_EQ(run({"backup", path("copy")}), 1);
  EXPECT_NE(err_.find("what came is not what the broker sent"), std::string::npos) << err_;
  EXPECT_NE(access(path("copy").c_str(), F_OK), 0);
  EXPECT_NE(std::system(("ls '" + folder_ + "' | grep -q .").c_str()), 0) << "nothing is left";
}

TEST_F(BackupTest, GoesBackInOrderAndIsAskedFor) {
  std::ofstream(path("copy"), std::ios::binary) << store_;
  std::string came;
  std::vector<std::string> steps;
  broker_.answers("restore", [&](std::string_view request) {
    std::string what;
    Bytes data;
    Reader reader(request);
    constexpr std::array<std::string_view, 2> kNames{"what", "data"};
    read_named(reader, kNames,
               [&](int i) { return i == 0 ? read_text(reader, what) : reader.skip(1, &data); });
    if (what == "data") {
      EXPECT_EQ(testing_wire::parse_request(request).offset, came.size());
      came += data.substr(5);
    }
    if (steps.empty() || steps.back() != what) steps.push_back(what);
    return std::string("\x80");
  });
  EXPECT_EQ(run({"restore", path("copy")}), 2) << "there is no terminal to ask on";
  EXPECT_EQ(broker_.times_asked("restore"), 0);
  EXPECT_EQ(run({"restore", path("copy"), "--yes"}), 0) << err_;
  EXPECT_EQ(came, store_);
  EXPECT_EQ(steps, (std::vector<std::string>{"begin", "data", "finish"}));
  std::ofstream(path("other")) << "something else";
  EXPECT_EQ(run({"restore", path("other"), "--yes"}), 1);
  EXPECT_NE(err_.find("is no backup"), std::string::npos) << err_;
}

TEST_F(ToolsTest, DoctorLooksAtEverything) {
  broker_.has_store(true);
  broker_.answers("guards", [](std::string_view) {
    return "\x82\xa6guards\x90\xa5total" + std::string(1, '\0');
  });
  broker_.answers("store", [](std::string_view) {
    Buffer out;
    Writer(out).map(3).pair_bool("persisting", false).pair("why", "disk full").pair("kind", "file");
    return std::string(out.view());
  });
  broker_.happens_once_heard("late", "node-1");
  EXPECT_EQ(run({"doctor", "-o", "json", "--broker-keys", folder_}), 1) << err_;
  const auto checks = nlohmann::json::parse(out_)["checks"];
  std::map<std::string, std::string> verdicts;
  for (const auto& check : checks) verdicts[check["name"]] = check["verdict"];
  EXPECT_EQ(verdicts["query"], "ok");
  EXPECT_EQ(verdicts["feed"], "ok");
  EXPECT_EQ(verdicts["version"], "warning");
  EXPECT_EQ(verdicts["clock"], "warning") << "the fake one lives in 2023";
  EXPECT_EQ(verdicts["store"], "problem");
  EXPECT_EQ(verdicts["keys"], "problem") << "an empty directory";
  EXPECT_EQ(verdicts["counters"], "ok");
}

TEST_F(ToolsTest, DoctorOfNobodySaysWhatToDo) {
  Child child({ROLLCALL_MONITOR, "doctor", "--query", "tcp://127.0.0.1:1", "--feed",
               "tcp://127.0.0.1:1", "--timeout", "200ms"});
  EXPECT_EQ(child.wait(), 1);
  EXPECT_NE(child.out.find("✗ tcp://127.0.0.1:1 does not answer\n    is rollcall-broker running"),
            std::string::npos)
      << child.out;
}

}  // namespace
}  // namespace rollcall
