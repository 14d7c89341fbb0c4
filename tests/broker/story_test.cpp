#include <algorithm>

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

std::size_t lines_with(const BrokerHarness& it, std::string_view icon) {
  return static_cast<std::size_t>(
      std::count_if(it.lines.begin(), it.lines.end(),
                    [&](const Line& line) { return line.icon.starts_with(icon); }));
}

TEST(Story, TellsJoinsStatesAndEvictions) {
  BrokerHarness it;
  it.status("a", a_status());
  Status warning = a_status(1, 2);
  warning.state = State::kWarning;
  warning.reasons = {"bad\x1b[2Jthing"};
  it.status("a", warning);
  it.step();
  it.run_for(125'000);
  EXPECT_EQ(lines_with(it, "📱"), 1u);
  EXPECT_EQ(lines_with(it, "📊"), 1u);
  EXPECT_EQ(lines_with(it, "🗑️"), 1u);
  EXPECT_EQ(lines_with(it, "📈"), 12u);
  for (const Line& line : it.lines) {
    EXPECT_EQ(line.text.find('\x1b'), std::string::npos) << line.text;
    if (line.icon.starts_with("🗑️")) {
      EXPECT_NE(line.text.find("2m"), std::string::npos) << line.text;
    }
  }
}

TEST(Story, TenThousandJoinsAtOnceStayReadable) {
  BrokerHarness it;
  for (int i = 0; i < 10'000; ++i) it.status("n" + std::to_string(i), a_status());
  it.step();
  it.run_for(2000);
  EXPECT_EQ(lines_with(it, "📱"), Story::kToldPerSecond + 1);
  EXPECT_EQ(it.lines.back().text, "… and 9,990 more nodes joined");
}

TEST(Story, VerboseTellsEveryAnnouncement) {
  BrokerHarness it(BrokerConfig{.verbose = true});
  it.status("a", a_status(1, 1));
  it.status("a", a_status(1, 2));
  it.step();
  EXPECT_EQ(lines_with(it, "📊"), 2u);
}

TEST(Story, AnEmptyClusterSaysWhatToDo) {
  BrokerHarness it;
  it.run_for(10'000);
  ASSERT_EQ(it.lines.size(), 1u);
  EXPECT_NE(it.lines[0].text.find("rollcall-agent"), std::string::npos);
}

TEST(Story, AnIdleBrokerWakesOnlyForItsSummary) {
  BrokerHarness it;
  it.step();
  it.run_for(60'000);
  EXPECT_EQ(it.published("summary").size(), 6u);
  EXPECT_LE(it.turns, 10u);
}

}  // namespace
}  // namespace rollcall
