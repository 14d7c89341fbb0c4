// known, store.
#include <fmt/format.h>

#include "monitor/render/columns.hpp"
#include "monitor/render/past_pages.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

Span presence_span(const std::string& word) {
  const auto known = from_name<Presence>(word);
  return {escaped(word), known ? style_of(*known) : Style::kPlain};
}

// "maintenance until 14:00 by ada: disks".
std::string duty_text(const PastKnown& known) {
  std::string text = escaped(known.duty);
  if (!known.order) return text;
  if (known.order->until_ms) text += " until " + date_text(*known.order->until_ms);
  if (!known.order->by.empty()) text += " by " + escaped(known.order->by);
  if (!known.order->reason.empty()) text += ": " + escaped(known.order->reason);
  return text;
}

Span duty_span(const PastKnown& known) {
  const auto duty = from_name<Duty>(known.duty);
  return {duty_text(known), duty ? style_of(*duty) : Style::kPlain};
}

Span moment_span(std::int64_t at_ms) {
  return at_ms == 0 ? Span{"-", Style::kDim} : Span{date_text(at_ms)};
}

Span since_span(const std::optional<std::int64_t>& since_ms, std::int64_t now_ms) {
  if (!since_ms) return {"none yet", Style::kDim};
  return {fmt::format("since {} ({})", date_text(*since_ms), format_duration(now_ms - *since_ms))};
}

void title(Rows& rows, const char* text) {
  rows.push_back({});
  rows.push_back({{text, Style::kAccent}});
}

Row level_row(const char* name, const std::optional<std::int64_t>& since_ms,
              std::int64_t retained_ms, std::int64_t now_ms) {
  Row row{since_span(since_ms, now_ms)};
  if (retained_ms != 0) {
    row.push_back({", kept for " + format_duration_exact(retained_ms), Style::kDim});
  }
  return fact(name, std::move(row));
}

Row health_row(const PastStore& store) {
  if (store.persisting && store.kind == "memory") {
    return fact("store", {{"in memory: nothing outlives the broker; give it --store PATH",
                           Style::kWarning}});
  }
  if (store.persisting) return fact("store", {{"stores what happens", Style::kGood}});
  const std::string why = store.why.empty() ? "" : ": " + escaped(store.why);
  return fact("store", {{"stores nothing" + why, Style::kBad}});
}

void history_rows(const PastStore& store, std::int64_t now_ms, Rows& rows) {
  title(rows, "History");
  rows.push_back(level_row("full", store.history.full_since_ms, store.retention.full_ms, now_ms));
  rows.push_back(
      level_row("minute", store.history.minute_since_ms, store.retention.minute_ms, now_ms));
  rows.push_back(level_row("hour", store.history.hour_since_ms, store.retention.hour_ms, now_ms));
  std::string size = fmt::format("{}, {}", counted(store.history.samples, "sample"),
                                 format_bytes(store.history.bytes));
  if (store.retention.bytes != 0) size += " of " + format_bytes(store.retention.bytes);
  rows.push_back(fact("size", {{size}}));
}

void commit_rows(const PastStore& store, Rows& rows) {
  title(rows, "Commits");
  rows.push_back(fact("count", {{format_count(store.commits)}}));
  rows.push_back(
      fact("took", {{fmt::format("{:.1f} ms in the middle, {:.1f} ms of 99 %, {:.1f} ms "
                                 "at most",
                                 store.commit_ms.p50, store.commit_ms.p99, store.commit_ms.max)}}));
  rows.push_back(fact("waiting", {{counted(store.waiting, "event")}}));
  const bool is_lost = store.lost_events != 0 || store.lost_samples != 0;
  rows.push_back(fact(
      "lost", {{counted(store.lost_events, "event") + ", " + counted(store.lost_samples, "sample"),
                is_lost ? Style::kBad : Style::kPlain}}));
}

}  // namespace

Rows known_page(const PastKnownPage& page, std::size_t width) {
  if (page.nodes.empty()) {
    return {
        {{"no such node was ever seen; run without --prefix to see all: rollcall-monitor "
          "known"}}};
  }
  Table table{{{"NODE"},
               {"PRESENCE"},
               {"FIRST SEEN"},
               {"LAST HEARD"},
               {"SESSIONS", true},
               {"DUTY"},
               {"LABELS"}},
              {}};
  for (const PastKnown& known : page.nodes) {
    table.rows.push_back({{escaped(known.node), Style::kBold},
                          presence_span(known.presence),
                          moment_span(known.first_seen_ms),
                          moment_span(known.heard_at_ms),
                          {format_count(known.sessions)},
                          duty_span(known),
                          {labels_text(known.labels)}});
  }
  Rows rows = lay_out(table, width);
  std::string what = counted(page.nodes.size(), "node");
  if (!page.next.empty()) what += "; there are more: raise --limit";
  rows.push_back({{what, Style::kDim}});
  return rows;
}

Rows known_node_page(const PastKnown& known) {
  Rows rows;
  rows.push_back(fact("node", {{escaped(known.node), Style::kBold}}));
  rows.push_back(fact("presence", {presence_span(known.presence)}));
  rows.push_back(fact("first seen", {moment_span(known.first_seen_ms)}));
  rows.push_back(fact("last heard", {moment_span(known.heard_at_ms)}));
  rows.push_back(fact("sessions", {{format_count(known.sessions)}}));
  rows.push_back(fact("duty", {duty_span(known)}));
  if (known.back_by_ms) {
    rows.push_back(fact("back by", {{date_text(*known.back_by_ms), Style::kNotice}}));
  }
  if (!known.labels.empty()) rows.push_back(fact("labels", {{labels_text(known.labels)}}));
  title(rows, "Notes");
  for (const PastNote& note : known.notes) {
    rows.push_back({{date_text(note.at_ms) + "  ", Style::kDim},
                    {note.by.empty() ? "" : escaped(note.by) + "  ", Style::kBold},
                    {escaped(note.text, 2000)}});
  }
  if (known.notes.empty()) rows.push_back({{"none", Style::kDim}});
  return rows;
}

Rows store_page(const PastStore& store, std::int64_t now_ms) {
  Rows rows{health_row(store)};
  rows.push_back(fact("kind", {{fmt::format("{}, schema {}", escaped(store.kind), store.schema)}}));
  rows.push_back(fact("size", {{fmt::format("{}, and {} not yet in it", format_bytes(store.bytes),
                                            format_bytes(store.wal_bytes))}}));
  if (store.free_bytes) {
    rows.push_back(fact("disk", {{format_bytes(*store.free_bytes) + " free"}}));
  }
  rows.push_back(fact("nodes", {{format_count(store.nodes)}}));
  Row events = level_row("events", store.events.since_ms, store.retention.events_ms, now_ms);
  events.push_back({fmt::format("; numbers {} to {}", format_count(store.events.oldest),
                                format_count(store.events.newest))});
  rows.push_back(std::move(events));
  rows.push_back(fact("backup", {store.backup_at_ms ? Span{date_text(*store.backup_at_ms)}
                                                    : Span{"none yet; make one: rollcall-monitor "
                                                           "backup",
                                                           Style::kDim}}));
  history_rows(store, now_ms, rows);
  commit_rows(store, rows);
  return rows;
}

}  // namespace rollcall
