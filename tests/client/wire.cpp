#include "tests/client/wire.hpp"

#include "shared/client/named.hpp"

namespace rollcall::testing_wire {
namespace {

std::string taken(const Buffer& buffer) { return std::string(buffer.view()); }

Status status_of(const NodeState& state) {
  Status status;
  status.header.session = state.session;
  status.header.seq = state.seq;
  status.header.at_ms = state.at_ms;
  status.interval_ms = 10'000;
  status.state = state.state;
  status.reasons = state.reasons;
  status.storage = {state.used << 30, 100ull << 30};
  status.cpu_percent = 12.5;
  status.memory = {8ull << 30, 16ull << 30};
  status.network = {1'000'000, 2'000'000, 125'000'000};
  status.inventory = InventorySummary{3, 1000, 5ull << 30, UINT64_MAX};
  status.labels = {{"zone", "a"}};
  status.uptime_s = 3600;
  status.software = "test/1";
  return status;
}

}  // namespace

std::string status_body(const NodeState& state) {
  Buffer out;
  encode(status_of(state), out);
  return taken(out);
}

std::string record_of(const NodeState& state) {
  const std::string body = status_body(state);
  StatusView view;
  decode_status(body, view);
  Buffer out;
  Writer writer(out);
  const std::size_t more = (state.heard ? 0u : 1u) + (state.flaps ? 1u : 0u) +
                           (state.duty == "active" ? 0u : 1u) + (state.back_by_ms == 0 ? 0u : 1u);
  writer.map(view.pairs + 7u + more).raw(view.body_pairs);
  writer.pair("node", std::string_view(state.node));
  writer.pair("presence", std::string_view(state.presence));
  writer.pair("duty", std::string_view(state.duty));
  writer.pair("silent_for", state.silent_for_ms).pair("joined_at", std::uint64_t{500});
  writer.pair("peer", "10.0.0.1").pair("missed", std::uint64_t{0});
  if (!state.heard) writer.pair_bool("heard", false);
  if (state.flaps) writer.text("silence").map(1).pair("returns", std::uint64_t{7});
  if (state.duty != "active") {
    writer.text("order").map(4).pair("by", "op").pair("reason", "new disks");
    writer.pair("since", std::uint64_t{1000}).text("until");
    if (state.until_ms == 0) {
      writer.nil();
    } else {
      writer.uint(state.until_ms);
    }
  }
  if (state.back_by_ms != 0) writer.pair("back_by", state.back_by_ms);
  return taken(out);
}

std::string event_body(std::uint64_t seq, std::string_view kind, std::string_view node,
                       std::uint64_t at_ms, std::string_view more, std::size_t more_pairs) {
  Buffer out;
  Writer writer(out);
  writer.map(5 + more_pairs).pair("v", std::uint64_t{1}).pair("seq", seq).pair("at", at_ms);
  writer.pair("kind", kind).pair("node", node).raw(more);
  return taken(out);
}

std::string nodes_result(const std::vector<std::string>& records, std::string_view next) {
  Buffer out;
  Writer writer(out);
  writer.map(2).text("nodes").array(records.size());
  for (const std::string& record : records) writer.raw(record);
  writer.text("next");
  if (next.empty()) {
    writer.nil();
  } else {
    writer.text(next);
  }
  return taken(out);
}

std::string events_result(const std::vector<std::string>& events, std::uint64_t oldest,
                          std::uint64_t newest, std::uint64_t next) {
  Buffer out;
  Writer writer(out);
  writer.map(4).text("events").array(events.size());
  for (const std::string& event : events) writer.raw(event);
  writer.pair("oldest", oldest).pair("newest", newest).text("next");
  if (next == 0) {
    writer.nil();
  } else {
    writer.uint(next);
  }
  return taken(out);
}

std::string summary_result(std::uint64_t nodes) {
  Buffer out;
  Writer writer(out);
  writer.map(5).text("nodes").map(4);
  writer.pair("total", nodes).pair("present", nodes).pair("late", std::uint64_t{0});
  writer.text("by_state").map(1).pair("healthy", nodes);
  writer.text("storage").map(2).pair("used", nodes << 30).pair("total", nodes << 31);
  writer.pair_number("cpu", 12.5).pair("accepted", std::uint64_t{18446744073709551615u});
  writer.text("refused").map(1).pair("malformed", std::uint64_t{2});
  return taken(out);
}

std::string ping_result() {
  Buffer out;
  Writer(out).map(2).pair("software", "fake-broker/1").pair("uptime", std::uint64_t{65});
  return taken(out);
}

std::string reply(std::uint64_t id, const AsOfValues& as_of, std::string_view result) {
  Buffer out;
  Writer writer(out);
  writer.map(5).pair("v", std::uint64_t{1}).pair("id", id).pair_bool("ok", true).text("as_of");
  writer.map(as_of.story ? 9 : 7)
      .pair("at", std::uint64_t{1'700'000'000'000})
      .pair("broker", as_of.broker);
  writer.pair("uptime", std::uint64_t{65}).pair("event_seq", as_of.event_seq);
  writer.pair_number("heard", 1.0).pair_bool("warming_up", as_of.warming_up);
  writer.text("holding").array(as_of.holding.size());
  for (const std::string& guard : as_of.holding) writer.text(guard);
  if (as_of.story) writer.pair("story", *as_of.story).pair("resumed_at", as_of.resumed_at);
  writer.pair_raw("result", result);
  return taken(out);
}

std::string error_reply(std::uint64_t id, std::string_view code, std::string_view message) {
  Buffer out;
  Writer writer(out);
  writer.map(4).pair("v", std::uint64_t{1}).pair("id", id).pair_bool("ok", false).text("error");
  writer.map(2).pair("code", code).pair("message", message);
  return taken(out);
}

Asked parse_request(std::string_view body) {
  Asked asked;
  Reader reader(body);
  constexpr std::array<std::string_view, 10> kNames{"id",     "op",    "node",  "after",  "limit",
                                                    "prefix", "since", "until", "offset", "latest"};
  read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return reader.read_uint(asked.id);
      case 1: return read_text(reader, asked.op);
      case 2: return read_text(reader, asked.node);
      case 3:
        return reader.next_is_string() ? read_text(reader, asked.after_text)
                                       : reader.read_uint(asked.after);
      case 4: return reader.read_uint(asked.limit);
      case 5: return read_text(reader, asked.prefix);
      case 6: return reader.read_uint(asked.since);
      case 7: return reader.read_uint(asked.until);
      case 8: return reader.read_uint(asked.offset);
      default: return reader.read_bool(asked.latest);
    }
  });
  return asked;
}

}  // namespace rollcall::testing_wire
