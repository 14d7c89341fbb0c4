// Pictures: well-formed whatever is in them, and the same each time.
#include "monitor/render/svg.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "monitor/render/past_pages.hpp"
#include "tests/monitor/past_wire.hpp"
#include "tests/monitor/well_formed.hpp"

namespace rollcall {
namespace {

using testing_past::kNowMs;
using testing_past::packed;

bool has(const std::string& svg, std::string_view text) {
  return svg.find(text) != std::string::npos;
}

std::size_t count_of(const std::string& svg, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = svg.find(text, at)) != std::string::npos; ++at) ++count;
  return count;
}

class SvgTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
    ASSERT_TRUE(decode_history(packed(testing_past::history_json()), history_));
    ASSERT_TRUE(decode_timeline(packed(testing_past::timeline_json()), timeline_));
    ASSERT_TRUE(decode_forecasts(packed(testing_past::forecast_json()), forecasts_));
  }
  PastHistory history_;
  PastTimeline timeline_;
  std::vector<PastForecast> forecasts_;
};

TEST(WellFormed, TellsWhatIsFromWhatIsNot) {
  EXPECT_EQ(why_not_well_formed("<a b=\"c\"><d/>x &amp; y</a>\n"), "");
  for (const char* const text : {"", "x", "<a>", "<a></b>", "<a>&nbsp;</a>", "<a b=\"></a>",
                                 "<a/><b/>", "<a>\x01</a>", "<a", "<a>x & y</a>"}) {
    EXPECT_NE(why_not_well_formed(text), "") << text;
  }
}

TEST_F(SvgTest, TextIsEscaped) {
  EXPECT_EQ(svg_escaped("a<b>&\"'\n\x1b\xff"), "a&lt;b&gt;&amp;&quot;&#39;\\n\\x1b\\xff");
  EXPECT_EQ(svg_escaped("\xef\xbf\xbf"), "\xef\xbf\xbd");
  Svg svg;
  svg.text({1, 2}, "</text><script>alert(1)</script>", "ink");
  const std::string document = svg.document(10, 10, "<&>");
  EXPECT_EQ(why_not_well_formed(document), "");
  EXPECT_FALSE(has(document, "<script"));
}

TEST_F(SvgTest, HistoryHasAPanelForEachMetric) {
  const std::string svg = history_svg(history_);
  EXPECT_EQ(why_not_well_formed(svg), "");
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\""));
  EXPECT_TRUE(has(svg, "prefers-color-scheme:dark"));
  for (const char* const text : {"storage used, of 2.00 TiB", ">cpu<", ">network<", "22:00"}) {
    EXPECT_TRUE(has(svg, text)) << text;
  }
  // Five lines, each in two parts around the gap.
  EXPECT_EQ(count_of(svg, "class=\"line "), 10u);
  history_.series.clear();
  EXPECT_EQ(why_not_well_formed(history_svg(history_)), "");
}

TEST_F(SvgTest, TimelineHasATrackForEach) {
  timeline_.node = "n<1>";
  const std::string svg = timeline_svg(timeline_);
  EXPECT_EQ(why_not_well_formed(svg), "");
  EXPECT_TRUE(has(svg, "n&lt;1&gt;"));
  // A silence of a minute in a day is not lost.
  EXPECT_EQ(count_of(svg, "width=\"1.0\" height=\"18.0\" class=\"f-warning\""), 1u);
  EXPECT_EQ(why_not_well_formed(timeline_svg({})), "");
}

TEST_F(SvgTest, ForecastHasARowForEach) {
  const std::string svg = forecast_svg(forecasts_, std::nullopt, kNowMs);
  EXPECT_EQ(why_not_well_formed(svg), "");
  EXPECT_TRUE(has(svg, "an hour of history is too little"));
  const auto fan = forecast_chart(forecasts_[0], history_);
  EXPECT_TRUE(has(forecast_svg({forecasts_[0]}, fan, kNowMs), "and what is expected"));
}

}  // namespace
}  // namespace rollcall
