// Decoders of answers and events, and JSON made of them.
#include <random>

#include <gtest/gtest.h>

#include "shared/client/event.hpp"
#include "shared/client/json.hpp"
#include "shared/client/record.hpp"
#include "shared/client/reply.hpp"
#include "shared/client/request.hpp"
#include "shared/client/summary.hpp"
#include "shared/core/limits.hpp"
#include "tests/client/wire.hpp"

namespace rollcall {
namespace {

std::string json(Bytes value) {
  std::string out;
  return append_json(value, out) ? out : "refused";
}

TEST(Reply, IsDecodedWithItsAsOf) {
  const std::string frame =
      testing_wire::reply(42, {UINT64_MAX, 17, true}, testing_wire::ping_result());
  Reply reply;
  ASSERT_TRUE(decode_reply(frame, reply));
  EXPECT_EQ(reply.id, 42u);
  EXPECT_TRUE(reply.ok);
  EXPECT_EQ(reply.as_of.broker, UINT64_MAX);
  EXPECT_EQ(reply.as_of.event_seq, 17u);
  EXPECT_TRUE(reply.as_of.warming_up);
}

TEST(Reply, ErrorsCarryCodeAndMessage) {
  const std::string frame = testing_wire::error_reply(1, "not_found", "no such node");
  Reply reply;
  ASSERT_TRUE(decode_reply(frame, reply));
  EXPECT_FALSE(reply.ok);
  EXPECT_EQ(reply.error_code, "not_found");
  EXPECT_EQ(reply.error_message, "no such node");
}

TEST(Reply, CutShortAnywhereIsRefused) {
  const std::string frame =
      testing_wire::reply(1, {}, testing_wire::nodes_result({testing_wire::record_of({})}));
  Reply reply;
  for (std::size_t length = 0; length < frame.size(); ++length) {
    EXPECT_FALSE(decode_reply(Bytes(frame).substr(0, length), reply)) << length;
  }
  EXPECT_FALSE(decode_reply(frame + "x", reply));
  EXPECT_TRUE(decode_reply(frame, reply));
}

TEST(Reply, TooLargeAndTooDeepAreRefused) {
  Reply reply;
  EXPECT_FALSE(decode_reply(std::string(limits::kReplyBytes + 1, '\x91'), reply));
  EXPECT_FALSE(decode_reply(std::string(limits::kReplyBytes, '\x91'), reply));
  EXPECT_EQ(json(std::string(limits::kReplyBytes, '\x91')), "refused");
}

TEST(Decoders, SurviveRandomChanges) {
  const std::string good = testing_wire::reply(
      1, {},
      testing_wire::nodes_result({testing_wire::record_of({}), testing_wire::record_of({})}));
  const std::string event = testing_wire::event_body(3, "state", "node-1");
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string frame = i % 2 == 0 ? good : event;
    for (int j = 0; j < 3; ++j) frame[random() % frame.size()] = static_cast<char>(random());
    Reply reply;
    Event decoded;
    NodesPage page;
    if (!decode_reply(frame, reply) || !decode_nodes_page(reply.result, page)) ++refused;
    decode_event(frame, decoded);
    std::string out;
    if (!append_json(frame, out)) {
      EXPECT_TRUE(out.empty());
    }
  }
  EXPECT_GT(refused, 10'000);
}

TEST(Record, HasItsOwnKeysAndThoseOfTheStatus) {
  Record record;
  ASSERT_TRUE(decode_record(
      testing_wire::record_of(
          {.node = "n", .state = State::kCritical, .presence = "late", .silent_for_ms = 31'000}),
      record));
  EXPECT_EQ(record.node, "n");
  EXPECT_EQ(record.presence, Presence::kLate);
  EXPECT_EQ(record.silent_for_ms, 31'000);
  EXPECT_EQ(record.status.state, State::kCritical);
  EXPECT_EQ(record.status.inventory->digest, UINT64_MAX);
  EXPECT_FALSE(decode_record(testing_wire::record_of({.presence = "asleep"}), record));
  EXPECT_FALSE(decode_record(testing_wire::status_body({}), record)) << "no node, no presence";
}

// [P69], [P71]
TEST(Record, HasWhatTheStoreKnows) {
  Record record;
  ASSERT_TRUE(decode_record(testing_wire::record_of({.presence = "late",
                                                     .heard = false,
                                                     .flaps = true,
                                                     .duty = "maintenance",
                                                     .until_ms = 90'000,
                                                     .back_by_ms = 70'000}),
                            record));
  EXPECT_FALSE(record.heard);
  EXPECT_TRUE(record.held);
  ASSERT_TRUE(record.order.has_value());
  EXPECT_EQ(record.order->reason, "new disks");
  EXPECT_EQ(record.order->since_ms, 1000);
  EXPECT_EQ(record.order->until_ms, 90'000);
  EXPECT_EQ(record.back_by_ms, 70'000);
  ASSERT_TRUE(decode_record(testing_wire::record_of({}), record));
  EXPECT_TRUE(record.heard) << "absent is true";
  EXPECT_FALSE(record.order || record.back_by_ms || record.held);
}

// [P6]: of an older broker they are the node's own keys, of any type.
TEST(Record, KeysThatANodeMadeUpDoNotCostIt) {
  std::string raw = testing_wire::record_of({});
  ASSERT_EQ(raw.substr(0, 2), std::string("\xde\x00", 2));
  raw[2] = static_cast<char>(raw[2] + 3);
  raw +=
      "\xa5heard\x07\xa5order\xa3yes\xa7"
      "back_by\xc3";
  Record record;
  ASSERT_TRUE(decode_record(raw, record));
  EXPECT_TRUE(record.heard);
  EXPECT_FALSE(record.order || record.back_by_ms);
}

TEST(Record, CutShortAnywhereIsRefused) {
  const std::string raw = testing_wire::record_of(
      {.heard = false, .flaps = true, .duty = "draining", .until_ms = 5, .back_by_ms = 7});
  Record record;
  for (std::size_t length = 0; length < raw.size(); ++length) {
    EXPECT_FALSE(decode_record(Bytes(raw).substr(0, length), record)) << length;
  }
}

// [P67]
TEST(Reply, TellsOfTheStore) {
  Reply reply;
  ASSERT_TRUE(decode_reply(
      testing_wire::reply(1, {.story = UINT64_MAX, .resumed_at = 4711}, "\x80"), reply));
  EXPECT_EQ(reply.as_of.story, UINT64_MAX);
  EXPECT_EQ(reply.as_of.resumed_at, 4711u);
  ASSERT_TRUE(decode_reply(testing_wire::reply(1, {}, "\x80"), reply));
  EXPECT_FALSE(reply.as_of.story || reply.as_of.resumed_at) << "an older broker";
}

// [P68], [P70], [P71]
TEST(Event, NewKindsHaveTheirWords) {
  Buffer more;
  Writer writer(more);
  writer.pair("late_by", std::uint64_t{5000}).pair("until", std::uint64_t{90'000});
  writer.pair("duty", "draining").pair("text", "hello").pair("why", "disk full");
  writer.pair("file", "old.db").text("lost").map(2);
  writer.pair("events", std::uint64_t{3}).pair("samples", std::uint64_t{4});
  const std::string raw = testing_wire::event_body(1, "overdue", "n", 1000, more.view(), 7);
  Event event;
  ASSERT_TRUE(decode_event(raw, event));
  EXPECT_EQ(event.known, EventKind::kOverdue);
  EXPECT_EQ(event.late_by_ms, 5000);
  EXPECT_EQ(event.until_ms, 90'000);
  EXPECT_EQ(event.duty + event.text + event.why + event.file, "draininghellodisk fullold.db");
  EXPECT_EQ(event.lost, 3u);
  EXPECT_EQ(event.lost_samples, 4u);
  for (std::size_t length = 0; length < raw.size(); ++length) {
    EXPECT_FALSE(decode_event(Bytes(raw).substr(0, length), event)) << length;
  }
  ASSERT_TRUE(decode_event(testing_wire::event_body(1, "guard", "-", 0, "\xa4lost\x07", 1), event));
  EXPECT_EQ(event.lost, 7u) << "nodes of a mass loss";
}

TEST(NodesPage, UnreadableRecordsDoNotSpoilTheOthers) {
  NodesPage page;
  ASSERT_TRUE(decode_nodes_page(
      testing_wire::nodes_result({"\x80", testing_wire::record_of({})}, "next"), page));
  EXPECT_EQ(page.nodes.size(), 1u);
  EXPECT_EQ(page.unreadable, 1u);
  EXPECT_EQ(page.next, "next");
}

TEST(Event, UnknownKindsAreKeptAsTheyCame) {
  Event event;
  ASSERT_TRUE(decode_event(testing_wire::event_body(3, "sang", "node-1"), event));
  EXPECT_EQ(event.kind, "sang");
  EXPECT_FALSE(event.known.has_value());
  EXPECT_FALSE(decode_event(testing_wire::event_body(0, "late", "node-1"), event));
}

// The node said so, the broker accepted it: an event that is refused would be a hole in the story.
TEST(Event, AbsurdDurationDoesNotCostTheEvent) {
  Buffer more;
  Writer(more).pair("back_in", UINT64_MAX);
  Event event;
  ASSERT_TRUE(
      decode_event(testing_wire::event_body(3, "left", "node-1", 1000, more.view(), 1), event));
  EXPECT_EQ(event.known, EventKind::kLeft);
  EXPECT_EQ(event.back_in_ms, INT64_MAX / 4);
}

TEST(Summary, MissingPartsAreZero) {
  Summary summary;
  ASSERT_TRUE(decode_summary(testing_wire::summary_result(7), summary));
  EXPECT_EQ(summary.nodes, 7u);
  EXPECT_EQ(summary.accepted, UINT64_MAX);
  EXPECT_EQ(summary.blocks.count, 0u);
  ASSERT_EQ(summary.refused.size(), 1u);
}

TEST(Json, IntegersStayExactAndOrderIsKept) {
  Buffer out;
  Writer(out)
      .map(3)
      .pair("z", UINT64_MAX)
      .pair("a", std::uint64_t{9007199254740993u})
      .pair_number("f", 0.1);
  EXPECT_EQ(json(out.view()), R"({"z":18446744073709551615,"a":9007199254740993,"f":0.1})");
  EXPECT_EQ(json("\xd3\x80\x00\x00\x00\x00\x00\x00\x01"), "refused") << "cut by the NUL";
  using namespace std::string_view_literals;
  EXPECT_EQ(json("\xd3\x80\x00\x00\x00\x00\x00\x00\x01"sv), "-9223372036854775807");
}

TEST(Json, OddBytesAreStillValidJson) {
  using namespace std::string_view_literals;
  EXPECT_EQ(json("\xa6\"\\\n\x00\x1b\x7f"sv), R"("\"\\\u000a\u0000\u001b\u007f")");
  EXPECT_EQ(json("\xa2\xff!"sv), "\"\xEF\xBF\xBD!\"");
  EXPECT_EQ(json("\xa3\xe6\x97\xa5"sv), "\"日\"");
  EXPECT_EQ(json("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"sv), "null") << "NaN";
  EXPECT_EQ(json("\x81\x01\x02"sv), "refused") << "a key that is no text";
  EXPECT_EQ(json("\x92\xc0\x80"sv), "[null,{}]");
}

TEST(Request, HoldsOnlyWhatIsAsked) {
  Buffer out;
  write_request(7, "ping", out);
  EXPECT_EQ(json(out.view()), R"({"v":1,"id":7,"op":"ping"})");
  NodesQuery query;
  query.state = {"error", "critical"};
  query.labels = {{"zone", "a"}};
  query.sort = "-cpu";
  query.limit = 5;
  write_nodes_request(8, query, out);
  EXPECT_EQ(json(out.view()),
            R"({"v":1,"id":8,"op":"nodes","state":["error","critical"],"labels":{"zone":"a"},)"
            R"("sort":"-cpu","limit":5})");
}

}  // namespace
}  // namespace rollcall
