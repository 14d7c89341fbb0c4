// What is said of orders, of what the broker remembers, and what goes out as CSV.
#include <cstdlib>

#include <gtest/gtest.h>

#include "monitor/render/columns.hpp"
#include "monitor/render/csv.hpp"
#include "monitor/render/order_pages.hpp"
#include "monitor/render/pages.hpp"
#include "monitor/render/words.hpp"
#include "monitor/view/moment.hpp"
#include "monitor/view/utc_text.hpp"
#include "tests/client/wire.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kNowMs = 1'790'000'000'000;

class OrdersTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
  static std::string text_of(const Rows& rows) {
    std::string out;
    for (const Row& row : rows) out += plain(row) + "\n";
    return out;
  }
  static std::string told(const std::string& kind, const Buffer& more, std::size_t pairs) {
    Event event;
    EXPECT_TRUE(
        decode_event(testing_wire::event_body(1, kind, "n", 1000, more.view(), pairs), event));
    return plain(event_row(event)).substr(9);
  }
};

TEST_F(OrdersTest, SaysWhatChangedAndWhatIsNext) {
  const Now now{0, kNowMs};  // 2026-09-21 14:13:20
  EXPECT_EQ(text_of(order_page({.op = "maintain", .node = "node-7", .for_ms = 7'200'000},
                               {{"node-7"}, 1, 4711}, now)),
            "node-7 is in maintenance until 16:13 (2h), event 4711\n"
            "done before? end it with: rollcall-monitor activate node-7\n");
  const std::string drained =
      text_of(order_page({.op = "drain", .labels = {{"zone", "a"}}}, {{"a", "b"}, 1, 9}, now));
  EXPECT_TRUE(drained.starts_with("2 nodes (a, b) are draining, event 9\n1 of them changed"))
      << drained;
  EXPECT_NE(drained.find("watch it with: rollcall-monitor node NODE"), std::string::npos);
  EXPECT_EQ(text_of(order_page({.op = "activate", .node = "n"}, {{"n"}, 0, 0}, now)),
            "n: nothing changed, it was so already\n");
  EXPECT_EQ(text_of(order_page({.op = "note", .node = "-"}, {{}, 0, 5}, now)), "noted, event 5\n");
  EXPECT_EQ(text_of(order_page({.op = "drain", .labels = {{"z", "q"}}}, {}, now)),
            "no node matches; nothing was changed\n");
}

