// Requests: any bytes get exactly one reply, which others can read, and which echoes the id.
#include <optional>

#include "broker/queries/query_desk.hpp"
#include "tests/broker/harness.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/protocol/referee.hpp"

using namespace rollcall;
using nlohmann::json;

namespace {

constexpr unsigned kNodes = 40;
constexpr unsigned kMostTurns = 4;  // a listing of so few nodes needs one

// Some of everything: states, labels, reasons, a node that left, one that is late, refusals.
BrokerHarness& cluster() {
  static BrokerHarness it;
  if (it.turns != 0) return it;
  for (unsigned i = 1; i <= kNodes; ++i) {
    Status status = a_status(i, 1);
    status.state = static_cast<State>(i % 5);
    status.cpu_percent = i * 2.5;
    status.storage = {i * 10u, 1000};
    status.interval_ms = i == 7 ? 1000 : 60'000;
    status.labels = {{"zone", i % 2 == 0 ? "a" : "b"}};
    if (i % 5 == 2) status.reasons = {"disk 3 is slow", "\xF0\x9F\x94\xA5"};
    it.status("n" + std::to_string(i), status);
  }
  it.step();
  it.leave("n3", 3, 2);
  it.arrive("status.n4", "\xc1");
  it.run_for(5000);
  return it;
}

std::optional<json> read(Bytes bytes) {
  json value = json::from_msgpack(bytes.begin(), bytes.end(), true, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

QueryRequest decode(Bytes body, bool& is_well_formed) {
  QueryRequest query;
  const auto failure = decode_request(body, query);
  is_well_formed = !failure && body.size() <= limits::kRequestBytes;
  ROLLCALL_CHECK(query.limit >= 1 && query.limit <= limits::kPageMax);
  ROLLCALL_CHECK(query.id.empty() || is_one_value(query.id));
  ROLLCALL_CHECK(query.labels.size() <= limits::kLabels);
  if (failure) {
    ROLLCALL_CHECK(!failure->message.empty());
  } else {
    ROLLCALL_CHECK(is_one_value(body));
  }
  return query;
}

void check_result(const QueryRequest& query, const json& reply) {
  const json& result = reply.at("result");
  ROLLCALL_CHECK(reply.at("as_of").at("broker") == 77);
  if (query.op != "nodes" && query.op != "events") return;
  const json& items = result.at(query.op);
  ROLLCALL_CHECK(items.size() <= query.limit && result.contains("next"));
  if (query.op == "events") return;
  for (const json& record : items) {
    ROLLCALL_CHECK(record.at("node").get<std::string>().starts_with(query.prefix));
  }
}

void check_reply(const QueryRequest& query, bool is_well_formed, Bytes reply) {
  ROLLCALL_CHECK(reply.size() <= limits::kReplyBytes && is_one_value(reply));
  constexpr std::size_t kBeforeId = 7;  // the map's tag, "v": 1, "id"
  const Bytes id = query.id.empty() ? Bytes("\xc0") : Bytes(query.id);
  ROLLCALL_CHECK(reply.substr(kBeforeId, id.size()) == id);
  // The one thing that JSON cannot say is an id that holds a map whose keys are no texts.
  const auto parsed = read(reply);
  ROLLCALL_CHECK(parsed || !read(id));
  if (!parsed) return;
  ROLLCALL_CHECK(parsed->at("v") == 1);
  const bool ok = parsed->at("ok").get<bool>();
  ROLLCALL_CHECK(is_well_formed || !ok);
  if (ok) return check_result(query, *parsed);
  const std::string code = parsed->at("error").at("code");
  ROLLCALL_CHECK(from_name<QueryError>(code).has_value() && code != "internal");
  ROLLCALL_CHECK(!parsed->at("error").at("message").get<std::string>().empty());
}

// Whoever asks may order anything; nothing is carried out, so that all inputs meet one cluster.
class NoOrders : public Orders {
 public:
  std::string release(GuardKind, std::string_view, std::string_view) override {
    return "it is not in force";
  }
  std::optional<PastFailure> carry_out(const OperatorOrder& order, const Route&, Bytes) override {
    ROLLCALL_CHECK(order.node.empty() != order.labels.empty());
    return PastFailure{QueryError::kUnavailable, "nobody obeys"};
  }
  std::optional<PastFailure> ask_store(PastQuestion question, const Route&, Bytes) override {
    ROLLCALL_CHECK(question.nodes.size() <= limits::kAskedNodes);
    return PastFailure{QueryError::kUnavailable, "there is no store"};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes body = as_text(data, size);
  bool is_well_formed = false;
  QueryRequest query = decode(body, is_well_formed);
  if (body.size() > limits::kRequestBytes) query.id.clear();  // refused unread
  BrokerHarness& it = cluster();
  NoOrders orders;
  const Broker& broker = it.broker();
  const ClusterView view{.registry = broker.registry(),
                         .blocks = broker.blocks(),
                         .events = broker.events(),
                         .intake = broker.intake(),
                         .guards = broker.guards(),
                         .roster = broker.roster(),
                         .peers = it,
                         .orders = orders,
                         .now = it.now(),
                         .attended_ms = broker.attention().ms(),
                         .broker_session = 77,
                         .dropped = {}};
  QueryDesk desk;
  std::vector<QueryReply> replies;
  desk.accept({Route{"client", "", true}, body, 1}, view, replies);
  for (unsigned turn = 0; desk.has_work(); ++turn) {
    ROLLCALL_CHECK(turn < kMostTurns);
    desk.work(view, replies);
  }
  ROLLCALL_CHECK(replies.size() == 1);
  ROLLCALL_CHECK(replies[0].route.id == "client" && replies[0].route.delimited);
  check_reply(query, is_well_formed, replies[0].body.view());
  return 0;
}
