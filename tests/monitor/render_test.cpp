// Golden pages and screens.
#include <cstdlib>

#include <gtest/gtest.h>

#include "monitor/render/columns.hpp"
#include "monitor/render/pages.hpp"
#include "monitor/render/screen.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "tests/client/wire.hpp"

namespace rollcall {
namespace {

using testing_wire::NodeState;

std::string text_of(const Rows& rows) {
  std::string out;
  for (const Row& row : rows) out += plain(row) + "\n";
  return out;
}

class RenderTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

// A picture that two nodes and three events have reached.
class ScreenTest : public RenderTest {
 protected:
  void SetUp() override {
    RenderTest::SetUp();
    answer();
    answer();
    PictureInbox inbox;
    const std::string summary = testing_wire::summary_result(2);
    inbox.feed = {{"summary", summary}};
    picture_.step(now_, inbox);
  }

  void answer() {
    const std::vector<Request> requests = picture_.step(now_, {}).requests;
    std::vector<std::string> replies;
    for (const Request& request : requests) replies.push_back(reply_to(request));
    PictureInbox inbox;
    for (const std::string& reply : replies) inbox.replies.push_back(reply);
    const std::vector<Request> more = picture_.step(now_, inbox).requests;
    std::vector<std::string> rest;
    for (const Request& request : more) rest.push_back(reply_to(request));
    PictureInbox again;
    for (const std::string& reply : rest) again.replies.push_back(reply);
    picture_.step(now_, again);
  }

  static std::string reply_to(const Request& request) {
    const auto asked = testing_wire::parse_request(request.body);
    std::string result = testing_wire::ping_result();
    if (asked.op == "summary") result = testing_wire::summary_result(2);
    if (asked.op == "nodes") {
      result = testing_wire::nodes_result({testing_wire::record_of({.node = "node-1"}),
                                           testing_wire::record_of({.node = "node-2",
                                                                    .state = State::kCritical,
                                                                    .silent_for_ms = 3000,
                                                                    .used = 97,
                                                                    .reasons = {"storage 97 %"}})});
    }
    if (asked.op == "events") {
      result = testing_wire::events_result({testing_wire::event_body(1, "joined", "node-1"),
                                            testing_wire::event_body(2, "joined", "node-2")},
                                           1, 2);
    }
    return testing_wire::reply(asked.id, {99, 2, false}, result);
  }

  std::string screen(std::size_t columns, std::size_t rows) {
    const Rows drawn = live_screen(picture_, view_, "tcp://b:1", {columns, rows}, now_);
    EXPECT_EQ(drawn.size(), rows);
    for (const Row& row : drawn) EXPECT_LE(display_width(row), columns) << plain(row);
    return text_of(drawn);
  }

  Picture picture_{PictureOptions{}};
  LiveView view_;
  Now now_{1'000'000, 1'700'000'000'000};
};

TEST_F(ScreenTest, Usual) {
  EXPECT_EQ(screen(80, 18),
            R"( Rollcall  ● live  tcp://b:1  22:13:20
 Nodes   2  2 present  0 late  0 left
 States  0 error  1 critical  0 warning  0 idle  1 healthy
 Storage ██████████████▊░░░░░ 73.5 %  147 GiB of 200 GiB
 Memory  ██████████░░░░░░░░░░ 50.0 %  16.0 GiB of 32.0 GiB
 Network ↓ 2.00 MB/s  ↑ 4.00 MB/s  CPU 12.5 %  0.0 announcements/s  2,000 blocks
NODE    PRESENCE  STATE     SILENT     CPU  MEMORY  STORAGE  REASONS
node-2  present   critical      3s  12.5 %  50.0 %   97.0 %  storage 97 %
node-1  present   healthy       0s  12.5 %  50.0 %   50.0 %



 Events
 00:00:01 📱 node-1 joined
 00:00:01 📱 node-2 joined


 q quit  s sort: trouble  p pause  ↑↓ scroll  ? help
)");
}

TEST_F(ScreenTest, Small) {
  EXPECT_EQ(screen(50, 9),
            R"( Rollcall  ● live  tcp://b:1  22:13:20
 Nodes   2  2 present  0 late  0 left
 States  0 error  1 critical  0 warning  0 idle  …
NODE    PRESENCE  STATE     STORAGE     CPU
node-2  present   critical   97.0 %  12.5 %
node-1  present   healthy    50.0 %  12.5 %


 q quit  s sort: trouble  p pause  ↑↓ scroll  ? h…
)");
}

TEST_F(ScreenTest, Tiny) {
  EXPECT_EQ(screen(20, 5),
            R"(● live  tcp://b:1  …
NODE    STATE
node-2  critical
node-1  healthy
 q quit  s sort: tr…
)");
}

TEST_F(ScreenTest, FitsEverySize) {
  for (std::size_t rows = 1; rows < 40; ++rows) {
    for (std::size_t columns = 1; columns < 130; columns += 3) screen(columns, rows);
  }
  view_.help = true;
  for (std::size_t rows = 1; rows < 20; ++rows) screen(30, rows);
}

TEST_F(ScreenTest, SaysThatTheBrokerIsGone) {
  now_.steady_ms += 5000;
  const std::vector<Request> requests = picture_.step(now_, {}).requests;
  ASSERT_FALSE(requests.empty());
  now_.steady_ms += 22'000;
  PictureInbox inbox;
  inbox.timed_out = {requests[0].id};
  picture_.step(now_, inbox);
  EXPECT_TRUE(
      screen(100, 20).starts_with(" Rollcall  ⚠ no word from the broker for 27s - reconnecting"));
}

TEST_F(RenderTest, WidthIsThatOfTheScreen) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("é"), 1u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("📱"), 2u);
  EXPECT_EQ(display_width("⚠️"), 2u);
  EXPECT_EQ(display_width("→█░"), 3u);
  EXPECT_EQ(cut("日本語", 4), "日…");
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abcd", 3), "ab…");
  EXPECT_EQ(cut("abcd", 0), "");
  EXPECT_EQ(padded("日", 4, true), "  日");
}

