#include <fmt/format.h>

#include "monitor/render/pages.hpp"
#include "monitor/render/table.hpp"
#include "monitor/render/words.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

std::string subject_of(const GuardInfo& guard) {
  if (!guard.domain.empty()) return escaped(guard.domain);
  return guard.node.empty() ? "this broker" : escaped(guard.node);
}

std::string what_of(const GuardInfo& guard) {
  const auto kind = from_name<GuardKind>(guard.guard);
  if (!kind) return {};
  switch (*kind) {
    case GuardKind::kOwnPause: return "it did not run; it judges nobody for a moment";
    case GuardKind::kWarmUp: return "it has just started: who is missing may not have spoken yet";
    case GuardKind::kMassLoss:
      return fmt::format("{} of {} nodes fell silent at once: one incident; repair nothing yet",
                         format_count(guard.lost), format_count(guard.of));
    case GuardKind::kFlapping: return "comes and goes: counts as late until it has stayed";
    case GuardKind::kFlood:
      return fmt::format("announces {} times a second: all but its share is refused",
                         format_count(guard.rate_per_s));
    case GuardKind::kDescriptors:
      return fmt::format("{} of {} descriptors are used: newcomers may be turned away",
                         format_count(guard.used), format_count(guard.limit));
    case GuardKind::kNotPersisting:
      return "the store takes nothing" + (guard.why.empty() ? "" : ": " + escaped(guard.why)) +
             "; what happens is remembered in memory alone";
    default: return "it crashed again and again: no lists of blocks are taken in";
  }
}

}  // namespace

Rows guards_page(const GuardsPage& page, const AsOf& as_of) {
  Rows rows;
  Table table;
  table.columns = {{"GUARD"}, {"OF"}, {"SINCE"}, {"ENDS IN"}, {"WHY"}};
  for (const GuardInfo& guard : page.guards) {
    table.rows.push_back({{escaped(guard.guard), Style::kWarning},
                          {subject_of(guard), Style::kBold},
                          {clock_text(guard.since_ms)},
                          {guard.for_ms ? format_duration(*guard.for_ms) : "when it is over"},
                          {what_of(guard)}});
  }
  if (page.guards.empty()) {
    rows.push_back({{"no guard is in force", Style::kGood}});
  } else {
    rows = lay_out(table);
    rows.push_back({{"to end one: rollcall-monitor release GUARD [NODE or DOMAIN]", Style::kDim}});
  }
  if (page.total > page.guards.size()) {
    rows.push_back({{fmt::format("… and {} more", format_count(page.total - page.guards.size()))}});
  }
  rows.push_back({{fmt::format("{}  as of {}", counted(page.total, "guard"),
                               clock_text(static_cast<std::int64_t>(as_of.at_ms))),
                   Style::kDim}});
  return rows;
}

Rows explanation_page(const Explanation& explanation, const AsOf& as_of) {
  Rows rows;
  const auto presence = from_name<Presence>(explanation.presence);
  rows.push_back({{escaped(explanation.node) + " ", Style::kBold},
                  {escaped(explanation.presence), presence ? style_of(*presence) : Style::kBad}});
  for (const Finding& finding : explanation.findings) {
    rows.push_back({});
    rows.push_back({{escaped(finding.rule), Style::kAccent},
                    {finding.value.empty() ? "" : "  " + escaped(finding.value), Style::kBold}});
    rows.push_back({{"  " + escaped(finding.text)}});
    if (finding.since_ms != 0) {
      rows.push_back({{"  since  " + date_text(finding.since_ms), Style::kDim}});
    }
    if (!finding.clears.empty()) {
      rows.push_back({{"  clears " + escaped(finding.clears), Style::kDim}});
    }
  }
  rows.push_back({});
  for (const Row& row : caveats(as_of)) rows.push_back(row);
  return rows;
}

}  // namespace rollcall
