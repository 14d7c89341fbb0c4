// [P77] The query `forecast`: whom it is of, and the shape of the answer.
#include "broker/forecast/answer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "shared/core/limits.hpp"
#include "shared/protocol/announcement.hpp"
#include "tests/forecast/fleets.hpp"
#include "tests/forecast/lists.hpp"

namespace rollcall {
namespace {

using fleets::kDayMs;
using fleets::kHourMs;
using nlohmann::json;

constexpr std::int64_t kNow = fleets::kBeginMs;
constexpr double kTotal = 1e12;

class ForecastAnswer : public ::testing::Test {
 protected:
  ListedNodes nodes;
  ListedSamples samples;

  // From ten days ago to now, in a line from `begin` to `end` (shares).
  void add_line(const std::string& of, double begin, double end) {
    std::vector<StoragePoint>& points = samples.storage[of];
    for (int hour = 0; hour <= 240; ++hour) {
      const double share = begin + (end - begin) * hour / 240;
      points.push_back({kNow - (240 - hour) * kHourMs, share * kTotal, kTotal});
    }
  }
  void add_node(const std::string& id, const std::string& zone, const std::string& rack,
                double used_share) {
    RosterNode node;
    node.id = id;
    Buffer labels;
    Writer(labels).map(2).pair("zone", zone).pair("rack", rack);
    node.labels = std::string(labels.view());
    Status status;
    status.header.session = 1;
    status.header.seq = 1;
    status.interval_ms = 1000;
    status.storage = {static_cast<std::uint64_t>(used_share * kTotal),
                      static_cast<std::uint64_t>(kTotal)};
    Buffer body;
    encode(status, body);
    node.status = std::string(body.view());
    nodes.nodes[id] = node;
  }
  void add_three() {
    add_node("a", "z1", "z1-r1", 0.7);
    add_node("b", "z1", "z1-r2", 0.4);
    add_node("c", "z2", "z2-r1", 0.2);
    add_line("a", 0.6, 0.7);
    add_line("b", 0.4, 0.4);
    add_line("c", 0.5, 0.2);
    add_line("zone=z1", 0.50, 0.55);
    add_line("zone=z2", 0.5, 0.2);
    add_line("all", 0.40, 0.45);
  }
  json ask(const PastQuestion& question) {
    Buffer out;
    const auto failure = answer_forecast(question, {kNow, 0}, nodes, samples, out);
    EXPECT_FALSE(failure) << failure->message;
    return failure ? json() : json::from_msgpack(out.view());
  }
  std::optional<PastFailure> refusal(const PastQuestion& question) {
    Buffer out;
    auto failure = answer_forecast(question, {kNow, 0}, nodes, samples, out);
    EXPECT_TRUE(out.empty());
    return failure;
  }
};

PastQuestion by(std::string what) {
  PastQuestion question;
  question.op = PastOp::kForecast;
  question.by = std::move(what);
  return question;
}

PastQuestion of_label(std::string key, std::string value) {
  PastQuestion question;
  question.labels = {{std::move(key), std::move(value)}};
  return question;
}

TEST_F(ForecastAnswer, OfANode) {
  add_three();
  PastQuestion question;
  question.node = "a";
  const json result = ask(question);
  ASSERT_EQ(result["forecasts"].size(), 1u);
  EXPECT_EQ(result["of"], 1);
  const json& one = result["forecasts"][0];
  EXPECT_EQ(one["of"], "a");
  EXPECT_EQ(one["used"], 700'000'000'000u);
  EXPECT_EQ(one["total"], 1'000'000'000'000u);
  EXPECT_EQ(one["says"], "fills");
  EXPECT_NEAR(one["span"].get<double>(), 10.0 * kDayMs, 6.0 * kHourMs);
  EXPECT_FALSE(one.contains("why"));
  EXPECT_FALSE(one.contains("absorb"));
  EXPECT_LE(one["trend"]["low"], one["trend"]["middle"]);
  EXPECT_LE(one["trend"]["middle"], one["trend"]["high"]);
  ASSERT_EQ(one["full"].size(), 3u);
  EXPECT_EQ(one["full"][0]["percent"], 80);
  EXPECT_NEAR(one["full"][0]["at"].get<double>(), static_cast<double>(kNow + 10 * kDayMs),
              0.3 * kDayMs);
  EXPECT_LE(one["full"][0]["earliest"], one["full"][0]["at"]);
  EXPECT_GE(one["full"][0]["latest"], one["full"][0]["at"]);
  EXPECT_EQ(one["full"][2]["percent"], 95);
}

TEST_F(ForecastAnswer, WhatCannotBePredictedSaysWhy) {
  add_three();
  add_node("new", "z1", "z1-r1", 0.5);
  PastQuestion question;
  question.node = "new";
  const json one = ask(question)["forecasts"][0];
  EXPECT_EQ(one["says"], "cannot_predict");
  EXPECT_EQ(one["why"], "nothing is known of its storage");
  EXPECT_FALSE(one.contains("trend"));
  EXPECT_EQ(one["full"], json::parse(R"([{"percent":80},{"percent":90},{"percent":95}])"));
}

TEST_F(ForecastAnswer, OfTheFleetWithTheLossOfItsLargest) {
  add_three();
  const json one = ask({})["forecasts"][0];
  EXPECT_EQ(one["of"], "all");
  EXPECT_EQ(one["absorb"]["largest"], "a");
  EXPECT_EQ(one["absorb"]["now"], false);
  // Others have 1.4 T free and a holds 0.7: that much more takes 140 days, beyond 40.
  EXPECT_FALSE(one["absorb"].contains("at"));
}

TEST_F(ForecastAnswer, AbsorbSaysWhenItIsTooLate) {
  add_three();
  add_node("c", "z2", "z2-r1", 0.9);
  add_node("b", "z1", "z1-r2", 0.05);
  // The fleet gains 0.005 T a day; 0.95 + 0.3 - 0.9 = 0.35 T until nothing could take c's.
  json one = ask({})["forecasts"][0];
  EXPECT_EQ(one["absorb"]["largest"], "c");
  EXPECT_FALSE(one["absorb"]["now"]);
  add_node("b", "z1", "z1-r2", 0.25);  // 0.15 T: 30 days
  one = ask({})["forecasts"][0];
  EXPECT_NEAR(one["absorb"]["at"].get<double>(), static_cast<double>(kNow + 30 * kDayMs),
              1.0 * kDayMs);
  EXPECT_LE(one["absorb"]["earliest"], one["absorb"]["at"]);
  add_node("b", "z1", "z1-r2", 0.5);
  one = ask({})["forecasts"][0];
  EXPECT_EQ(one["absorb"], (json{{"largest", "c"}, {"now", true}}));
}

TEST_F(ForecastAnswer, TheGoneAreNoMembers) {
  add_three();
  nodes.nodes["a"].presence = Presence::kEvicted;
  nodes.nodes["b"].presence = Presence::kLate;
  EXPECT_EQ(ask({})["forecasts"][0]["absorb"]["largest"], "b");
  EXPECT_EQ(ask(by("node"))["of"], 2);
}

TEST_F(ForecastAnswer, OfAZone) {
  add_three();
  const json one = ask(of_label("zone", "z1"))["forecasts"][0];
  EXPECT_EQ(one["of"], "zone=z1");
  EXPECT_EQ(one["absorb"]["largest"], "a");
  EXPECT_EQ(one["absorb"]["now"], true);  // b has 0.6 T free, and a holds 0.7
}

TEST_F(ForecastAnswer, ByNodeTheSoonestFullFirst) {
  add_three();
  add_node("full", "z2", "z2-r1", 0.97);
  add_line("full", 0.97, 0.97);
  PastQuestion question = by("node");
  json rows = ask(question)["forecasts"];
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0]["of"], "full");
  EXPECT_EQ(rows[1]["of"], "a");
  EXPECT_EQ(rows[2]["of"], "b");
  EXPECT_EQ(rows[3]["says"], "empties");
  question.limit = 2;
  EXPECT_EQ(ask(question)["forecasts"].size(), 2u);
  EXPECT_EQ(ask(question)["of"], 4);
}

TEST_F(ForecastAnswer, ByZoneAndByRack) {
  add_three();
  const json zones = ask(by("zone"))["forecasts"];
  ASSERT_EQ(zones.size(), 2u);
  EXPECT_EQ(zones[0]["of"], "zone=z1");
  EXPECT_TRUE(zones[0].contains("absorb"));
  EXPECT_EQ(ask(by("rack"))["forecasts"].size(), 3u);
}

TEST_F(ForecastAnswer, RefusesWhatItCannotAnswer) {
  add_three();
  const auto code_of = [&](const PastQuestion& question) {
    const auto failure = refusal(question);
    return failure ? failure->code : QueryError::kInternal;
  };
  PastQuestion two = by("node");
  two.node = "a";
  EXPECT_EQ(code_of(two), QueryError::kBadRequest);
  EXPECT_EQ(code_of(by("colour")), QueryError::kBadRequest);
  EXPECT_EQ(code_of(of_label("host", "a")), QueryError::kBadRequest);
  PastQuestion labels = of_label("zone", "z1");
  labels.labels.emplace_back("rack", "z1-r1");
  EXPECT_EQ(code_of(labels), QueryError::kBadRequest);
  EXPECT_EQ(code_of(of_label("zone", "z9")), QueryError::kNotFound);
  PastQuestion nobody;
  nobody.node = "nobody";
  EXPECT_EQ(code_of(nobody), QueryError::kNotFound);
}

TEST_F(ForecastAnswer, TheWorkOfALargeFleetIsBounded) {
  for (int i = 0; i < 3000; ++i) {
    add_node("n" + std::to_string(10'000 + i), "z1", "r1", 0.3 + 0.0001 * i);
  }
  // One of the emptier half fills fast; only a look at yesterday tells.
  add_node("fast", "z1", "r1", 0.52);
  add_line("fast", 0.1, 0.52);
  const json result = ask(by("node"));
  EXPECT_EQ(result["of"], 3001);
  EXPECT_EQ(result["forecasts"].size(), limits::kForecasts);
  EXPECT_EQ(result["forecasts"][0]["of"], "fast");
  EXPECT_LE(samples.looks, limits::kForecastCandidates);
  EXPECT_LE(samples.visits, 3 * limits::kForecasts);
  PastQuestion small = by("node");
  small.page_bytes = 2000;
  const std::size_t rows = ask(small)["forecasts"].size();
  EXPECT_GE(rows, 3u);
  EXPECT_LE(rows, 20u);
}

TEST_F(ForecastAnswer, ManyRacksAreRankedByHowFullTheyAre) {
  for (int i = 0; i < 300; ++i) {
    const std::string rack = "r" + std::to_string(1000 + i);
    add_node("n" + std::to_string(1000 + i), "z1", rack, 0.3 + 0.002 * i);
    add_line("rack=" + rack, 0.3 + 0.002 * i, 0.3 + 0.002 * i);
  }
  const json result = ask(by("rack"));
  EXPECT_EQ(result["of"], 300);
  EXPECT_EQ(result["whole"], true);
  EXPECT_EQ(result["forecasts"].size(), limits::kForecasts);
  EXPECT_EQ(result["forecasts"][0]["of"], "rack=r1299");
  EXPECT_EQ(samples.looks, 0u);
}

TEST_F(ForecastAnswer, ABrokenStatusOrLabelDoesNoHarm) {
  add_three();
  nodes.nodes["b"].status = "\xc1 nonsense";
  nodes.nodes["b"].labels = "\xdf";
  nodes.nodes["c"].status.clear();
  const json result = ask(by("node"));
  EXPECT_EQ(result["of"], 3);
  EXPECT_EQ(ask({})["forecasts"][0]["absorb"]["now"], true);  // a alone is known to hold anything
}

}  // namespace
}  // namespace rollcall
