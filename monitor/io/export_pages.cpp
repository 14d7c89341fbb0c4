#include "monitor/io/export_pages.hpp"

#include <algorithm>
#include <array>

#include <poll.h>

#include "monitor/io/output.hpp"
#include "shared/client/event.hpp"
#include "shared/client/json.hpp"
#include "shared/client/known_page.hpp"
#include "shared/client/named.hpp"
#include "shared/client/record.hpp"
#include "shared/config/options.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// A busy broker is asked again after a second, so often.
constexpr int kPatience = 30;
constexpr int kBusyMs = 1000;

constexpr std::array<CsvColumn, 24> kEventColumns{{
    {"seq", "seq"},
    {"at", "at"},
    {"kind", "kind"},
    {"node", "node"},
    {"from", "from"},
    {"to", "to"},
    {"state", "state"},
    {"reason", "reason"},
    {"by", "by"},
    {"text", "text"},
    {"duty", "duty"},
    {"verdict", "verdict"},
    {"incident", "incident"},
    {"silent_for", "silent_for"},
    {"back_in", "back_in"},
    {"late_by", "late_by"},
    {"until", "until"},
    {"peer", "peer"},
    {"session", "session"},
    {"guard", "guard"},
    {"phase", "phase"},
    {"domain", "domain"},
    {"why", "why"},
    {"all", ""},
}};

constexpr std::array<CsvColumn, 27> kNodeColumns{{
    {"node", "node"},
    {"presence", "presence"},
    {"duty", "duty"},
    {"state", "state"},
    {"silent_for", "silent_for"},
    {"joined_at", "joined_at"},
    {"peer", "peer"},
    {"missed", "missed"},
    {"session", "session"},
    {"seq", "seq"},
    {"interval", "interval"},
    {"storage_used", "storage.used"},
    {"storage_total", "storage.total"},
    {"memory_used", "memory.used"},
    {"memory_total", "memory.total"},
    {"cpu", "cpu"},
    {"rx", "network.rx"},
    {"tx", "network.tx"},
    {"blocks", "inventory.count"},
    {"blocks_bytes", "inventory.bytes"},
    {"uptime", "uptime"},
    {"software", "software"},
    {"order_by", "order.by"},
    {"order_reason", "order.reason"},
    {"order_until", "order.until"},
    {"back_by", "back_by"},
    {"labels", "labels"},
}};

constexpr std::array<CsvColumn, 11> kKnownColumns{{
    {"node", "node"},
    {"presence", "presence"},
    {"first_seen", "first_seen"},
    {"heard_at", "heard_at"},
    {"sessions", "sessions"},
    {"duty", "duty"},
    {"order_by", "order.by"},
    {"order_reason", "order.reason"},
    {"order_until", "order.until"},
    {"back_by", "back_by"},
    {"labels", "labels"},
}};

void append_row(const ExportPlan& plan, std::span<const CsvColumn> columns, Bytes raw,
                std::string& out) {
  if (plan.is_csv()) {
    append_csv_row(columns, raw, out);
  } else if (append_json(raw, out)) {
    out += '\n';
  }
}

bool take_header(const ExportPlan& plan, std::span<const CsvColumn> columns, const TakeRows& take) {
  std::string header;
  if (plan.is_csv()) append_csv_header(columns, header);
  return header.empty() || take(header, 0, std::nullopt);
}

std::optional<double> share_of(const ExportPlan& plan, std::int64_t first_ms, std::int64_t at_ms) {
  const auto whole = static_cast<double>(plan.until_ms - first_ms);
  if (whole <= 0) return std::nullopt;
  return static_cast<double>(at_ms - first_ms) / whole;
}

// The items of a page that are wanted, as rows; how many.
std::uint64_t append_items(const ExportPlan& plan, std::span<const CsvColumn> columns, Bytes list,
                           std::string& out) {
  std::uint64_t rows = 0;
  for_each_item(list, [&](Bytes raw) {
    Reader node(value_at(raw, "node"));
    std::string_view id;
    if (node.read_string(id) && plan.wants_node(id)) {
      append_row(plan, columns, raw, out);
      ++rows;
    }
    return true;
  });
  return rows;
}

// `nodes` and `known`: pages with a `next`.
int export_list(
    const Settings& settings, const ExportPlan& plan, std::span<const CsvColumn> columns,
    const TakeRows& take,
    const std::function<void(std::uint64_t id, const std::string& after, Buffer& out)>& write) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  if (!take_header(plan, columns, take)) return kExitFailed;
  std::string after;
  while (true) {
    const Answer answer =
        ask_patiently(asker, [&](std::uint64_t id, Buffer& out) { write(id, after, out); });
    if (answer.asked != Asked::kAnswered) return failed(settings, answer);
    std::string text;
    KnownPage page;
    if (!decode_known_page(answer.reply.result, page)) return malformed(settings);
    const std::uint64_t rows = append_items(plan, columns, page.list, text);
    if (!take(text, rows, std::nullopt)) return kExitFailed;
    if (page.next.empty() || page.next == after) return kExitDone;
    after = page.next;
  }
}

}  // namespace

