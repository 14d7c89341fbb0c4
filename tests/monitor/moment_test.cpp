// Times as people write them.
#include "monitor/view/moment.hpp"

#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

namespace rollcall {
namespace {

constexpr std::int64_t kNowMs = 1'700'000'000'000;  // Tuesday, 2023-11-14 22:13:20 UTC
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;

class MomentTest : public testing::Test {
 protected:
  void SetUp() override { live_in("UTC"); }
  void TearDown() override { live_in("UTC"); }
  static void live_in(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
  static std::int64_t at(const char* text, std::int64_t now_ms = kNowMs) {
    const auto moment = parse_moment(text, now_ms);
    EXPECT_TRUE(moment) << text << ": " << moment.error();
    return moment ? *moment : -1;
  }
  static std::string labels(std::int64_t begins_ms, std::int64_t ends_ms, std::size_t most) {
    std::string out;
    for (const Tick& tick : time_ticks(begins_ms, ends_ms, most)) out += tick.label + " ";
    return out;
  }
};

TEST_F(MomentTest, IsReadAsWritten) {
  EXPECT_EQ(at("now"), kNowMs);
  EXPECT_EQ(at("10m"), kNowMs - 600'000);
  EXPECT_EQ(at("1h30m"), kNowMs - 5'400'000);
  EXPECT_EQ(at("7d"), kNowMs - 7 * kDayMs);
  EXPECT_EQ(at("22:13"), kNowMs - 20'000);
  EXPECT_EQ(at("22:13:20"), kNowMs);
  EXPECT_EQ(at("22:13:21"), kNowMs + 1000 - kDayMs);  // yesterday: today it is still to come
  EXPECT_EQ(at("2023-11-14"), 1'699'920'000'000);
  EXPECT_EQ(at("2023-11-14 22:13"), kNowMs - 20'000);
  EXPECT_EQ(at("2023-11-14 22:13:20"), kNowMs);
  EXPECT_EQ(at("2023-11-14T22:13:20Z"), kNowMs);
  EXPECT_EQ(at("2023-11-15T00:13:20+02:00"), kNowMs);
  EXPECT_EQ(at("2023-11-14 20:43:20-0130"), kNowMs);
  EXPECT_EQ(at("1700000000000"), kNowMs);
  EXPECT_EQ(at("1970-01-01"), 0);
  EXPECT_EQ(at("2024-02-29"), 1'709'164'800'000);
}

TEST_F(MomentTest, IsRefusedWithWhatItCouldBe) {
  for (const char* const text : {"",
                                 "soon",
                                 "10",
                                 "-5m",
                                 "25:00",
                                 "14:60",
                                 "14:00:60",
                                 "14",
                                 "14:",
                                 "2023-13-01",
                                 "2023-02-29",
                                 "2023-11-00",
                                 "2023-11-14 ",
                                 "2023-11-14 25:00",
                                 "2023-11-14T22:13:20z",
                                 "2023-11-14T22:13+99:00",
                                 "23-11-14",
                                 "2023-11-14 22:13:20 Z",
                                 "1969-12-31",
                                 "100d 5",
                                 "99999999999",
                                 "999999999999999999999",
                                 "9007199254740992ms",
                                 "60y",
                                 "20000d",
                                 "9999-12-31",
                                 "2023-11-14\n",
                                 "+10m",
                                 "1e3s"}) {
    const auto moment = parse_moment(text, kNowMs);
    EXPECT_FALSE(moment) << text << " " << (moment ? *moment : 0);
    EXPECT_NE(moment.error().find("write 10m or 7d (ago)"), std::string::npos) << moment.error();
  }
}

TEST_F(MomentTest, IsOfTheZoneThatOneLivesIn) {
  live_in("Europe/Berlin");
  EXPECT_EQ(at("2023-11-14 23:13:20"), kNowMs);
  EXPECT_EQ(at("2023-07-01"), 1'688'162'400'000);  // summer: two hours ahead
  EXPECT_EQ(at("23:00"), kNowMs - 800'000);
  // The night in which clocks were put back had 25 hours.
  EXPECT_EQ(at("2023-10-30") - at("2023-10-29"), 25 * kHourMs);
  // And the one in which they were put forward 23; what they skipped is beside it.
  EXPECT_EQ(at("2023-03-27") - at("2023-03-26"), 23 * kHourMs);
  EXPECT_LE(std::abs(at("2023-03-26 02:30") - at("2023-03-26T01:00Z")), kHourMs);
  // Yesterday at noon is not 24 hours before today at noon when they were put back between.
  const std::int64_t morning_ms = at("2023-10-29T07:00Z");
  EXPECT_EQ(at("12:00", morning_ms), at("2023-10-28T10:00Z"));
}

TEST_F(MomentTest, TicksAreRoundInTheZoneThatOneLivesIn) {
  EXPECT_EQ(labels(kNowMs - kHourMs, kNowMs, 6), "21:15 21:30 21:45 22:00 ");
  EXPECT_EQ(labels(kNowMs - 60'000, kNowMs, 6), "22:12:30 22:13:00 ");
  EXPECT_EQ(labels(kNowMs - kDayMs, kNowMs, 5), "11-14 06:00 12:00 18:00 ");
  EXPECT_EQ(labels(kNowMs - 7 * kDayMs, kNowMs, 8), "11-08 11-09 11-10 11-11 11-12 11-13 11-14 ");
  live_in("Asia/Kolkata");
  EXPECT_EQ(labels(kNowMs - 4 * kHourMs, kNowMs, 5), "11-15 01:00 02:00 03:00 ");
  live_in("Europe/Berlin");
  const std::int64_t night_ms = at("2023-10-29T00:00Z");
  EXPECT_EQ(labels(night_ms - 10 * kHourMs, night_ms + 10 * kHourMs, 4), "18:00 10-29 06:00 ");
}

TEST_F(MomentTest, TicksNeverEndLater) {
  for (const std::int64_t span_ms : {std::int64_t{1}, std::int64_t{999}, std::int64_t{60'000},
                                     kHourMs, 40 * kDayMs, 4000 * kDayMs}) {
    for (std::size_t most = 0; most < 30; ++most) {
      const auto ticks = time_ticks(kNowMs - span_ms, kNowMs, most);
      EXPECT_LE(ticks.size(), most);
      for (std::size_t i = 0; i < ticks.size(); ++i) {
        EXPECT_GE(ticks[i].at_ms, kNowMs - span_ms);
        EXPECT_LE(ticks[i].at_ms, kNowMs);
        EXPECT_TRUE(i == 0 || ticks[i].at_ms > ticks[i - 1].at_ms);
      }
    }
  }
  EXPECT_TRUE(time_ticks(0, INT64_MAX, 10).empty());
  EXPECT_TRUE(time_ticks(5, 4, 10).empty());
}

TEST_F(MomentTest, BetweenNamesADayOnce) {
  EXPECT_EQ(between_text(kNowMs - kHourMs, kNowMs), "2023-11-14 21:13 … 22:13");
  EXPECT_EQ(between_text(kNowMs - kDayMs, kNowMs), "2023-11-13 22:13 … 2023-11-14 22:13");
  EXPECT_EQ(between_text(kNowMs - 60'000, kNowMs), "2023-11-14 22:12:20 … 22:13:20");
}

}  // namespace
}  // namespace rollcall
