// What a broker may answer of the past: decoded whole, or not at all.
#include <cmath>
#include <functional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "shared/client/past.hpp"
#include "shared/client/past_request.hpp"
#include "tests/monitor/past_wire.hpp"

namespace rollcall {
namespace {

using nlohmann::ordered_json;
using testing_past::packed;

struct Answered {
  const char* name;
  std::string json;
  std::function<bool(Bytes)> decode;
};

template <typename T>
std::function<bool(Bytes)> into(bool (*decode)(Bytes, T&)) {
  return [decode](Bytes bytes) {
    T value;
    return decode(bytes, value);
  };
}

std::vector<Answered> all_answers() {
  return {{"history", testing_past::history_json(), into(decode_history)},
          {"timeline", testing_past::timeline_json(), into(decode_timeline)},
          {"at summary", testing_past::at_summary_json(), into(decode_at)},
          {"at nodes", testing_past::at_nodes_json(), into(decode_at)},
          {"at node", testing_past::at_node_json(), into(decode_at)},
          {"forecast", testing_past::forecast_json(), into(decode_forecasts)},
          {"backtest", testing_past::backtest_json(), into(decode_backtest)},
          {"availability", testing_past::availability_json(), into(decode_availability)},
          {"known", testing_past::known_json(), into(decode_known)},
          {"store", testing_past::store_json(), into(decode_store)}};
}

TEST(PastDecode, TakesWhatIsWholeAndNothingElse) {
  for (const Answered& answer : all_answers()) {
    const std::string bytes = packed(answer.json);
    EXPECT_TRUE(answer.decode(bytes)) << answer.name;
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_FALSE(answer.decode(Bytes(bytes).substr(0, length))) << answer.name << " " << length;
    }
    EXPECT_FALSE(answer.decode(bytes + '\xc0')) << answer.name;
  }
}

// Another type in the place of each value that is looked at; what is unknown may be anything.
void break_each(const ordered_json& whole, ordered_json& part, const Answered& answer) {
  for (auto& [key, value] : part.items()) {
    if (key == "future") continue;
    const ordered_json before = value;
    if (before.is_structured() && !before.empty()) {
      ordered_json& inner = before.is_array() ? value[0] : value;
      if (inner.is_structured()) break_each(whole, inner, answer);
    }
    value = ordered_json{{"odd", ordered_json::array({true})}};
    // A map is a map: one without known keys is as good as an empty one where all are optional.
    if (!before.is_object()) {
      EXPECT_FALSE(answer.decode(packed(whole.dump()))) << answer.name << " " << key;
    }
    value = before.is_boolean() ? ordered_json("odd") : ordered_json(true);
    EXPECT_FALSE(answer.decode(packed(whole.dump()))) << answer.name << " " << key;
    value = before;
  }
}

TEST(PastDecode, RefusesOtherTypes) {
  for (const Answered& answer : all_answers()) {
    ordered_json whole = ordered_json::parse(answer.json);
    break_each(whole, whole, answer);
    EXPECT_TRUE(answer.decode(packed(whole.dump()))) << answer.name;
  }
}

bool takes_history(const std::function<void(ordered_json&)>& change) {
  ordered_json history = ordered_json::parse(testing_past::history_json());
  change(history);
  PastHistory decoded;
  return decode_history(packed(history.dump()), decoded);
}

// [P74]
TEST(PastDecode, HistoryHasAsManyValuesAsPoints) {
  EXPECT_TRUE(takes_history([](ordered_json&) {}));
  EXPECT_FALSE(takes_history([](ordered_json& h) { h["points"] = 61; }));
  EXPECT_FALSE(takes_history([](ordered_json& h) { h["points"] = 1'000'000'000; }));
  EXPECT_FALSE(takes_history([](ordered_json& h) { h["step"] = 0; }));
  EXPECT_FALSE(takes_history([](ordered_json& h) { h["step"] = INT64_MAX / 4; }));
  EXPECT_FALSE(takes_history([](ordered_json& h) { h["begins"] = -1; }));
  const auto columns = [](ordered_json& h) -> ordered_json& { return h["series"][0]["columns"]; };
  EXPECT_FALSE(takes_history([&](ordered_json& h) { columns(h)["cpu"].push_back(1); }));
  EXPECT_FALSE(takes_history([&](ordered_json& h) { columns(h)["cpu"][3] = 1e31; }));
  EXPECT_FALSE(takes_history([&](ordered_json& h) { columns(h)["cpu"][3] = -1; }));
  EXPECT_FALSE(takes_history([&](ordered_json& h) { columns(h)["state"][3] = "merry"; }));
  EXPECT_TRUE(takes_history([&](ordered_json& h) { columns(h).erase("cpu"); }));
  PastHistory history;
  ASSERT_TRUE(decode_history(packed(testing_past::history_json()), history));
  EXPECT_TRUE(std::isnan(history.series[0].column(PastColumn::kCpu)[20]));
  EXPECT_EQ(history.series[0].column(PastColumn::kCpu)[59], 60.0);
  EXPECT_EQ(history.series[0].states[31], State::kError);
  EXPECT_FALSE(history.series[0].states[22].has_value());
  EXPECT_EQ(history.ends_ms(), testing_past::kNowMs);
}

// [P75] [P77] [P80]
TEST(PastDecode, KeepsWhatWasSaid) {
  PastTimeline timeline;
  ASSERT_TRUE(decode_timeline(packed(testing_past::timeline_json()), timeline));
  EXPECT_EQ(timeline.presence[2].verdict, "process_died");
  EXPECT_EQ(timeline.session[1].session, 8u);
  std::vector<PastForecast> forecasts;
  ASSERT_TRUE(decode_forecasts(packed(testing_past::forecast_json()), forecasts));
  EXPECT_EQ(forecasts[2].trend->middle, -2048.0);
  EXPECT_FALSE(forecasts[0].full[2].when.at_ms.has_value());
  PastKnownPage known;
  ASSERT_TRUE(decode_known(packed(testing_past::known_json()), known));
  EXPECT_EQ(known.nodes[0].notes[0].text, "the fan\nis loud");
  // The notes of one node may stand beside it, too.
  ASSERT_TRUE(
      decode_known(packed(R"({"node": {"node": "n"}, "notes": [{"at": 1, "text": "x"}]})"), known));
  EXPECT_EQ(known.nodes[0].notes[0].text, "x");
}

TEST(PastDecode, SpansThatEndBeforeTheyBeginAreRefused) {
  ordered_json json = ordered_json::parse(testing_past::timeline_json());
  json["tracks"]["duty"][0]["to"] = 5;
  PastTimeline timeline;
  EXPECT_FALSE(decode_timeline(packed(json.dump()), timeline));
}

TEST(PastRequest, SaysWhatIsGivenAndNoMore) {
  Buffer out;
  PastQuery query;
  query.op = "store";
  write_past_request(3, query, out);
  const auto read = [&] {
    return ordered_json::from_msgpack(out.view().begin(), out.view().end()).dump();
  };
  EXPECT_EQ(read(), R"({"v":1,"id":3,"op":"store"})");
  query.op = "history";
  query.nodes = {"a", "b"};
  query.label = {"zone", "z"};
  query.since_ms = 0;
  query.until_ms = 9;
  query.step_ms = 5;
  query.metrics = {"cpu"};
  query.limit = 7;
  query.after = "x";
  write_past_request(4, query, out);
  EXPECT_EQ(read(), R"({"v":1,"id":4,"op":"history","nodes":["a","b"],"labels":{"zone":"z"},)"
                    R"("metrics":["cpu"],"since":0,"until":9,"step":5,"limit":7,"after":"x"})");
}

}  // namespace
}  // namespace rollcall
