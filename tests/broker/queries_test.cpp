#include <set>

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

using nlohmann::json;

// Twelve nodes with known figures: n01 … n12.
class Queries : public testing::Test {
 protected:
  void SetUp() override {
    for (unsigned i = 1; i <= 12; ++i) {
      Status status = a_status(i, 1);
      status.cpu_percent = i * 5.5;
      status.storage = {i * 10, 1000};
      status.state = static_cast<State>(i % 5);
      status.labels = {{"rack", i % 2 == 0 ? "even" : "odd"}, {"zone", "z1"}};
      it.status(name(i), status);
    }
    it.step();
  }
  static std::string name(unsigned i) { return (i < 10 ? "n0" : "n") + std::to_string(i); }

  std::vector<std::string> ids(const json& result) {
    std::vector<std::string> all;
    for (const json& record : result["nodes"]) all.push_back(record["node"]);
    return all;
  }
  std::vector<std::string> listed(json query) {
    query["op"] = "nodes";
    return ids(it.result(query));
  }
  std::string error(json query) {
    const json reply = it.ask(std::move(query));
    return reply["ok"] == true ? "ok" : reply["error"]["code"].get<std::string>();
  }

  BrokerHarness it;
};

TEST_F(Queries, EnvelopeAndPing) {
  const json reply = it.ask({{"op", "ping"}, {"id", {{"any", {1, nullptr, "x"}}}}});
  EXPECT_EQ(reply["v"], 1);
  EXPECT_EQ(reply["id"], (json{{"any", {1, nullptr, "x"}}}));
  EXPECT_EQ(reply["ok"], true);
  EXPECT_EQ(reply["as_of"]["broker"], 77);
  EXPECT_EQ(reply["as_of"]["event_seq"], 12);
  EXPECT_EQ(reply["as_of"]["heard"], 1);
  EXPECT_EQ(reply["as_of"]["warming_up"], true);
  EXPECT_EQ(reply["result"]["software"], "rollcall-broker/" ROLLCALL_VERSION);
}

TEST_F(Queries, HeardIsTheShareOfAllThatAreListed) {
  it.leave("n03", 3, 2);
  it.step();
  const json as_of = it.ask({{"op", "ping"}})["as_of"];
  EXPECT_DOUBLE_EQ(as_of["heard"], 11.0 / 12);
}

TEST_F(Queries, AnIdMayBeAnything) {
  // {1: text that is no UTF-8, 2: a time with too many nanoseconds}
  const std::string id("\x82\x01\xa1\xff\x02\xd7\xff\xff\xff\xff\xff\0\0\0\0", 15);
  it.request(
      "\x83\xa1v\x01\xa2op\xa4ping\xa2"
      "id" +
      id);
  it.replies.clear();
  it.step();
  ASSERT_EQ(it.replies.size(), 1u);
  EXPECT_NE(it.replies.front().body.view().find("\xa2"
                                                "id" +
                                                id + "\xa2ok\xc3"),
            std::string::npos);
}

