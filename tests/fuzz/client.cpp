// What a broker, or whoever answers in its place, may send to a client: decoded within bounds, or
// refused; and every JSON text that is made of it can be read by others.
#include <string>

#include <nlohmann/json.hpp>

#include "shared/client/backup.hpp"
#include "shared/client/event.hpp"
#include "shared/client/guards.hpp"
#include "shared/client/history_rows.hpp"
#include "shared/client/json.hpp"
#include "shared/client/known_page.hpp"
#include "shared/client/orders.hpp"
#include "shared/client/record.hpp"
#include "shared/client/reply.hpp"
#include "shared/client/store_health.hpp"
#include "shared/client/summary.hpp"
#include "shared/core/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;
using nlohmann::json;

namespace {

void check_json(Bytes input) {
  std::string text = "kept";
  if (append_json(input, text)) {
    ROLLCALL_CHECK(json::accept(text.substr(4)));
  } else {
    ROLLCALL_CHECK(text == "kept");
  }
  std::string pairs = "kept";
  if (append_json_pairs(input, pairs)) {
    ROLLCALL_CHECK(json::accept("{" + pairs.substr(4) + "}"));
  } else {
    ROLLCALL_CHECK(pairs == "kept");
  }
  std::string quoted;
  append_json_text(input, quoted);
  ROLLCALL_CHECK(json::accept(quoted));
}

void check_pages(Bytes input) {
  NodesPage nodes;
  if (decode_nodes_page(input, nodes)) {
    ROLLCALL_CHECK(nodes.nodes.size() <= limits::kPageMax);
    ROLLCALL_CHECK(nodes.nodes.size() + nodes.unreadable <= input.size());
  }
  EventsPage events;
  if (!decode_events_page(input, events)) return;
  ROLLCALL_CHECK(events.events.size() <= limits::kPageMax);
  ROLLCALL_CHECK(events.events.size() == events.raw.size());
  for (const Bytes raw : events.raw) ROLLCALL_CHECK(is_within(raw, input));
}

// What operators order and ask beside looking.
void check_tools(Bytes input) {
  OrderResult ordered;
  if (decode_order_result(input, ordered)) {
    ROLLCALL_CHECK(ordered.nodes.size() <= limits::kOrderedNodes);
  }
  BackupPart part;
  if (decode_backup_part(input, part)) {
    ROLLCALL_CHECK(!part.data.empty() && part.data.size() <= limits::kBackupPartBytes);
    ROLLCALL_CHECK(is_within(part.data, input));
  }
  BackupBegun begun;
  if (decode_backup_begun(input, begun)) ROLLCALL_CHECK(!begun.name.empty());
  KnownPage known;
  if (decode_known_page(input, known)) {
    ROLLCALL_CHECK(known.nodes.size() <= limits::kPageMax && is_within(known.list, input));
  }
  HistoryRows rows;
  if (decode_history_rows(input, rows)) {
    ROLLCALL_CHECK(rows.step_ms > 0);
    for (const HistoryRows::Series& series : rows.series) {
      for (const auto& [name, values] : series.columns) {
        ROLLCALL_CHECK(values.size() == rows.points && rows.points <= input.size());
      }
    }
  }
  StoreHealth store;
  if (decode_store_health(input, store)) ROLLCALL_CHECK(store.backup_at_ms >= 0);
  GuardsPage guards;
  if (decode_guards_page(input, guards)) ROLLCALL_CHECK(guards.guards.size() <= limits::kPageMax);
}

void check_reply(Bytes input) {
  Reply reply;
  if (!decode_reply(input, reply)) return;
  ROLLCALL_CHECK(is_within(reply.result, input) && is_within(reply.as_of_raw, input));
  ROLLCALL_CHECK(!reply.ok || !reply.result.empty());
  check_pages(reply.result);
  check_tools(reply.result);
  std::string text;
  if (append_json(reply.result, text)) ROLLCALL_CHECK(json::accept(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = as_text(data, size);
  check_reply(input);
  check_pages(input);
  check_tools(input);
  check_json(input);
  Record record;
  if (decode_record(input, record)) {
    ROLLCALL_CHECK(record.silent_for_ms >= 0 && record.joined_at_ms >= 0);
  }
  Event event;
  if (decode_event(input, event)) {
    ROLLCALL_CHECK(event.seq != 0 && event.at_ms >= 0);
    ROLLCALL_CHECK(event.known == from_name<EventKind>(event.kind));
  }
  Summary summary;
  decode_summary(input, summary);
  return 0;
}