TEST_F(RenderTest, TablesLineUpWideTexts) {
  Table table{{{"NAME", false}, {"N", true}, {"END", false}},
              {{{"日本"}, {"1"}, {"x"}}, {{"abcdef"}, {"22"}, {""}}}};
  EXPECT_EQ(text_of(lay_out(table)), "NAME     N  END\n日本     1  x\nabcdef  22\n");
  // Text is cut, a number is there or not.
  EXPECT_EQ(text_of(lay_out(table, 14)), "NAME     N  E…\n日本     1  x\nabcdef  22\n");
  EXPECT_EQ(text_of(lay_out(table, 9)), "NAME\n日本\nabcdef\n");
  EXPECT_EQ(text_of(lay_out(table, 3)), "NA…\n日…\nab…\n");
}

TEST_F(RenderTest, BarsFillWithTheirShare) {
  EXPECT_EQ(plain(bar(0, 4)), "░░░░");
  EXPECT_EQ(plain(bar(50, 4)), "██░░");
  EXPECT_EQ(plain(bar(100, 4)), "████");
  EXPECT_EQ(plain(bar(0.01, 4)), "▏░░░");
  EXPECT_EQ(plain(bar(1e9, 4)), "████");
}

TEST_F(RenderTest, ColoursOnlyWhereWanted) {
  const Row row{{"bad", Style::kBad}, {" plain"}};
  EXPECT_EQ(paint(row, true), "\x1b[1;31mbad\x1b[0m plain");
  EXPECT_EQ(paint(row, false), "bad plain");
}

TEST_F(RenderTest, EventsTellTheirStory) {
  const auto told = [](const std::string& kind, const std::string& more, std::size_t pairs) {
    Event event;
    EXPECT_TRUE(decode_event(testing_wire::event_body(1, kind, "n", 0, more, pairs), event));
    return plain(event_row(event));
  };
  EXPECT_EQ(told("late", "\xaasilent_for\xcd\x75\x30", 1), "00:00:00 ⏳ n late, silent for 30s");
  EXPECT_EQ(told("evicted", std::string("\xaasilent_for\xce\x00\x01\xd4\xc0", 16), 1).substr(9),
            "🗑️ n evicted after 2m of silence");
  EXPECT_EQ(told("state",
                 "\xa4"
                 "from\xa7healthy\xa2to\xa5"
                 "error",
                 2)
                .substr(9),
            "📊 n healthy → error");
  EXPECT_EQ(told("refused",
                 "\xa6reason\xa3"
                 "a\x1b"
                 "b",
                 1)
                .substr(9),
            "🚫 n refused: a\\x1bb");
  EXPECT_EQ(told("sang", "", 0).substr(9), "• n sang");
}

TEST_F(RenderTest, EmptyListsSayWhatToDo) {
  const AsOf as_of{.at_ms = 0, .holding = {}};
  EXPECT_EQ(text_of(nodes_page({"node"}, {}, false, false, as_of, 0)),
            "no nodes yet; start one: rollcall-agent node-1\n0 nodes  as of 00:00:00\n");
  EXPECT_NE(text_of(nodes_page({"node"}, {}, true, false, as_of, 0)).find("no node matches"),
            std::string::npos);
}

TEST_F(RenderTest, EveryNamedColumnExists) {
  for (const auto& names : {usual_node_columns(), wide_node_columns()}) {
    for (const std::string& name : names) EXPECT_NE(find_node_column(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace rollcall