TEST_F(Queries, ARequestThatIsTooLargeIsAnsweredUnderItsId) {
  const json reply = it.ask({{"op", "ping"}, {"id", "mine"}, {"pad", std::string(70'000, 'x')}});
  EXPECT_EQ(reply["error"]["code"], "too_large");
  EXPECT_EQ(reply["id"], "mine");
  const json silent = it.ask({{"op", "ping"}, {"id", std::string(70'000, 'x')}});
  EXPECT_EQ(silent["error"]["code"], "too_large");
  EXPECT_EQ(silent["id"], nullptr);  // an answer is not made long by its question
}

TEST_F(Queries, WarmingUpEnds) {
  it.run_for(31'000);
  const json as_of = it.ask({{"op", "ping"}})["as_of"];
  EXPECT_EQ(as_of["warming_up"], false);
  EXPECT_EQ(as_of["heard"], 0);  // all of them are late by now
}

TEST_F(Queries, SummaryIsExact) {
  const json summary = it.result({{"op", "summary"}});
  EXPECT_EQ(summary["nodes"],
            (json{{"total", 12},
                  {"present", 12},
                  {"late", 0},
                  {"left", 0},
                  {"unheard", 0},
                  {"by_state",
                   {{"healthy", 2}, {"idle", 3}, {"warning", 3}, {"critical", 2}, {"error", 2}}}}));
  EXPECT_EQ(summary["storage"], (json{{"used", 780}, {"total", 12'000}}));
  EXPECT_DOUBLE_EQ(summary["cpu"], 35.75);
  EXPECT_EQ(summary["network"], (json{{"rx", 1200}, {"tx", 600}, {"capacity", 12'000}}));
  EXPECT_EQ(summary["accepted"], 12);
  EXPECT_EQ(summary["refused"], json::object());
}

TEST_F(Queries, TotalsFollowEveryChange) {
  Status changed = a_status(3, 2);
  changed.storage = {5, 6};
  changed.cpu_percent = 0;
  it.status("n03", changed);
  it.leave("n04", 4, 2);
  it.step();
  const json summary = it.result({{"op", "summary"}});
  EXPECT_EQ(summary["storage"], (json{{"used", 780 - 30 + 5 - 40}, {"total", 10'006}}));
  it.run_for(130'000);
  const json empty = it.result({{"op", "summary"}});
  EXPECT_EQ(empty["storage"], (json{{"used", 0}, {"total", 0}}));
  EXPECT_EQ(empty["cpu"], 0);
  EXPECT_EQ(empty["nodes"]["total"], 0);
}

TEST_F(Queries, ARecordHoldsEveryKeyOfTheLastStatus) {
  const json record = it.result({{"op", "node"}, {"node", "n02"}})["node"];
  EXPECT_EQ(record["node"], "n02");
  EXPECT_EQ(record["presence"], "present");
  EXPECT_EQ(record["duty"], "active");
  EXPECT_EQ(record["session"], 2);
  EXPECT_EQ(record["labels"]["rack"], "even");
  EXPECT_EQ(record["software"], "test/1");
  EXPECT_EQ(record["peer"], "10.0.0.1");
  EXPECT_EQ(record["cpu"], 11);
}

TEST_F(Queries, AStatusCannotForgeWhatTheBrokerSays) {
  std::string body = encoded(a_status());
  body[0] = static_cast<char>(static_cast<unsigned char>(body[0]) + 2);
  body += "\xa8presence\xa4left";
  body += "\xa6missed\x07";
  it.arrive("status.forger", body);
  it.step();
  const auto reply = it.result({{"op", "node"}, {"node", "forger"}});
  EXPECT_EQ(reply["node"]["presence"], "present");
  EXPECT_EQ(reply["node"]["missed"], 0);
  EXPECT_EQ(it.feed.back().body, body);
}

TEST_F(Queries, PagesInOrderOfIdsMeetEveryNodeOnce) {
  std::vector<std::string> all;
  json after = nullptr;
  int pages = 0;
  do {
    const json page = it.result({{"op", "nodes"}, {"limit", 5}, {"after", after}});
    for (const std::string& id : ids(page)) all.push_back(id);
    after = page["next"];
    ++pages;
  } while (!after.is_null());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(all.size(), 12u);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

TEST_F(Queries, TheLastFullPageHasNoNext) {
  EXPECT_EQ(it.result({{"op", "nodes"}, {"limit", 12}})["next"], nullptr);
  EXPECT_EQ(it.result({{"op", "nodes"}, {"limit", 12}, {"sort", "cpu"}})["next"], nullptr);
}

TEST_F(Queries, FiltersCombine) {
  EXPECT_EQ(listed({{"labels", {{"rack", "even"}}}}).size(), 6u);
  EXPECT_EQ(listed({{"state", "error"}}), (std::vector<std::string>{"n04", "n09"}));
  EXPECT_EQ(listed({{"state", {"error", "critical"}}, {"labels", {{"rack", "odd"}}}}),
            (std::vector<std::string>{"n03", "n09"}));
  EXPECT_EQ(listed({{"prefix", "n1"}}), (std::vector<std::string>{"n10", "n11", "n12"}));
  EXPECT_EQ(listed({{"prefix", "n12"}}), std::vector<std::string>{"n12"});
  EXPECT_TRUE(listed({{"presence", "late"}}).empty());
  EXPECT_EQ(listed({{"duty", "active"}}).size(), 12u);
  EXPECT_TRUE(listed({{"labels", {{"rack", "none"}}}}).empty());
}

TEST_F(Queries, SortsBothWaysAndPagesThrough) {
  EXPECT_EQ(listed({{"sort", "-cpu"}, {"limit", 3}}),
            (std::vector<std::string>{"n12", "n11", "n10"}));
  EXPECT_EQ(listed({{"sort", "-node"}, {"limit", 2}}), (std::vector<std::string>{"n12", "n11"}));
  for (const char* const sort : {"cpu", "-storage", "state", "-state", "presence", "-node", "used",
                                 "silent_for", "-missed", "joined_at", "network", "uptime"}) {
    std::set<std::string> seen;
    json after = nullptr;
    do {
      const json page =
          it.result({{"op", "nodes"}, {"sort", sort}, {"limit", 5}, {"after", after}});
      for (const std::string& id : ids(page)) EXPECT_TRUE(seen.insert(id).second) << sort;
      after = page["next"];
    } while (!after.is_null());
    EXPECT_EQ(seen.size(), 12u) << sort;
  }
}

TEST_F(Queries, BadRequestsSayWhatIsWrong) {
  EXPECT_EQ(error({{"op", "nodes"}, {"sort", "beauty"}}), "bad_request");
  EXPECT_EQ(error({{"op", "nodes"}, {"limit", 0}}), "bad_request");
  EXPECT_EQ(error({{"op", "nodes"}, {"limit", -1}}), "bad_request");
  EXPECT_EQ(error({{"op", "nodes"}, {"limit", "5"}}), "bad_request");
  EXPECT_EQ(error({{"op", "nodes"}, {"state", "fine"}}), "bad_request");
  EXPECT_EQ(error({{"op", "nodes"}, {"after", 5}}), "bad_request");
  EXPECT_EQ(error({{"op", "nodes"}, {"sort", "cpu"}, {"after", "zz"}}), "bad_request");
  EXPECT_EQ(error({{"op", "events"}, {"after", "x"}}), "bad_request");
  EXPECT_EQ(error({{"op", "node"}}), "bad_request");
  EXPECT_EQ(error({{"op", "node"}, {"node", "nobody"}}), "not_found");
  EXPECT_EQ(error({{"op", "drop table"}}), "unknown_op");
  EXPECT_EQ(error({{"id", 4}}), "bad_request");
}

TEST_F(Queries, GarbageIsAnsweredToo) {
  const std::vector<std::string> bodies{"",
                                        "\xc1",
                                        "hello",
                                        "\x93\x01\x02\x03",
                                        std::string(10'000, '\x91'),
                                        "\xdf\xff\xff\xff\xff",
                                        "\x81\xa1v\x02"};
  for (const std::string& body : bodies) {
    it.replies.clear();
    it.request(body);
    it.step();
    ASSERT_EQ(it.replies.size(), 1u);
    EXPECT_EQ(parsed(it.replies[0].body.view())["error"]["code"], "bad_request");
  }
  it.replies.clear();
  it.request("x", 50);
  it.request(std::string(limits::kRequestBytes + 1, 'x'));
  it.step();
  ASSERT_EQ(it.replies.size(), 2u);
  EXPECT_EQ(parsed(it.replies[0].body.view())["error"]["code"], "bad_request");
  EXPECT_EQ(parsed(it.replies[1].body.view())["error"]["code"], "too_large");
}

TEST_F(Queries, ARefusalBearsTheIdEvenIfItStandsBehindWhatIsRefused) {
  EXPECT_EQ(it.ask({{"op", "nodes"}, {"after", true}, {"id", 41}})["id"], 41);
  it.replies.clear();
  it.request("\x82\xa1v\x02\xa2id\x2a");
  it.request("\x82\xa1v\x80\xa2id");  // cut short: no id
  it.step();
  ASSERT_EQ(it.replies.size(), 2u);
  EXPECT_EQ(parsed(it.replies[0].body.view())["id"], 42);
  EXPECT_EQ(parsed(it.replies[1].body.view())["id"], nullptr);
}

TEST_F(Queries, EventsPageFilterAndSayWhatIsKept) {
  const json first = it.result({{"op", "events"}, {"limit", 5}});
  EXPECT_EQ(first["oldest"], 1);
  EXPECT_EQ(first["newest"], 12);
  EXPECT_EQ(first["next"], 5);
  const json rest = it.result({{"op", "events"}, {"after", 5}});
  EXPECT_EQ(rest["events"].size(), 7u);
  EXPECT_EQ(rest["next"], nullptr);
  EXPECT_EQ(it.result({{"op", "events"}, {"node", "n07"}})["events"].size(), 1u);
  EXPECT_TRUE(it.result({{"op", "events"}, {"kinds", {"left", "evicted"}}})["events"].empty());
  EXPECT_TRUE(it.result({{"op", "events"}, {"after", UINT64_MAX}})["events"].empty());
  EXPECT_EQ(first["events"][0], it.published("event.")[0]);
}

TEST(QueryLimits, OldEventsMakeRoomAndTheNumbersGoOn) {
  BrokerHarness it;
  for (std::uint64_t seq = 1; seq <= limits::kEventsKept + 50; ++seq) {
    Status status = a_status(1, seq);
    status.state = seq % 2 == 0 ? State::kHealthy : State::kIdle;
    it.status("a", status);
    if (seq % 500 == 0) it.step();
  }
  it.step();
  const json page = it.result({{"op", "events"}, {"after", 0}, {"limit", 3}});
  EXPECT_EQ(page["oldest"], 51);
  EXPECT_EQ(page["newest"], limits::kEventsKept + 50);
  EXPECT_EQ(page["events"][0]["seq"], 51);
}

TEST(QueryLimits, APageIsNeverAboveOneMebibyte) {
  BrokerHarness it;
  for (int i = 0; i < 100; ++i) {
    Status status = a_status();
    status.reasons.assign(16, std::string(200, 'r'));
    for (int label = 0; label < 32; ++label) {
      status.labels.emplace_back("label" + std::to_string(label), std::string(250, 'v'));
    }
    it.status("n" + std::to_string(i), status);
  }
  it.step();
  for (const char* const sort : {"node", "cpu"}) {
    std::size_t seen = 0;
    json after = nullptr;
    do {
      const json page = it.result({{"op", "nodes"}, {"sort", sort}, {"after", after}});
      EXPECT_LE(it.replies[0].body.size(), limits::kReplyBytes);
      seen += page["nodes"].size();
      after = page["next"];
    } while (!after.is_null());
    EXPECT_EQ(seen, 100u) << sort;
  }
}

TEST(QueryLimits, ALargeListingIsWorkedOffInSlices) {
  BrokerHarness it;
  constexpr unsigned kNodes = 3 * limits::kRecordsPerCycle;
  for (unsigned i = 0; i < kNodes; ++i) it.status("n" + std::to_string(i), a_status());
  it.step();
  const json none{{"v", 1}, {"op", "nodes"}, {"state", "error"}};
  const auto bytes = json::to_msgpack(none);
  it.replies.clear();
  it.request(std::string(bytes.begin(), bytes.end()));
  int turns = 0;
  while (it.replies.empty()) {
    it.step();
    ++turns;
  }
  EXPECT_GE(turns, 3);
  EXPECT_TRUE(parsed(it.replies[0].body.view())["result"]["nodes"].empty());
}

TEST(QueryLimits, TooManyWaitingQueriesAreTurnedAway) {
  BrokerHarness it;
  for (unsigned i = 0; i < 2 * limits::kRecordsPerCycle; ++i) {
    it.status("n" + std::to_string(i), a_status());
  }
  it.step();
  const auto bytes = json::to_msgpack({{"v", 1}, {"op", "nodes"}, {"sort", "cpu"}});
  for (std::size_t i = 0; i < limits::kPendingQueries + 10; ++i) {
    it.request(std::string(bytes.begin(), bytes.end()));
  }
  it.step();
  ASSERT_GE(it.replies.size(), 10u);
  EXPECT_EQ(parsed(it.replies[0].body.view())["error"]["code"], "unavailable");
}

}  // namespace
}  // namespace rollcall
