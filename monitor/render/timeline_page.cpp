#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "monitor/render/past_pages.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "monitor/view/moment.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kName = 10;
constexpr std::size_t kNarrowest = 10;
constexpr std::size_t kWidest = 1000;
// Spans listed below the bars; the latest of more.
constexpr std::size_t kListed = 40;

constexpr SpanLook kOther{"other", "?", Style::kDim, "unknown"};

std::vector<SpanLook> presence_looks() {
  return {{"present", "█", Style::kGood, "good"},
          {"unknown", "·", Style::kDim, "unknown"},
          {"left", "▁", Style::kDim, "dim"},
          {"late", "▒", Style::kWarning, "warning"},
          {"evicted", "×", Style::kBad, "bad"}};
}

std::vector<SpanLook> state_looks() {
  return {{"unknown", "·", Style::kDim, "unknown"}, {"healthy", "▁", Style::kGood, "good"},
          {"idle", "▂", Style::kNotice, "notice"},  {"warning", "▄", Style::kWarning, "warning"},
          {"critical", "▆", Style::kBad, "bad"},    {"error", "█", Style::kBad, "worst"}};
}

std::vector<SpanLook> duty_looks() {
  return {{"unknown", "·", Style::kDim, "unknown"},
          {"active", "─", Style::kDim, "dim"},
          {"drained", "░", Style::kNotice, "notice"},
          {"draining", "▒", Style::kWarning, "warning"},
          {"maintenance", "▓", Style::kNotice, "accent"}};
}

// Which of the looks a cell has: that of what matters most in it, + 1; 0 where nothing is known.
std::vector<std::size_t> cells_of(const Track& track, std::int64_t since_ms, std::int64_t until_ms,
                                  std::size_t columns) {
  std::vector<std::size_t> cells(columns, 0);
  const double per_ms = static_cast<double>(columns) /
                        static_cast<double>(std::max<std::int64_t>(1, until_ms - since_ms));
  const auto column_of = [&](std::int64_t at_ms) {
    const double column = static_cast<double>(at_ms - since_ms) * per_ms;
    return static_cast<std::size_t>(std::clamp(column, 0.0, static_cast<double>(columns)));
  };
  for (const PastSpan& span : track.spans) {
    if (span.to_ms < since_ms || span.from_ms > until_ms) continue;
    const SpanLook& look = look_of(track, span);
    const auto rank = &look == &kOther ? track.looks.size() + 1
                                       : static_cast<std::size_t>(&look - track.looks.data()) + 1;
    const std::size_t begin = std::min(column_of(span.from_ms), columns - 1);
    const std::size_t end = std::max(begin + 1, column_of(span.to_ms));
    for (std::size_t i = begin; i < end && i < columns; ++i) cells[i] = std::max(cells[i], rank);
  }
  return cells;
}

Row bar_row(const Track& track, const PastTimeline& timeline, std::size_t columns) {
  Row row{{padded(track.name, kName), Style::kDim}};
  for (const std::size_t rank : cells_of(track, timeline.since_ms, timeline.until_ms, columns)) {
    const bool is_other = rank > track.looks.size();
    const SpanLook* const look =
        rank == 0 ? nullptr : (is_other ? &kOther : &track.looks[rank - 1]);
    const Style style = look == nullptr ? Style::kPlain : look->style;
    if (row.size() == 1 || row.back().style != style) row.push_back({"", style});
    row.back().text += look == nullptr ? std::string_view(" ") : look->cell;
  }
  return row;
}

// The looks that occur.
Row legend_row(const Track& track) {
  Row row{{padded(track.name, kName), Style::kDim}};
  for (const SpanLook& look : track.looks) {
    const bool occurs = std::any_of(track.spans.begin(), track.spans.end(),
                                    [&](const PastSpan& s) { return &look_of(track, s) == &look; });
    if (!occurs) continue;
    row.push_back({std::string(look.cell), look.style});
    row.push_back({" " + std::string(look.word) + "  ", Style::kDim});
  }
  return row;
}

struct Told {
  std::int64_t at_ms;
  Row row;
};

Row told(const PastTimeline& timeline, const PastSpan& span, const std::string& what, Style style) {
  std::string lasted = format_duration(span.to_ms - span.from_ms);
  if (span.to_ms >= timeline.until_ms) lasted += ", and lasts";
  return {{date_text(span.from_ms) + "  ", Style::kDim}, {what, style}, {"  for " + lasted}};
}