// [P70], [P71], [P68]
TEST_F(OrdersTest, NewEventsHaveTheirWords) {
  Buffer more;
  Writer(more).pair("late_by", std::uint64_t{180'000}).pair("reason", "upgrade");
  EXPECT_EQ(told("overdue", more, 2),
            "⏰ n not back by the time that it named, 3m ago; it left: upgrade");
  more.clear();
  Writer(more).pair("by", "op").pair("text", "hot\x1b");
  EXPECT_EQ(told("note", more, 2), "📝 n hot\\x1b - by op");
  EXPECT_EQ(told("forgotten", more, 2), "🧹 n forgotten: removed from all lists - by op");
  more.clear();
  Writer(more).pair("from", "active").pair("to", "maintenance").pair("by", "op");
  Writer(more).pair("reason", "disks").pair("until", std::uint64_t{7'200'000});
  EXPECT_EQ(told("duty", more, 5), "🔧 n active → maintenance by op until 02:00: disks");
  more.clear();
  Writer(more).pair("from", "draining").pair("to", "drained").pair("by", "-");
  EXPECT_EQ(told("duty", more, 3), "🔧 n draining → drained: its inventory is empty");
  more.clear();
  Writer(more).pair("silent_for", std::uint64_t{30'000}).pair("duty", "maintenance");
  EXPECT_EQ(told("late", more, 2), "⏳ n late, silent for 30s (in maintenance)");
  more.clear();
  Writer(more).pair("phase", "set_aside").pair("why", "damaged").pair("file", "x.bad");
  EXPECT_EQ(told("store", more, 3), "💾 n the store was set aside: damaged; it is now x.bad");
  more.clear();
  Writer(more).pair("guard", "not_persisting").pair("phase", "raised").pair("why", "disk full");
  EXPECT_EQ(told("guard", more, 3),
            "💾 n the store takes nothing: disk full; what happens is remembered in memory alone");
  more.clear();
  Writer(more).pair("guard", "not_persisting").pair("phase", "ended").text("lost").map(2);
  Writer(more).pair("events", std::uint64_t{1}).pair("samples", std::uint64_t{2});
  EXPECT_EQ(told("guard", more, 3),
            "💾 n the store takes everything again; 1 event and 2 samples could not be kept");
}

TEST_F(OrdersTest, NodePageCountsDown) {
  Record record;
  ASSERT_TRUE(decode_record(testing_wire::record_of({.presence = "left",
                                                     .duty = "maintenance",
                                                     .until_ms = kNowMs + 720'000,
                                                     .back_by_ms = kNowMs + 720'000}),
                            record));
  AsOf as_of;
  as_of.at_ms = kNowMs;
  std::string page = text_of(node_page(record, {}, as_of));
  EXPECT_NE(page.find("maintenance"), std::string::npos);
  EXPECT_NE(page.find("by op since 1970-01-01 00:00"), std::string::npos) << page;
  EXPECT_NE(page.find("because new disks"), std::string::npos);
  EXPECT_NE(page.find("14:25 (12m left)"), std::string::npos) << page;
  EXPECT_NE(page.find("in 12m, at 14:25"), std::string::npos) << page;
  as_of.at_ms = kNowMs + 900'000;
  page = text_of(node_page(record, {}, as_of));
  EXPECT_NE(page.find("overdue by 3m; it meant to be back at 14:25"), std::string::npos) << page;
  record.presence = Presence::kLate;
  record.heard = false;
  page = text_of(node_page(record, {}, as_of));
  EXPECT_NE(page.find("not yet heard since the broker's start"), std::string::npos) << page;
}

// [P69]
TEST_F(OrdersTest, ListsSayDutyAndWhoIsNotYetHeard) {
  Record record;
  const auto cell = [&] { return find_node_column("presence")->cell(record).text; };
  record.presence = Presence::kLate;
  EXPECT_EQ(cell(), "late");
  record.heard = false;
  EXPECT_EQ(cell(), "not yet heard");
  record.duty = Duty::kMaintenance;
  EXPECT_EQ(cell(), "not yet heard, in maintenance");
  Summary summary;
  summary.nodes = summary.late = 5;
  summary.unheard = 3;
  AsOf as_of{
      .at_ms = 0, .heard = 0.25, .warming_up = true, .holding = {"not_persisting", "warm_up"}};
  const std::string page = text_of(summary_page(summary, as_of));
  EXPECT_NE(page.find("5 late (3 not yet heard since the broker's start)"), std::string::npos)
      << page;
  EXPECT_NE(page.find("75.0 % of the nodes that it knows are not heard yet"), std::string::npos)
      << page;
  EXPECT_NE(page.find("the broker's store takes nothing"), std::string::npos) << page;
  EXPECT_EQ(page.find("guards in force"), std::string::npos) << page;
}

// RFC 4180
TEST_F(OrdersTest, CsvIsQuotedWhereItMustBe) {
  std::string row;
  append_cell("plain", true, row);
  append_cell("", false, row);
  append_cell("a,b", false, row);
  append_cell("say \"hi\"", false, row);
  append_cell("two\nlines", false, row);
  end_row(row);
  EXPECT_EQ(row, "plain,,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
  row.clear();
  append_cell("", true, row);
  append_cell("x", false, row);
  EXPECT_EQ(row, ",x");
}

TEST_F(OrdersTest, CsvCellsAreFoundByTheirPath) {
  constexpr std::array<CsvColumn, 6> kColumns{{{"node", "node"},
                                               {"used", "storage.used"},
                                               {"zone", "labels.zone"},
                                               {"labels", "labels"},
                                               {"none", "storage.none.deeper"},
                                               {"cpu", "cpu"}}};
  std::string out;
  append_csv_header(kColumns, out);
  append_csv_row(kColumns, testing_wire::record_of({.node = "n", .used = 1}), out);
  EXPECT_EQ(out,
            "node,used,zone,labels,none,cpu\r\n"
            "n,1073741824,a,\"{\"\"zone\"\":\"\"a\"\"}\",,12.5\r\n");
  out.clear();
  append_csv_row(kColumns, "\xc1", out);
  EXPECT_EQ(out, ",,,,,\r\n") << "garbage has no cells";
}

TEST(UtcText, IsReadAsItIsWritten) {
  for (const std::int64_t at_ms :
       {std::int64_t{0}, kNowMs, std::int64_t{951'782'400'000}, std::int64_t{4'107'542'399'000}}) {
    const auto read = parse_moment(moment_text(at_ms), 0);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, at_ms / 1000 * 1000) << moment_text(at_ms);
  }
  EXPECT_EQ(moment_text(1'795'615'200'000), "2026-11-25T14:00:00Z");
  EXPECT_FALSE(moment_text(INT64_MAX).empty());
  EXPECT_FALSE(moment_text(INT64_MIN).empty());
}

}  // namespace
}  // namespace rollcall
