#include "monitor/render/screen.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "monitor/render/columns.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "monitor/view/totals.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

// How a height is shared out. What is small loses first the gauges, then the events, then the
// footer; the nodes stay.
struct Layout {
  std::size_t header;  // rows of totals, with the title
  std::size_t nodes;   // rows of nodes, without their header
  std::size_t events;  // rows of events, without their title
  bool footer;
};

Layout layout_of(ScreenSize size) {
  Layout layout{};
  layout.header = size.rows >= 16 ? 6 : std::min<std::size_t>(size.rows >= 9 ? 3 : 1, size.rows);
  layout.footer = size.rows >= 5;
  if (size.rows >= 14) layout.events = std::min<std::size_t>(size.rows / 4, 12);
  std::size_t used = layout.header + (layout.footer ? 1 : 0) + 1;
  if (layout.events != 0) used += layout.events + 1;
  layout.nodes = size.rows > used ? size.rows - used : 0;
  return layout;
}

// Whole seconds: what changes faster only flickers.
std::string whole_seconds(std::int64_t duration_ms) {
  const std::int64_t seconds = std::max<std::int64_t>(0, duration_ms) / 1000;
  return seconds < 60 ? fmt::format("{}s", seconds) : format_duration(seconds * 1000);
}

Row stale_row(const Picture& picture, Now now) {
  if (picture.is_unanswered()) {
    return {{"⚠ this view may be old: queries are not answered - still asking", Style::kWarning}};
  }
  if (picture.last_feed_ms() == 0) {
    return {{"⚠ this view may be old: nothing came on the feed yet; is --feed right?",
             Style::kWarning}};
  }
  return {{fmt::format("⚠ this view may be old: nothing on the feed for {} - reconnecting",
                       whole_seconds(now.steady_ms - picture.last_feed_ms())),
           Style::kWarning}};
}

std::uint64_t unheard_of(const Picture::Nodes& nodes) {
  std::uint64_t count = 0;
  for (const auto& [id, node] : nodes) {
    if (node.record.presence == Presence::kLate && !node.record.heard) ++count;
  }
  return count;
}

Row title_row(const Picture& picture, const LiveView& view, const std::string& broker,
              std::size_t width, Now now) {
  Row row;
  if (width >= 40) row = {{" Rollcall ", Style::kInverse}, {" "}};
  for (Span& span : freshness_row(picture, now)) row.push_back(std::move(span));
  if (view.paused) row.push_back({"  ⏸ paused (p goes on)", Style::kWarning});
  // Of a broker that is gone, its own doubts are no news.
  const AsOf as_of = picture.freshness() >= Freshness::kStale ? AsOf{} : picture.as_of();
  if (as_of.warming_up) {
    const std::uint64_t unheard = unheard_of(picture.nodes());
    row.push_back(
        {"  ⚠ broker warming up" +
             (unheard == 0 ? "" : fmt::format(", {} not yet heard", format_count(unheard))),
         Style::kWarning});
  }
  for (const std::string& guard : as_of.holding) {
    if (as_of.warming_up && guard == name_of(GuardKind::kWarmUp)) continue;  // said above
    if (guard == name_of(GuardKind::kNotPersisting)) {
      row.push_back({"  ⚠ the store takes nothing", Style::kBad});
      continue;
    }
    row.push_back({"  ⚠ holding: " + escaped(guard), Style::kWarning});
  }
  row.push_back({"  " + escaped(broker) + "  " + clock_text(now.wall_ms), Style::kDim});
  return row;
}

Row nodes_row(const Totals& totals) {
  const auto of = [&](Presence p) { return totals.by_presence[static_cast<std::size_t>(p)]; };
  Row row{{" Nodes   ", Style::kDim}, {format_count(totals.nodes), Style::kBold}};
  for (const Presence presence : {Presence::kPresent, Presence::kLate, Presence::kLeft}) {
    const std::uint64_t count = of(presence);
    row.push_back({fmt::format("  {} {}", format_count(count), name_of(presence)),
                   count == 0 ? Style::kDim : style_of(presence)});
  }
  return row;
}

Row states_row(const Totals& totals) {
  Row row{{" States  ", Style::kDim}};
  for (std::size_t i = kStateNames.size(); i-- > 0;) {
    const std::uint64_t count = totals.by_state[i];
    const char* const gap = row.size() > 1 ? "  " : "";
    row.push_back({fmt::format("{}{} {}", gap, format_count(count), kStateNames[i]),
                   count == 0 ? Style::kDim : style_of(static_cast<State>(i))});
  }
  return row;
}

Row gauge(const char* name, const UsedTotal& value, std::size_t width) {
  const double percent = percent_of(value.used, value.total);
  Row row{{name, Style::kDim}};
  for (Span& span : bar(percent, width)) row.push_back(std::move(span));
  row.push_back({fmt::format(" {:>6}  {} of {}", format_percent(percent), format_bytes(value.used),
                             format_bytes(value.total))});
  return row;
}

Row traffic_row(const Picture& picture, const Totals& totals) {
  std::string text =
      fmt::format("↓ {}  ↑ {}  CPU {}", format_rate(totals.network.rx),
                  format_rate(totals.network.tx), format_percent(totals.cpu_percent));
  if (picture.summary()) {
    text += fmt::format("  {:.1f} announcements/s", picture.summary()->rate);
  }
  if (totals.blocks != 0) text += fmt::format("  {} blocks", format_count(totals.blocks));
  if (picture.events_lost() != 0) {
    text += fmt::format("  {} events lost", format_count(picture.events_lost()));
  }
  return {{" Network ", Style::kDim}, {text}};
}