std::string why_of(const PastSpan& span) {
  std::string out;
  if (!span.by.empty() && span.by != "-") out += " by " + escaped(span.by);
  const std::string cause = cause_text(span.verdict);
  if (!cause.empty()) out += ": " + cause;
  if (!span.reason.empty()) out += ": " + escaped(span.reason);
  return out;
}

void tell_words(const PastTimeline& timeline, const Track& track, std::string_view usual,
                std::vector<Told>& out) {
  for (const PastSpan& span : track.spans) {
    if (span.word == usual) continue;
    out.push_back({span.from_ms, told(timeline, span, escaped(span.word) + why_of(span),
                                      look_of(track, span).style)});
  }
}

// Where a session ends another begins: a restart.
void tell_restarts(const PastTimeline& timeline, std::vector<Told>& out) {
  for (std::size_t i = 1; i < timeline.session.size(); ++i) {
    const PastSpan& span = timeline.session[i];
    if (span.session == timeline.session[i - 1].session) continue;
    const std::string at = span.peer.empty() ? "" : " at " + escaped(span.peer);
    out.push_back({span.from_ms,
                   {{date_text(span.from_ms) + "  ", Style::kDim},
                    {"restarted" + at, Style::kNotice},
                    {fmt::format("  session {:016x}", span.session), Style::kDim}}});
  }
}

Rows list_rows(const PastTimeline& timeline, const std::vector<Track>& tracks) {
  std::vector<Told> list;
  tell_words(timeline, tracks[0], "present", list);
  tell_words(timeline, tracks[1], "healthy", list);
  tell_words(timeline, tracks[2], "active", list);
  tell_restarts(timeline, list);
  std::stable_sort(list.begin(), list.end(),
                   [](const Told& a, const Told& b) { return a.at_ms < b.at_ms; });
  Rows rows;
  if (list.size() > kListed) {
    rows.push_back({{fmt::format("… {} before; see them with -o json, or choose a shorter time",
                                 format_count(list.size() - kListed)),
                     Style::kDim}});
    list.erase(list.begin(), list.end() - kListed);
  }
  for (Told& each : list) rows.push_back(std::move(each.row));
  if (!rows.empty()) return rows;
  const bool is_known = !timeline.presence.empty();
  rows.push_back({{is_known ? "it was there and healthy all the time"
                            : "nothing is known of that time; see: rollcall-monitor store",
                   is_known ? Style::kGood : Style::kWarning}});
  return rows;
}

}  // namespace

const SpanLook& look_of(const Track& track, const PastSpan& span) {
  for (const SpanLook& look : track.looks) {
    if (look.word == span.word) return look;
  }
  return kOther;
}

std::vector<Track> tracks_of(const PastTimeline& timeline) {
  Track sessions{
      "session",
      timeline.session,
      {{"a session", "━", Style::kAccent, "accent"}, {"the next", "╍", Style::kNotice, "notice"}}};
  std::size_t turn = 0;
  for (std::size_t i = 0; i < sessions.spans.size(); ++i) {
    if (i > 0 && timeline.session[i].session != timeline.session[i - 1].session) turn ^= 1u;
    sessions.spans[i].word = sessions.looks[turn].word;
  }
  return {{"presence", timeline.presence, presence_looks()},
          {"state", timeline.state, state_looks()},
          {"duty", timeline.duty, duty_looks()},
          std::move(sessions)};
}

Rows timeline_page(const PastTimeline& timeline, std::size_t width) {
  width = std::clamp(width, kName + kNarrowest, kWidest);
  const std::size_t columns = width - kName;
  const std::vector<Track> tracks = tracks_of(timeline);
  Rows rows{{{escaped(timeline.node), Style::kBold},
             {"  " + between_text(timeline.since_ms, timeline.until_ms), Style::kDim}}};
  for (const Track& track : tracks) rows.push_back(bar_row(track, timeline, columns));
  for (Row& row : time_axis(timeline.since_ms, timeline.until_ms, columns)) {
    row.insert(row.begin(), Span{std::string(kName, ' ')});
    rows.push_back(std::move(row));
  }
  for (const Track& track : tracks) rows.push_back(cut(legend_row(track), width));
  rows.push_back({});
  for (Row& row : list_rows(timeline, tracks)) rows.push_back(std::move(row));
  if (timeline.known_since_ms > timeline.since_ms) {
    rows.push_back({{"events are retained since " + date_text(timeline.known_since_ms) +
                         "; what was before is not known",
                     Style::kWarning}});
  }
  if (timeline.first_seen_ms != 0) {
    rows.push_back({{"first seen " + date_text(timeline.first_seen_ms), Style::kDim}});
  }
  return rows;
}

}  // namespace rollcall
