// Golden charts and pages of the past.
#include <cmath>
#include <cstdlib>
#include <limits>

#include <gtest/gtest.h>

#include "monitor/render/chart.hpp"
#include "monitor/render/columns.hpp"
#include "monitor/render/past_pages.hpp"
#include "monitor/render/table.hpp"
#include "tests/monitor/past_wire.hpp"

namespace rollcall {
namespace {

using testing_past::kNowMs;
using testing_past::packed;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

// Without the blanks at the ends of lines.
std::string text_of(const Rows& rows) {
  std::string out = "\n";
  for (const Row& row : rows) {
    std::string line = plain(row);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

class PastRenderTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  static PastHistory history() {
    PastHistory value;
    EXPECT_TRUE(decode_history(packed(testing_past::history_json()), value));
    return value;
  }
  static PastTimeline timeline() {
    PastTimeline value;
    EXPECT_TRUE(decode_timeline(packed(testing_past::timeline_json()), value));
    return value;
  }
  static std::vector<PastForecast> forecasts() {
    std::vector<PastForecast> value;
    EXPECT_TRUE(decode_forecasts(packed(testing_past::forecast_json()), value));
    return value;
  }
  static PastMomentAnswer at(const std::string& json) {
    PastMomentAnswer value;
    EXPECT_TRUE(decode_at(packed(json), value));
    return value;
  }
  static Chart chart(std::vector<double> values, Measure measure = Measure::kPercent) {
    Chart made;
    made.title = "chart";
    made.measure = measure;
    made.begins_ms = kNowMs - 3'600'000;
    made.step_ms = 60'000;
    made.lines = {{"line", std::move(values)}};
    return made;
  }
};

TEST_F(PastRenderTest, ALineIsDrawnInBraille) {
  EXPECT_EQ(text_of(chart_rows(chart({0, 25, 50, 75, 100}), 20, 3)), R"(
chart
   100 % ┤       ⡠⠒⠁
         │   ⢀⡠⠔⠉
     0 % ┤ ⡠⠒⠁
         └──────────

)");
  // A gap is a gap, and one value alone a dot.
  EXPECT_EQ(text_of(chart_rows(chart({100, 100, kGap, 50, kGap, 0, 0}), 24, 3)), R"(
chart
   100 % ┤ ⠉⠉⠁
         │       ⠄
     0 % ┤           ⣀⣀⡀
         └─────────────┬
                   21:20
)");
}

// [P74]
TEST_F(PastRenderTest, History) {
  EXPECT_EQ(text_of(history_page(history(), 80)), R"(
node-1  2023-11-14 21:13 … 22:13, each step 1m, from values of each minute
storage used, of 2.00 TiB: 54.5 %
   2 TiB ┤                                                        used
         │                                              max   1.09 TiB
         │                                     ⢀⣀⣀⣀⣀⣀⠤ mean    821 GiB
   1 TiB ┤           ⢀⣀⣀⡀   ⠠⠤⠤⠤⠤⠤⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠁        min    512 GiB
         │⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠁                                 last   1.09 TiB
   0 TiB ┤
         └─┬──────────┬──────────┬──────────┬─────────
          21:15     21:30      21:45      22:00
cpu
   100 % ┤                             ⢀⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄         highest      mean
         │                             ⠔                max     90.0 %    60.0 %
         │                             ⢵⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒ mean     55.3 %    34.5 %
    50 % ┤⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀    ⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢐⡇                min     35.5 %    20.0 %
         │⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠄   ⠠⠤⠤⠤⠤⠤⠤⠤⠤⠤⠼                last     90.0 %    60.0 %
     0 % ┤
         └─┬──────────┬──────────┬──────────┬─────────
          21:15     21:30      21:45      22:00
network
 10 MB/s ┤      ⢠       ⡄      ⣠      ⢠       ⡄      ⡠           ↑ out      ↓ in
         │     ⢀⢿     ⢀⠜      ⡰⢹     ⢀⢿     ⢀⠜⡇     ⡰⠁  max  5.00 MB/s 9.00 MB/s
         │    ⡰⠁ ⡇   ⢠⠊     ⢀⠎ ⢸    ⡰⠁ ⡇   ⢠⠊ ⢸   ⢀⠎   mean  5.00 MB/s 4.73 MB/s
  5 MB/s ┤⠁⠁⠁⡕⠁⠁⠁⡇⠁⠁⡡⠃⠁⠁⠁   ⠈⠁⠁⠉⡇⠁⠁⡕⠁⠁⠁⡇⠁⠁⡡⠃⠁⠁⢹⠁⠁⢡⠋⠁⠁⠁  min  5.00 MB/s     0 B/s
         │ ⢠⠊    ⢣⢀⠜            ⡇⢠⠊    ⢣⢀⠜    ⠘⡄⡠⠃     last  5.00 MB/s 9.00 MB/s
  0 MB/s ┤⡠⠃     ⢸⠎             ⡧⠃     ⢸⠎      ⡷⠁
         └─┬──────────┬──────────┬──────────┬─────────
          21:15     21:30      21:45      22:00
    state ▁▁▁▁▁▁▁▁▄▄▄▄▄▄▄    ▄▄▄██▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          ▁ healthy  ▂ idle  ▄ warning  ▆ critical  █ error
)");
}

TEST_F(PastRenderTest, HistoryAsATable) {
  PastHistory few = history();
  few.points = 2;
  for (auto& column : few.series[0].columns) {
    if (!column.empty()) column = {column[19], column[20]};
  }
  few.series[0].states = {State::kWarning, std::nullopt};
  EXPECT_EQ(text_of(history_table(few)), R"(
node-1  2023-11-14 21:13:20 … 21:15:20, each step 1m, from values of each minute
TIME                 STORAGE        OF     CPU  HIGHEST         RX         TX  STATE
2023-11-14 21:13:20  707 GiB  2.00 TiB  20.0 %   35.5 %  9.00 MB/s  5.00 MB/s  warning
2023-11-14 21:14:20        -         -       -        -          -          -  -
)");
}

TEST_F(PastRenderTest, HistoryFitsEveryWidth) {
  for (std::size_t width = 0; width < 240; width += width < 40 ? 1 : 9) {
    const PastHistory value = history();
    for (const Chart& each : history_charts(value, value.series[0])) {
      for (const std::size_t height : {0u, 1u, 2u, 6u, 30u}) {
        const Rows rows = chart_rows(each, width, height);
        for (std::size_t i = 1; i < rows.size(); ++i) {
          EXPECT_LE(display_width(rows[i]), width) << plain(rows[i]);
        }
      }
    }
    const Rows bars = timeline_page(timeline(), width);
    for (std::size_t i = 1; i < 11; ++i) {
      EXPECT_LE(display_width(bars[i]), std::max<std::size_t>(width, 20)) << plain(bars[i]);
    }
  }
}

TEST_F(PastRenderTest, AxesBeginAndEndAtRoundValues) {
  const auto axis = [](std::vector<double> values, Measure measure) {
    const Scale scale = scale_of(chart(std::move(values), measure), 3);
    return axis_label(scale.low, scale, measure) + " … " + axis_label(scale.high, scale, measure) +
           " by " + axis_label(scale.step, scale, measure);
  };
  EXPECT_EQ(axis({3, 97}, Measure::kPercent), "0 % … 100 % by 50 %");
  EXPECT_EQ(axis({}, Measure::kPercent), "0 % … 100 % by 50 %");
  EXPECT_EQ(axis({0, 0}, Measure::kRate), "0 B/s … 1 B/s by 1 B/s");
  EXPECT_EQ(axis({0, 0x1.8p40}, Measure::kBytes), "0.0 TiB … 1.5 TiB by 0.5 TiB");
  EXPECT_EQ(axis({73.1 * 0x1p40, 73.9 * 0x1p40}, Measure::kBytes),
            "73.0 TiB … 74.0 TiB by 0.5 TiB");
  EXPECT_EQ(axis({0x1p40, 0x1p40}, Measure::kBytes), "0.0 TiB … 1.0 TiB by 0.5 TiB");
  EXPECT_EQ(axis({1e30, 5e29}, Measure::kRate).substr(0, 6), "0 EB/s");
  EXPECT_EQ(axis({1e-30}, Measure::kPercent), "0 % … 100 % by 50 %");
}

TEST_F(PastRenderTest, SparklinesAreOneCellForEachValue) {
  EXPECT_EQ(sparkline({0, 50, kGap, 100, 1e9, -5}, 0, 100), "▁▅ ██▁");
  EXPECT_EQ(sparkline({7, 7}, 7, 7), "▁▁");
  EXPECT_EQ(sparkline({}, 0, 1), "");
}

TEST_F(PastRenderTest, TrendsStandBesideTheirNodes) {
  Trends trends;
  PastHistory two = history();
  two.series.push_back({"node-3", {}, {}});
  add_trends(two, trends);
  Record first;
  first.node = "node-1";
  Record second;
  second.node = "node-2";
  Record third;
  third.node = "node-3";
  const std::vector<std::string> columns{"node", "storage-trend", "cpu-trend"};
  EXPECT_EQ(text_of(lay_out(node_table(columns, {first, second, third}, &trends))), R"(
NODE    STORAGE 1H        CPU 1H
node-1  ▁▁▂▂▃▃▄▄▅▅▆▆▇▇██  ▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅
node-2
node-3
)");
  // An older broker has none: then there are no columns for them.
  EXPECT_EQ(text_of(lay_out(node_table(columns, {first}))), "\nNODE\nnode-1\n");
  EXPECT_TRUE(has_trend_column(wide_node_columns()));
  EXPECT_FALSE(has_trend_column(usual_node_columns()));
}

// [P75]
TEST_F(PastRenderTest, Timeline) {
  EXPECT_EQ(text_of(timeline_page(timeline(), 60)), R"(
node-1  2023-11-13 22:13 … 2023-11-14 22:13
presence  ·····················█████××××××××××××████████████
state                          ▁▁▆▆▆            ▁▁▁▁▁▁▁▁▁▁▁▁
duty                           ───────────────────────▓▓▓▓▓▓
session                        ━━━━━            ╍╍╍╍╍╍╍╍╍╍╍╍
          ───┬────────────┬───────────┬────────────┬────────
           11-14        06:00       12:00        18:00
presence  █ present  · unknown  ▒ late  × evicted
state     ▁ healthy  ▆ critical
duty      ─ active  ▓ maintenance
session   ━ a session  ╍ the next

2023-11-13 22:13:20  unknown  for 10h 6m
2023-11-14 09:43:20  critical  for 1h 24m
2023-11-14 11:06:40  late: its agent ended without a goodbye  for 1m
2023-11-14 11:07:40  evicted  for 5h 32m
2023-11-14 16:40:00  restarted at 10.0.0.2  session 0000000000000008
2023-11-14 19:26:40  maintenance by ada: new \x1b[2J disks  for 2h 46m, and lasts
events are retained since 2023-11-14 08:20:00; what was before is not known
first seen 2023-11-03 08:26:40
)");
}

TEST_F(PastRenderTest, ATimelineWithoutTroubleSaysSo) {
  PastTimeline calm;
  calm.node = "n";
  calm.until_ms = 1000;
  EXPECT_NE(text_of(timeline_page(calm, 40)).find("nothing is known of that time"),
            std::string::npos);
  calm.presence = {{0, 1000, "present", 0, "", "", "", ""}};
  EXPECT_NE(text_of(timeline_page(calm, 40)).find("there and healthy all the time"),
            std::string::npos);
  // What the broker of another day says is shown, too.
  calm.presence[0].word = "napping";
  EXPECT_NE(text_of(timeline_page(calm, 40)).find("????????"), std::string::npos);
}

// [P76]
TEST_F(PastRenderTest, AMomentOfThePast) {
  EXPECT_EQ(text_of(at_summary_page(at(testing_past::at_summary_json()))), R"(
as it was at 2023-11-14 19:26:40
Nodes        3  2 present, 1 late, 0 left
States       2 healthy  0 idle  1 warning  0 critical  0 error
Storage      ██████████░░░░░░░░░░ 50.0 %  5.00 TiB of 10.0 TiB
Memory       █████░░░░░░░░░░░░░░░ 25.0 %  1.00 GiB of 4.00 GiB
CPU          ██▌░░░░░░░░░░░░░░░░░ 12.5 % on average
Network      ↓ 1.00 kB/s  ↑ 2.00 kB/s
)");
  EXPECT_EQ(text_of(at_nodes_page(at(testing_past::at_nodes_json()), 0)), R"(
as it was at 2023-11-14 19:26:40
NODE    PRESENCE  STATE    DUTY         CPU  MEMORY  STORAGE      USED  SAMPLED              LABELS
node-1  present   healthy  active    12.5 %  25.0 %   50.0 %  5.00 TiB  2023-11-14 19:26:30  zone=a
node-2  late      error    draining       -       -        -         -  -
2 nodes
)");
  EXPECT_EQ(text_of(at_node_page(at(testing_past::at_node_json()))), R"(
as it was at 2023-11-14 19:26:40
node         node-2
presence     late
state        error
duty         draining
labels       zone=a
sampled      no history of that moment is left
)");
  const auto unknown = at(R"({"time": 5, "known": false})");
  for (const Rows& rows :
       {at_summary_page(unknown), at_nodes_page(unknown, 0), at_node_page(unknown)}) {
    EXPECT_NE(text_of(rows).find("nothing is known of that moment"), std::string::npos);
  }
}

// [P77]
TEST_F(PastRenderTest, Forecast) {
  EXPECT_EQ(text_of(forecast_page(forecasts(), kNowMs)), R"(
OF                      USED      A DAY  80 %    90 %                  95 %                          RESTS ON  SAYS
the fleet  73.0 % of 100 TiB   +466 GiB  passed  in 12 d (9 d … 16 d)  not in sight (173 d or more)  21d       fills
node-2        1.0 % of 100 B          -  -       -                     -                             1h        cannot predict: an hour of history is too little; it needs a day
zone=b       50.0 % of 100 B  -2.00 KiB  -       -                     -                             10d       empties
the fleet: the loss of node-3, its largest node, can be absorbed; no longer in 27 h
⚠ zone=b: if node-9, its largest node, is lost, the others could not take what it holds; add room or free some
in brackets: nine in ten cases; it goes on as it went, or it does not
)");
}

TEST_F(PastRenderTest, AForecastFansOutFromWhatWas) {
  PastForecast forecast = forecasts()[0];
  forecast.of = "node-1";
  forecast.storage = {1ull << 40, 2ull << 40};
  forecast.trend = {1e12, 4e12, 8e12};
  const auto fan = forecast_chart(forecast, history());
  ASSERT_TRUE(fan.has_value());
  EXPECT_EQ(text_of(chart_rows(*fan, 70, 5)), R"(
storage of node-1, and what is expected
   2 TiB ┤⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁  full          2.00 TiB
         │                       ⢀⢀⢀⢀⢀⢀ ⢄⢄⢄⢄  least         1.13 TiB
   1 TiB ┤        ⣀⣀⣀⡤⠤⠤⠔⠒⠒⠐⠑⠑⠑⠑⠑⠑⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁  most          1.39 TiB
         │⠤⠤⠖⠒⠒⠊ ⠉⠁                           expected      1.24 TiB
   0 TiB ┤                                    used          1.09 TiB
         └─────────────┬────────────────┬───
                     22:00            23:00
)");
  forecast.trend.reset();
  EXPECT_FALSE(forecast_chart(forecast, history()).has_value());
}

// [P78]
TEST_F(PastRenderTest, Backtest) {
  PastBacktest backtest;
  ASSERT_TRUE(decode_backtest(packed(testing_past::backtest_json()), backtest));
  EXPECT_EQ(text_of(backtest_page(backtest)), R"(
2023-11-13 22:13 … 2023-11-14 22:13  100 nodes, 40 silences
                     AS IT WAS  AS IT WOULD BE
late after         3 intervals             30s
evicted after               2m              5m
late                        40              30
evicted                     12               6
of these in error            7               1
noticed after              31s             45s

With these rules 6 fewer nodes would have been evicted in error, and a loss been noticed 14s later.
silences shorter than 3s were not recorded: a rule below that would find more

NODE    SILENT SINCE            FOR  WAS      WOULD BE
node-1  2023-11-14 08:20:00  2m 10s  evicted  late
… and 5 more
)");
}

// [P79]
TEST_F(PastRenderTest, Availability) {
  PastAvailability availability;
  ASSERT_TRUE(decode_availability(packed(testing_past::availability_json()), availability));
  EXPECT_EQ(text_of(availability_page(availability, 0)), R"(
2023-10-15 22:13 … 2023-11-14 22:13  planned and unknown time does not count
OF      NODES        UP  DOWN  PLANNED  UNKNOWN  INCIDENTS  BETWEEN  BACK AFTER
node-1      1  99.310 %    5h       2h        -          3       9d      1h 40m
node-2      1  99.999 %  0.2s        -       1m          0        -           -
node-3      1         -     -        -      30d          0        -           -
)");
}

// [P80] [P81]
TEST_F(PastRenderTest, KnownNodesAndTheStore) {
  PastKnownPage known;
  ASSERT_TRUE(decode_known(packed(testing_past::known_json()), known));
  EXPECT_EQ(text_of(known_page(known, 0)), R"(
NODE    PRESENCE  FIRST SEEN           LAST HEARD           SESSIONS  DUTY                                                 LABELS
node-1  left      2023-07-22 04:26:40  2023-11-14 19:26:40         4  maintenance until 2023-11-15 01:00:00 by ada: disks  zone=a
1 node
)");
  EXPECT_EQ(text_of(known_node_page(known.nodes[0])), R"(
node         node-1
presence     left
first seen   2023-07-22 04:26:40
last heard   2023-11-14 19:26:40
sessions     4
duty         maintenance until 2023-11-15 01:00:00 by ada: disks
back by      2023-11-15 01:00:00
labels       zone=a

Notes
2023-11-03 08:26:40  ada  the fan\nis loud
)");
  PastStore store;
  ASSERT_TRUE(decode_store(packed(testing_past::store_json()), store));
  EXPECT_EQ(text_of(store_page(store, kNowMs)), R"(
store        stores nothing: the disk is full
kind         file, schema 1
size         5.00 MiB, and 1.00 MiB not yet in it
disk         0 B free
nodes        12
events       since 2023-10-11 04:53:20 (34d 17h), kept for 90d; numbers 1 to 12,345
backup       none yet; make one: rollcall-monitor backup

History
full         since 2023-11-13 18:26:40 (1d 3h), kept for 2d
minute       since 2023-11-03 08:26:40 (11d 13h), kept for 14d
hour         none yet, kept for 400d
size         123,456 samples, 4.00 MiB of 8.00 GiB

Commits
count        5,555
took         1.2 ms in the middle, 8.5 ms of 99 %, 40.0 ms at most
waiting      7 events
lost         1 event, 2 samples
)");
}

}  // namespace
}  // namespace rollcall