bool ExportPlan::wants_node(std::string_view node) const {
  const auto& nodes = wanted.nodes;
  return nodes.empty() || std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

Answer ask_patiently(Asker& asker,
                     const std::function<void(std::uint64_t id, Buffer& out)>& write) {
  for (int i = 0;; ++i) {
    Answer answer = asker.ask(write);
    const bool is_busy =
        answer.asked == Asked::kRefused && answer.reply.error_code == "unavailable";
    if (!is_busy || i == kPatience) return answer;
    poll(nullptr, 0, kBusyMs);
  }
}

int export_events(const Settings& settings, const ExportPlan& plan, const TakeRows& take) {
  zmq::context_t context;
  Asker asker(context, settings.query, settings.timeout_ms, settings.curve());
  EventsQuery query;
  query.since_ms = plan.since_ms;
  query.until_ms = plan.until_ms;
  query.labels = plan.labels;
  query.limit = limits::kPageMax;
  if (plan.wanted.nodes.size() == 1) query.node = plan.wanted.nodes[0];
  if (!take_header(plan, kEventColumns, take)) return kExitFailed;
  std::optional<std::uint64_t> newest;  // when it began: what happens meanwhile is left out
  std::int64_t first_ms = plan.since_ms.value_or(0);
  while (true) {
    const Answer answer = ask_patiently(
        asker, [&](std::uint64_t id, Buffer& out) { write_events_request(id, query, out); });
    if (answer.asked != Asked::kAnswered) return failed(settings, answer);
    if (!answer.reply.as_of.story && (plan.since_ms || !plan.labels.empty())) {
      return older_broker("--since and --label");
    }
    EventsPage page;
    if (!decode_events_page(answer.reply.result, page)) return malformed(settings);
    if (!newest) newest = answer.reply.as_of.event_seq;
    if (first_ms == 0 && !page.events.empty()) first_ms = page.events[0].at_ms;
    std::string text;
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < page.events.size(); ++i) {
      if (page.events[i].seq > *newest || !plan.wants_node(page.events[i].node)) continue;
      append_row(plan, kEventColumns, page.raw[i], text);
      ++rows;
    }
    const std::int64_t at_ms = page.events.empty() ? plan.until_ms : page.events.back().at_ms;
    if (!take(text, rows, share_of(plan, first_ms, at_ms))) return kExitFailed;
    if (!page.next || *page.next <= query.after || *page.next >= *newest) return kExitDone;
    query.after = *page.next;
  }
}

int export_nodes(const Settings& settings, const ExportPlan& plan, const TakeRows& take) {
  return export_list(settings, plan, kNodeColumns, take,
                     [&](std::uint64_t id, const std::string& after, Buffer& out) {
                       NodesQuery query;
                       query.limit = limits::kPageMax;
                       query.labels = plan.labels;
                       query.after = after;
                       write_nodes_request(id, query, out);
                     });
}

int export_known(const Settings& settings, const ExportPlan& plan, const TakeRows& take) {
  return export_list(settings, plan, kKnownColumns, take,
                     [](std::uint64_t id, const std::string& after, Buffer& out) {
                       write_known_request(id, after, out);
                     });
}

std::optional<std::vector<std::string>> exported_nodes(Asker& asker, const ExportPlan& plan,
                                                       Answer& answer) {
  if (!plan.wanted.nodes.empty() && plan.labels.empty()) return plan.wanted.nodes;
  std::vector<std::string> ids;
  std::string after;
  while (true) {
    answer = ask_patiently(asker, [&](std::uint64_t id, Buffer& out) {
      if (plan.labels.empty()) return write_known_request(id, after, out);
      NodesQuery query;
      query.limit = limits::kPageMax;
      query.labels = plan.labels;
      query.after = after;
      write_nodes_request(id, query, out);
    });
    KnownPage page;
    if (answer.asked != Asked::kAnswered) return std::nullopt;
    if (!decode_known_page(answer.reply.result, page)) return std::nullopt;
    for (std::string& node : page.nodes) {
      if (plan.wants_node(node)) ids.push_back(std::move(node));
    }
    if (page.next.empty() || page.next == after || ids.size() > limits::kNodes) return ids;
    after = page.next;
  }
}

}  // namespace rollcall
