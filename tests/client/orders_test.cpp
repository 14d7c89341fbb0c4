// Orders, backups and what else operators ask, on the wire.
#include "shared/client/orders.hpp"

#include <gtest/gtest.h>

#include "shared/client/backup.hpp"
#include "shared/client/history_rows.hpp"
#include "shared/client/json.hpp"
#include "shared/client/known_page.hpp"
#include "shared/client/request.hpp"
#include "shared/client/store_health.hpp"
#include "shared/core/digest.hpp"
#include "shared/core/limits.hpp"
#include "tests/client/wire.hpp"

namespace rollcall {
namespace {

std::string json(Bytes value) {
  std::string out;
  return append_json(value, out) ? out : "refused";
}

template <typename Decode>
void expect_cut_short_is_refused(const std::string& whole, Decode&& decode) {
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(decode(Bytes(whole).substr(0, length))) << length;
  }
  EXPECT_TRUE(decode(Bytes(whole)));
}

// [P72]
TEST(Orders, SayWhatIsMeant) {
  Buffer out;
  write_order_request(7, {.op = "maintain", .node = "n", .for_ms = 60'000, .reason = "why"}, out);
  EXPECT_EQ(json(out.view()),
            R"({"v":1,"id":7,"op":"maintain","node":"n","for":60000,"reason":"why"})");
  write_order_request(7, {.op = "drain", .labels = {{"zone", "a"}, {"rack", ""}}}, out);
  EXPECT_EQ(json(out.view()), R"({"v":1,"id":7,"op":"drain","labels":{"zone":"a","rack":""}})");
  write_order_request(7, {.op = "note", .node = "-", .text = "hello"}, out);
  EXPECT_EQ(json(out.view()), R"({"v":1,"id":7,"op":"note","node":"-","text":"hello"})");
}

TEST(Orders, AnswerIsDecodedWhole) {
  Buffer out;
  Writer writer(out);
  writer.map(3).text("nodes").array(2).text("a").text("b");
  writer.pair("changed", std::uint64_t{1}).pair("seq", std::uint64_t{4711});
  const std::string whole(out.view());
  OrderResult ordered;
  expect_cut_short_is_refused(whole, [&](Bytes raw) { return decode_order_result(raw, ordered); });
  EXPECT_EQ(ordered.nodes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(ordered.changed, 1u);
  EXPECT_EQ(ordered.seq, 4711u);
  EXPECT_FALSE(decode_order_result("\x80", ordered));
}

// [P73]
TEST(Events, AreAskedByTimeAndLabel) {
  EventsQuery query;
  query.since_ms = 1000;
  query.until_ms = 2000;
  query.labels = {{"zone", "a"}};
  query.latest = true;
  query.limit = 5;
  Buffer out;
  write_events_request(7, query, out);
  EXPECT_EQ(json(out.view()),
            R"({"v":1,"id":7,"op":"events","after":0,"limit":5,"since":1000,"until":2000,)"
            R"("labels":{"zone":"a"},"latest":true})");
}

// [P82]
TEST(Backup, PartsAreBinary) {
  for (const std::size_t size : {1u, 255u, 256u, 70'000u}) {
    Buffer out;
    Writer writer(out);
    const std::string data(size, 'x');
    std::string head;
    if (size < 256) {
      head = {'\xc4', static_cast<char>(size)};
    } else if (size < 65'536) {
      head = {'\xc5', static_cast<char>(size >> 8), static_cast<char>(size)};
    } else {
      head = {'\xc6', 0, static_cast<char>(size >> 16), static_cast<char>(size >> 8),
              static_cast<char>(size)};
    }
    writer.map(2).text("data").raw(head + data).pair("bytes", std::uint64_t{90'000});
    BackupPart part;
    ASSERT_TRUE(decode_backup_part(out.view(), part)) << size;
    EXPECT_EQ(part.data, data);
    EXPECT_EQ(part.bytes, 90'000u);
    if (size > 256) continue;
    expect_cut_short_is_refused(std::string(out.view()),
                                [&](Bytes raw) { return decode_backup_part(raw, part); });
  }
}

TEST(Backup, PartsThatAreNoneAreRefused) {
  const auto decodes = [](Bytes data) {
    Buffer out;
    Writer(out).map(2).text("data").raw(data).pair("bytes", std::uint64_t{1});
    BackupPart part;
    return decode_backup_part(out.view(), part);
  };
  using namespace std::string_view_literals;
  EXPECT_TRUE(decodes("\xc4\x01x"sv));
  EXPECT_FALSE(decodes("\xc4\x00"sv)) << "an empty one would be asked for again for ever";
  EXPECT_FALSE(decodes("\xa1x"sv)) << "a text";
  EXPECT_FALSE(decodes("\x91\xc4\x01x"sv));
  const auto length = static_cast<std::uint32_t>(limits::kBackupPartBytes + 1);
  const std::string head{'\xc6', static_cast<char>(length >> 24), static_cast<char>(length >> 16),
                         static_cast<char>(length >> 8), static_cast<char>(length)};
  EXPECT_FALSE(decodes(head + std::string(length, 'x')));
}

TEST(Backup, BeginsWithNameSizeAndDigest) {
  Buffer out;
  Writer(out)
      .map(3)
      .pair("backup", "b-1")
      .pair("bytes", std::uint64_t{5})
      .pair("digest", UINT64_MAX);
  BackupBegun begun;
  expect_cut_short_is_refused(std::string(out.view()),
                              [&](Bytes raw) { return decode_backup_begun(raw, begun); });
  EXPECT_EQ(begun.name, "b-1");
  EXPECT_EQ(begun.digest, UINT64_MAX);
}

// [P41], [P82]: the way back fits requests.
TEST(Backup, RestoreGoesInRequests) {
  Buffer out;
  write_restore_begin(7, 10, 20, out);
  EXPECT_EQ(json(out.view()),
            R"({"v":1,"id":7,"op":"restore","what":"begin","bytes":10,"digest":20})");
  write_restore_part(7, 1024, std::string(limits::kRestorePartBytes, '\0'), out);
  EXPECT_LE(out.size(), limits::kRequestBytes);
  Reader reader(out.view());
  EXPECT_TRUE(reader.skip(2) && reader.at_end());
  write_restore_finish(7, out);
  EXPECT_EQ(json(out.view()), R"({"v":1,"id":7,"op":"restore","what":"finish"})");
}

// XXH64 of the empty text and of "a", as its specification has them.
TEST(Digest, IsThatOfTheWhole) {
  EXPECT_EQ(Digest().value(), 0xef46db3751d8e999u);
  Digest digest;
  digest.add("");
  digest.add("a");
  EXPECT_EQ(digest.value(), 0xd24ec4f1a98c6e5bu);
  Digest pieces;
  Digest whole;
  const std::string text(1000, 'q');
  whole.add(text);
  for (std::size_t i = 0; i < text.size(); i += 37) pieces.add(text.substr(i, 37));
  EXPECT_EQ(pieces.value(), whole.value());
}

// [P81]
TEST(StoreHealth, IsDecodedWhole) {
  Buffer out;
  Writer writer(out);
  writer.map(9).pair_bool("persisting", false).pair("why", "disk full").pair("kind", "file");
  writer.pair("bytes", std::uint64_t{10}).pair("free_bytes", std::uint64_t{20});
  writer.text("lost").map(2).pair("events", std::uint64_t{1}).pair("samples", std::uint64_t{2});
  writer.text("commit_ms").map(2).pair_number("p50", 0.5).pair_number("p99", 12.5);
  writer.text("retention").map(1).pair("bytes", std::uint64_t{30}).text("backup_at").nil();
  StoreHealth store;
  expect_cut_short_is_refused(std::string(out.view()),
                              [&](Bytes raw) { return decode_store_health(raw, store); });
  EXPECT_FALSE(store.persisting);
  EXPECT_EQ(store.why, "disk full");
  EXPECT_EQ(store.lost_samples, 2u);
  EXPECT_EQ(store.commit_p99_ms, 12.5);
  EXPECT_EQ(store.retention_bytes, 30u);
  EXPECT_FALSE(decode_store_health("\x80", store));
}

// [P80]
TEST(KnownPage, HasIdsAndTheWholeList) {
  const std::string whole = testing_wire::nodes_result({"\x81\xa4node\xa1"
                                                        "a",
                                                        "\x80",
                                                        "\x81\xa4node\xa1"
                                                        "b"},
                                                       "b");
  KnownPage page;
  expect_cut_short_is_refused(whole, [&](Bytes raw) { return decode_known_page(raw, page); });
  EXPECT_EQ(page.nodes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(page.next, "b");
}

std::string history(std::uint64_t points, std::size_t values) {
  Buffer out;
  Writer writer(out);
  writer.map(5).pair("begins", std::uint64_t{1000}).pair("step", std::uint64_t{10});
  writer.pair("points", points).pair("level", "full").text("series").array(1).map(2);
  writer.pair("of", "n").text("columns").map(1).text("cpu").array(values);
  for (std::size_t i = 0; i < values; ++i) writer.number(0.5);
  return std::string(out.view());
}

// [P74]
TEST(HistoryRows, ColumnsHaveAValueForEachPoint) {
  HistoryRows rows;
  expect_cut_short_is_refused(history(2, 2),
                              [&](Bytes raw) { return decode_history_rows(raw, rows); });
  ASSERT_EQ(rows.series.size(), 1u);
  EXPECT_EQ(rows.series[0].columns[0].first, "cpu");
  EXPECT_EQ(rows.series[0].columns[0].second.size(), 2u);
  EXPECT_FALSE(decode_history_rows(history(3, 2), rows));
  EXPECT_FALSE(decode_history_rows(history(UINT64_MAX, 2), rows));
  HistoryWindow window{{"a"}, 5, 9, 2, {"cpu"}};
  Buffer out;
  write_history_window(7, window, out);
  EXPECT_EQ(json(out.view()),
            R"({"v":1,"id":7,"op":"history","nodes":["a"],"since":5,"until":9,"step":2,)"
            R"("metrics":["cpu"]})");
}

}  // namespace
}  // namespace rollcall
