// [P74]
#include "broker/past/history_answer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "shared/core/limits.hpp"
#include "tests/history/kept_history.hpp"

using namespace rollcall;
using namespace rollcall::test;
using nlohmann::json;

namespace {

class HistoryAnswer : public testing::Test {
 protected:
  void feed(std::int64_t ms) {
    const std::int64_t end = kept_.wall_ms() + ms;
    while (kept_.wall_ms() < end) {
      kept_.set_time(kept_.wall_ms() + 10'000);
      for (const char* name : {"n1", "n2"}) {
        const SeriesId node = kept_->series_of(name);
        kept_->set_groups(node, "z1", name);
        kept_->add(node, sample_at(kept_.wall_ms(), name[1] == '1' ? 10 : 30));
      }
      kept_.write_all();
    }
  }
  json ask(const PastQuestion& question) {
    Buffer out;
    out.append("kept");
    const auto failure = answer_history(question, {.wall_ms = kept_.wall_ms()}, *kept_, out);
    EXPECT_EQ(out.view().substr(0, 4), "kept");
    if (failure) {
      EXPECT_EQ(out.size(), 4u);
      return {{"error", name_of(failure->code)}, {"message", failure->message}};
    }
    return json::from_msgpack(out.view().substr(4));
  }
  static PastQuestion of(const char* node) {
    PastQuestion question;
    question.node = node;
    return question;
  }
  static std::string error(const json& answer) { return answer.value("error", ""); }

  KeptHistory kept_{{.keep_ms = {2 * kHourMs, 8 * kHourMs, 900 * kDayMs}}};
};

}  // namespace

TEST_F(HistoryAnswer, IsAnHourInAbout240PointsByItself) {
  feed(2 * kHourMs);
  const json answer = ask(of("n1"));
  EXPECT_EQ(answer["step"], 15'000);
  EXPECT_EQ(answer["points"], 240);
  EXPECT_EQ(answer["level"], "full");
  EXPECT_EQ(answer["begins"], kept_.wall_ms() - kHourMs);
  const json& series = answer["series"][0];
  EXPECT_EQ(series["of"], "n1");
  EXPECT_EQ(series["columns"].size(), 10u);
  EXPECT_FALSE(series["columns"].contains("nodes"));
  for (const auto& [name, column] : series["columns"].items()) {
    EXPECT_EQ(column.size(), 240u) << name;
  }
  const json& columns = series["columns"];
  EXPECT_EQ(columns["storage_used"][1], 400'000);
  EXPECT_EQ(columns["storage_total"][1], 1'000'000);
  EXPECT_EQ(columns["memory_used"][1], 3'000'000);
  EXPECT_EQ(columns["memory_total"][1], 8'000'000);
  EXPECT_EQ(columns["cpu"][1], 10);
  EXPECT_EQ(columns["cpu_max"][1], 10);
  EXPECT_EQ(columns["rx"][1], 200);
  EXPECT_EQ(columns["tx"][1], 100);
  EXPECT_EQ(columns["state"][1], "healthy");
}

TEST_F(HistoryAnswer, HasMeansMaximaLastValuesAndTheWorstWord) {
  const SeriesId node = kept_->series_of("n1");
  for (int i = 0; i < 6; ++i) {
    Sample sample = sample_at(kStartMs + i * 10'000, i * 10);
    sample.storage.used = 1'000 + static_cast<std::uint64_t>(i);
    sample.state = i == 3 ? State::kError : State::kIdle;
    kept_->add(node, sample);
  }
  kept_.set_time(kStartMs + 2 * kMinuteMs);
  PastQuestion question = of("n1");
  question.since_ms = kStartMs;
  for (const std::int64_t step : {kMinuteMs, std::int64_t{90'000}}) {  // of minutes, of samples
    question.step_ms = step;
    const json columns = ask(question)["series"][0]["columns"];
    EXPECT_EQ(columns["samples"][0], 6) << step;
    EXPECT_EQ(columns["cpu"][0], 25);
    EXPECT_EQ(columns["cpu_max"][0], 50);
    EXPECT_EQ(columns["storage_used"][0], 1'005);
    EXPECT_EQ(columns["state"][0], "error");
    EXPECT_TRUE(columns["cpu"].back().is_null());
    EXPECT_TRUE(columns["samples"].back().is_null());
  }
}

TEST_F(HistoryAnswer, OfSeveralNodesInTheirOrder) {
  feed(kHourMs / 2);
  PastQuestion question;
  question.nodes = {"n2", "stranger", "n1"};
  question.metrics = {"cpu"};
  question.step_ms = kMinuteMs;
  const json answer = ask(question);
  ASSERT_EQ(answer["series"].size(), 3u);
  EXPECT_EQ(answer["series"][0]["of"], "n2");
  EXPECT_EQ(answer["series"][0]["columns"]["cpu"][45], 30);
  EXPECT_TRUE(answer["series"][1]["columns"]["cpu"][45].is_null());
  EXPECT_EQ(answer["series"][2]["columns"]["cpu"][45], 10);
  EXPECT_EQ(answer["series"][2]["columns"].size(), 3u);  // cpu, cpu_max, samples
}

TEST_F(HistoryAnswer, OfGroupsIsSumsWithNodes) {
  feed(kHourMs);
  PastQuestion question;
  json answer = ask(question);
  EXPECT_EQ(answer["level"], "minute");
  EXPECT_EQ(answer["step"], kMinuteMs);
  json columns = answer["series"][0]["columns"];
  EXPECT_EQ(answer["series"][0]["of"], "all");
  EXPECT_EQ(columns["nodes"][30], 2);
  EXPECT_EQ(columns["storage_used"][30], 800'000);
  EXPECT_EQ(columns["cpu"][30], 20);
  EXPECT_EQ(columns["cpu_max"][30], 30);
  question.labels = {{"rack", "n2"}};
  answer = ask(question);
  EXPECT_EQ(answer["series"][0]["of"], "rack=n2");
  EXPECT_EQ(answer["series"][0]["columns"]["nodes"][30], 1);
}

TEST_F(HistoryAnswer, OfNothingIsNil) {
  const json answer = ask({});
  EXPECT_EQ(answer["series"][0]["of"], "all");
  for (const json& value : answer["series"][0]["columns"]["cpu"]) EXPECT_TRUE(value.is_null());
}

TEST_F(HistoryAnswer, TakesWhatIsNoLongerKeptInFullFromCoarserLevels) {
  feed(20 * kHourMs);
  while (kept_.retain() > 0) {
  }
  PastQuestion question = of("n1");
  question.since_ms = kStartMs;
  question.step_ms = kHourMs;
  json answer = ask(question);
  EXPECT_EQ(answer["level"], "hour");
  for (std::size_t i = 1; i < 20; ++i) {
    EXPECT_EQ(answer["series"][0]["columns"]["samples"][i], 360) << i;
  }
  // By minutes, the oldest from hours: each sample counts once.
  question.step_ms = 15 * kMinuteMs;
  answer = ask(question);
  EXPECT_EQ(answer["level"], "hour");
  int samples = 0;
  for (const json& value : answer["series"][0]["columns"]["samples"]) {
    samples += value.is_null() ? 0 : value.get<int>();
  }
  EXPECT_EQ(samples, 20 * 360 - 1);  // the last is at the end, which is not included
  // Of the last hour everything is there.
  question.since_ms = kept_.wall_ms() - kHourMs;
  question.step_ms = 10'000;
  EXPECT_EQ(ask(question)["level"], "full");
  // And without a step, none finer than what is left.
  question.since_ms = kStartMs;
  question.until_ms = kStartMs + 2 * kHourMs;
  question.step_ms.reset();
  EXPECT_EQ(ask(question)["step"], kHourMs);
}

TEST_F(HistoryAnswer, HasUpTo2000PointsOfASeriesAnd20000InAll) {
  feed(kMinuteMs);
  PastQuestion question = of("n1");
  question.since_ms = kept_.wall_ms() - 2'000 * 10'000;
  question.step_ms = 10'000;
  EXPECT_EQ(ask(question)["points"], 2'000);
  question.step_ms = 9'999;
  json answer = ask(question);
  EXPECT_EQ(error(answer), "bad_request");
  EXPECT_NE(answer["message"].get<std::string>().find("at least 10000 ms"), std::string::npos);
  question.node.clear();
  question.nodes.assign(20, "n1");
  question.metrics = {"state"};
  question.step_ms = 20'000;
  EXPECT_EQ(ask(question)["points"], 1'000);
  question.nodes.push_back("n1");
  EXPECT_EQ(error(ask(question)), "bad_request");
}

TEST_F(HistoryAnswer, ChoosesAStepThatFitsWhereNoneIsNamed) {
  feed(kMinuteMs);
  PastQuestion question;
  question.nodes.assign(limits::kHistoryNodes, "n1");
  question.since_ms = kept_.wall_ms() - kDayMs;
  const json answer = ask(question);
  EXPECT_EQ(error(answer), "");
  EXPECT_LE(answer["points"].get<int>(), 200);
  EXPECT_GE(answer["points"].get<int>(), 40);
  question.nodes.push_back("n1");
  EXPECT_EQ(error(ask(question)), "bad_request");
}

TEST_F(HistoryAnswer, ThatIsTooLargeIsNone) {
  feed(kHourMs);
  PastQuestion question = of("n1");
  question.step_ms = 10'000;
  question.page_bytes = 2'000;
  EXPECT_EQ(error(ask(question)), "too_large");
}

TEST_F(HistoryAnswer, SaysWhatIsWrong) {
  feed(kMinuteMs);
  EXPECT_EQ(error(ask(of("stranger"))), "not_found");
  PastQuestion question = of("n1");
  question.metrics = {"heat"};
  EXPECT_EQ(error(ask(question)), "bad_request");
  question = of("n1");
  question.labels = {{"zone", "z1"}};
  EXPECT_EQ(error(ask(question)), "bad_request");
  question.node.clear();
  EXPECT_EQ(error(ask(question)), "");
  question.labels = {{"zone", "z9"}};
  EXPECT_EQ(error(ask(question)), "not_found");
  question.labels = {{"owner", "me"}};
  EXPECT_EQ(error(ask(question)), "bad_request");
  for (const std::int64_t step : {INT64_MIN, std::int64_t{0}, INT64_MAX}) {
    question = of("n1");
    question.step_ms = step;
    EXPECT_EQ(error(ask(question)), "bad_request") << step;
  }
  question = of("n1");
  question.since_ms = kept_.wall_ms();
  EXPECT_EQ(error(ask(question)), "bad_request");
  question.since_ms = INT64_MIN;
  question.until_ms = INT64_MAX;
  EXPECT_EQ(error(ask(question)), "");
}
