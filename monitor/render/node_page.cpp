#include <algorithm>

#include <fmt/format.h>

#include "monitor/render/columns.hpp"
#include "monitor/render/pages.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kBar = 24;

void title(Rows& rows, const char* text) {
  if (!rows.empty()) rows.push_back({});
  rows.push_back({{text, Style::kAccent}});
}

Span known(const std::string& text) {
  return text.empty() ? Span{"-", Style::kDim} : Span{escaped(text)};
}

Row gauge(const std::string& name, const UsedTotal& value) {
  const double percent = percent_of(value.used, value.total);
  Row row = bar(percent, kBar);
  row.push_back({fmt::format(" {}  {} of {}, {} free", format_percent(percent),
                             format_bytes(value.used), format_bytes(value.total),
                             format_bytes(value.total - std::min(value.used, value.total)))});
  return fact(name, std::move(row));
}

void identity(const Record& record, Rows& rows) {
  const Status& status = record.status;
  title(rows, "Identity");
  rows.push_back(fact("node", {{escaped(record.node), Style::kBold}}));
  rows.push_back(fact("peer", {known(record.peer)}));
  rows.push_back(fact("address", {known(status.address)}));
  rows.push_back(fact("software", {known(status.software)}));
  rows.push_back(fact("session", {{fmt::format("{:016x}", status.header.session)}}));
  rows.push_back(fact("joined", {{date_text(record.joined_at_ms)}}));
  if (record.has_uptime) {
    const auto uptime_ms = static_cast<std::int64_t>(status.uptime_s) * 1000;
    rows.push_back(fact("uptime", {{format_duration(uptime_ms)}}));
  }
}

void health(const Record& record, Rows& rows) {
  title(rows, "Health");
  const Status& status = record.status;
  rows.push_back(fact("state", {{std::string(name_of(status.state)), style_of(status.state)}}));
  for (const std::string& reason : status.reasons) {
    rows.push_back(fact("", {{"because " + escaped(reason), style_of(status.state)}}));
  }
}

// What an operator decided: who, why, and until when.
void decided(const Record& record, std::int64_t now_ms, Rows& rows) {
  rows.push_back(fact("duty", {{std::string(name_of(record.duty)), style_of(record.duty)}}));
  if (!record.order) return;
  const DutyOrder& order = *record.order;
  std::string by = order.by.empty() || order.by == "-" ? "" : "by " + escaped(order.by);
  if (order.since_ms != 0)
    by += (by.empty() ? "" : " ") + std::string("since ") + near_text(order.since_ms, now_ms);
  if (!by.empty()) rows.push_back(fact("", {{by}}));
  if (!order.reason.empty()) rows.push_back(fact("", {{"because " + escaped(order.reason)}}));
  if (!order.until_ms) return;
  const std::int64_t left_ms = *order.until_ms - now_ms;
  rows.push_back(fact("until", {{fmt::format("{} ({})", near_text(*order.until_ms, now_ms),
                                             left_ms > 0 ? format_duration(left_ms) + " left"
                                                         : std::string("over now"))}}));
}

Row back_row(std::int64_t back_by_ms, std::int64_t now_ms) {
  const std::int64_t left_ms = back_by_ms - now_ms;
  if (left_ms > 0) {
    return fact(
        "back",
        {{fmt::format("in {}, at {}", format_duration(left_ms), near_text(back_by_ms, now_ms))}});
  }
  return fact("back", {{fmt::format("overdue by {}; it meant to be back at {}",
                                    format_duration(-left_ms), near_text(back_by_ms, now_ms)),
                        Style::kWarning}});
}

void liveness(const Record& record, std::int64_t now_ms, Rows& rows) {
  title(rows, "Liveness");
  const auto interval_ms = static_cast<std::int64_t>(record.status.interval_ms);
  const std::string cause = cause_text(record.verdict);
  rows.push_back(
      fact("presence", {{std::string(name_of(record.presence)), style_of(record.presence)}}));
  if (record.back_by_ms) rows.push_back(back_row(*record.back_by_ms, now_ms));
  if (!record.heard && cause.empty()) {
    rows.push_back(fact("because", {{"not yet heard since the broker's start", Style::kWarning}}));
  }
  if (!cause.empty()) rows.push_back(fact("because", {{cause, Style::kWarning}}));
  if (!record.incident.empty()) {
    rows.push_back(fact("part of", {{"the loss of " + escaped(record.incident), Style::kWarning}}));
  }
  rows.push_back(fact(
      "silent for", {{fmt::format("{} (announces every {})", format_duration(record.silent_for_ms),
                                  format_duration_exact(interval_ms))}}));
  rows.push_back(fact("announced", {{fmt::format("{} in this session, {} missed",
                                                 format_count(record.status.header.seq),
                                                 format_count(record.missed))}}));
}

void resources(const Record& record, Rows& rows) {
  const Status& status = record.status;
  title(rows, "Resources");
  rows.push_back(gauge("storage", status.storage));
  rows.push_back(gauge("memory", status.memory));
  Row cpu = bar(status.cpu_percent, kBar);
  cpu.push_back({" " + format_percent(status.cpu_percent)});
  rows.push_back(fact("cpu", std::move(cpu)));
  if (!record.has_network) {
    rows.push_back(fact("network", {{"not reported", Style::kDim}}));
    return;
  }
  std::string rates =
      fmt::format("↓ {}  ↑ {}", format_rate(status.network.rx), format_rate(status.network.tx));
  if (status.network.capacity != 0) {
    rates += fmt::format("  of {} each way", format_rate(status.network.capacity));
  }
  rows.push_back(fact("network", {{rates}}));
}

void blocks(const Record& record, Rows& rows) {
  title(rows, "Blocks");
  const auto& inventory = record.status.inventory;
  if (!inventory) {
    rows.push_back(fact("count", {{"not reported", Style::kDim}}));
    return;
  }
  rows.push_back(fact("count", {{format_count(inventory->count)}}));
  rows.push_back(fact("bytes", {{format_bytes(inventory->bytes)}}));
  rows.push_back(fact(
      "version", {{fmt::format("{}, digest {:016x}", inventory->version, inventory->digest)}}));
}

}  // namespace

Rows node_page(const Record& record, const std::vector<Event>& events, const AsOf& as_of) {
  Rows rows;
  identity(record, rows);
  const auto now_ms =
      static_cast<std::int64_t>(std::min<std::uint64_t>(as_of.at_ms, INT64_MAX / 4));
  health(record, rows);
  decided(record, now_ms, rows);
  liveness(record, now_ms, rows);
  resources(record, rows);
  blocks(record, rows);
  if (!record.status.labels.empty()) title(rows, "Labels");
  for (const auto& [key, value] : record.status.labels) {
    rows.push_back(fact(escaped(key), {{escaped(value)}}));
  }
  title(rows, "Recent events");
  for (const Event& event : events) rows.push_back(event_row(event));
  if (events.empty()) rows.push_back({{"none kept", Style::kDim}});
  for (const Row& row : caveats(as_of)) rows.push_back(row);
  return rows;
}

}  // namespace rollcall