Rows header(const Picture& picture, const LiveView& view, const std::string& broker,
            ScreenSize size, const Layout& layout, Now now) {
  Rows rows{title_row(picture, view, broker, size.columns, now)};
  if (layout.header < 3) return rows;
  const Totals totals = totals_of(picture.nodes());
  rows.push_back(nodes_row(totals));
  rows.push_back(states_row(totals));
  if (layout.header < 6) return rows;
  const std::size_t width = std::clamp<std::size_t>(size.columns / 4, 4, 30);
  rows.push_back(gauge(" Storage ", totals.storage, width));
  rows.push_back(gauge(" Memory  ", totals.memory, width));
  rows.push_back(traffic_row(picture, totals));
  return rows;
}

std::vector<std::string> columns_for(std::size_t width) {
  if (width < 40) return {"node", "state", "storage"};
  if (width < 72) return {"node", "presence", "state", "storage", "cpu"};
  if (width < 110) {
    return {"node", "presence", "state", "silent_for", "cpu", "memory", "storage", "reasons"};
  }
  if (width < 160) {
    return {"node",    "presence", "state", "silent_for", "cpu",    "memory",
            "storage", "used",     "total", "network",    "reasons"};
  }
  return {"node", "presence", "state",   "silent_for", "cpu",    "memory", "storage",
          "used", "total",    "network", "blocks",     "missed", "labels", "reasons"};
}

Rows node_rows(const Picture& picture, const LiveView& view, ScreenSize size, std::size_t count,
               Now now) {
  const auto nodes = in_order(picture.nodes(), view.order, now, view.scroll, count);
  std::vector<Record> shown;
  for (std::size_t i = view.scroll; i < nodes.size() && shown.size() < count; ++i) {
    shown.push_back(nodes[i]->record);
    shown.back().silent_for_ms = nodes[i]->silent_for_ms(now);
  }
  if (!shown.empty()) {
    Table table = node_table(columns_for(size.columns), shown);
    return lay_out(table, size.columns);
  }
  const bool is_known = picture.freshness() == Freshness::kLive;
  return {{}, {{is_known ? " no nodes yet; start one: rollcall-agent node-1" : "", Style::kDim}}};
}

Rows event_rows(const Picture& picture, std::size_t count) {
  Rows rows{{{" Events", Style::kAccent}}};
  const auto& events = picture.events();
  for (std::size_t i = events.size() > count ? events.size() - count : 0; i < events.size(); ++i) {
    Row row = event_row(events[i]);
    row.insert(row.begin(), {" "});
    rows.push_back(std::move(row));
  }
  return rows;
}

Row footer_row(const Picture& picture, const LiveView& view, std::size_t page) {
  Row row{{fmt::format(" q quit  s sort: {}  p pause  ↑↓ scroll  ? help", name_of(view.order)),
           Style::kDim}};
  const std::size_t nodes = picture.nodes().size();
  if (nodes > page && page != 0) {
    row.push_back({fmt::format("  {}-{} of {}", view.scroll + 1,
                               std::min(nodes, view.scroll + page), format_count(nodes)),
                   Style::kDim});
  }
  return row;
}

Rows help_rows() {
  Rows rows{{{" Keys", Style::kAccent}}};
  for (const char* const line :
       {" q, Esc, Ctrl-C   quit", " s                sort by the next order",
        " p                pause, and go on", " up, down, k, j   scroll by a node",
        " PgUp, PgDn       scroll by a page", " Home, End        to the first, the last node",
        " ?                this; any key closes it"}) {
    rows.push_back({{line}});
  }
  return rows;
}

void append_within(Rows& rows, Rows more, std::size_t height) {
  for (Row& row : more) {
    if (rows.size() >= height) return;
    rows.push_back(std::move(row));
  }
}

}  // namespace

std::size_t nodes_that_fit(ScreenSize size) { return layout_of(size).nodes; }

Row freshness_row(const Picture& picture, Now now) {
  switch (picture.freshness()) {
    case Freshness::kConnecting: return {{"connecting …", Style::kNotice}};
    case Freshness::kSyncing: return {{"reading the cluster …", Style::kNotice}};
    case Freshness::kLive: return {{"● live", Style::kGood}};
    case Freshness::kStale: return stale_row(picture, now);
    default: break;
  }
  if (picture.last_word_ms() == 0) {
    return {{"⚠ no answer from the broker - is it running? still trying", Style::kBad}};
  }
  return {{fmt::format("⚠ no word from the broker for {} - reconnecting",
                       whole_seconds(now.steady_ms - picture.last_word_ms())),
           Style::kBad}};
}

Rows live_screen(const Picture& picture, const LiveView& view, const std::string& broker,
                 ScreenSize size, Now now) {
  const Layout layout = layout_of(size);
  const std::size_t body = size.rows - std::min(size.rows, layout.footer ? std::size_t{1} : 0);
  Rows rows;
  append_within(rows, header(picture, view, broker, size, layout, now), layout.header);
  if (view.help) {
    append_within(rows, help_rows(), body);
  } else {
    const std::size_t table = std::min(body, rows.size() + 1 + layout.nodes);
    append_within(rows, node_rows(picture, view, size, layout.nodes, now), table);
    if (layout.events != 0) {
      rows.resize(table);
      append_within(rows, event_rows(picture, layout.events), body);
    }
  }
  rows.resize(body);
  if (layout.footer) rows.push_back(footer_row(picture, view, layout.nodes));
  for (Row& row : rows) row = cut(row, size.columns);
  return rows;
}

}  // namespace rollcall
