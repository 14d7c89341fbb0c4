#include "monitor/render/words.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"
#include "shared/protocol/cause.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {
namespace {

std::tm local(std::int64_t wall_ms) {
  const auto seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

std::string list(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ", ";
    out += escaped(word);
  }
  return out;
}

std::string after(const char* words, const std::string& value) {
  return value.empty() ? std::string() : words + escaped(value);
}

std::string silence(const Event& event) {
  return event.silent_for_ms ? format_duration(*event.silent_for_ms) : "some time";
}

// " (in maintenance)": nobody need hurry.
std::string duty_of(const Event& event) {
  if (event.duty.empty() || event.duty == name_of(Duty::kActive)) return {};
  return " (" + duty_text(event.duty) + ")";
}

std::string by_whom(const Event& event) {
  return event.by == "-" ? std::string() : after(" - by ", event.by);
}

struct Told {
  const char* icon;
  Style style;
  std::string text;
};

Told told_state(const Event& event) {
  const auto state = from_name<State>(event.to);
  std::string text = escaped(event.from) + " → " + escaped(event.to);
  if (!event.reasons.empty()) text += ": " + list(event.reasons);
  return {"📊", state ? style_of(*state) : Style::kPlain, text};
}

Told told_left(const Event& event) {
  std::string text = "left" + after(": ", event.reason);
  if (event.back_in_ms) text += fmt::format(", back in {}", format_duration(*event.back_in_ms));
  return {"👋", Style::kDim, text + duty_of(event)};
}

// " · its agent hangs": why it is silent, where the broker knows.
std::string cause(const Event& event) {
  std::string text = cause_text(event.verdict);
  if (!text.empty()) text = " · " + text;
  if (!event.incident.empty()) text += " · part of the loss of " + escaped(event.incident);
  return text;
}

Told told_duty(const Event& event) {
  std::string text = escaped(event.from) + " → " + escaped(event.to);
  if (event.by == "-") {
    text += event.to == name_of(Duty::kActive)    ? ": its time is over"
            : event.to == name_of(Duty::kDrained) ? ": its inventory is empty"
                                                  : "";
  } else {
    text += after(" by ", event.by);
  }
  if (event.until_ms) text += " until " + near_text(*event.until_ms, event.at_ms);
  return {"🔧", Style::kNotice, text + after(": ", event.reason)};
}

Told told_overdue(const Event& event) {
  std::string text = "not back by the time that it named";
  if (event.late_by_ms) text += fmt::format(", {} ago", format_duration(*event.late_by_ms));
  return {"⏰", Style::kWarning, text + after("; it left: ", event.reason) + duty_of(event)};
}

Told told_store(const Event& event) {
  if (event.phase == "restored") {
    return {"💾", Style::kNotice, "the store was restored from a backup" + after(": ", event.why)};
  }
  return {"💾", Style::kBad,
          "the store was set aside" + after(": ", event.why) + after("; it is now ", event.file)};
}

// A guard of the store counts what it lost.
Told told_not_persisting(const Event& event) {
  if (event.phase == "raised") {
    return {"💾", Style::kBad,
            "the store takes nothing" + after(": ", event.why) +
                "; what happens is remembered in memory alone"};
  }
  if (event.lost == 0 && event.lost_samples == 0) {
    return {"💾", Style::kGood, "the store takes everything again; nothing was lost"};
  }
  return {"💾", Style::kWarning,
          fmt::format("the store takes everything again; {} and {} could not be kept",
                      counted(event.lost, "event"), counted(event.lost_samples, "sample"))};
}

Told told_guard(const Event& event) {
  if (from_name<GuardKind>(event.guard) == GuardKind::kNotPersisting) {
    return told_not_persisting(event);
  }
  std::string text = escaped(event.guard) + after(" of ", event.domain);
  if (event.phase != "raised") {
    text += " is over" + after(", ended by ", event.by.empty() ? event.ended_by : event.by);
    return {"🛡️", Style::kGood, text};
  }
  if (event.for_ms)
    text += fmt::format(", for {} if nothing changes", format_duration(*event.for_ms));
  return {"🛡️", Style::kWarning, text};
}

Told told(const Event& event) {
  if (!event.known) return {"•", Style::kPlain, escaped(event.kind)};
  switch (*event.known) {
    case EventKind::kJoined:
      return {"📱", Style::kGood,
              "joined" + after(" from ", event.peer) + after(" with ", event.software)};
    case EventKind::kRestarted:
      return {"🔄", Style::kNotice, "restarted" + after(" at ", event.peer)};
    case EventKind::kState: return told_state(event);
    case EventKind::kLate:
      return {"⏳", Style::kWarning,
              "late, silent for " + silence(event) + cause(event) + duty_of(event)};
    case EventKind::kRecovered:
      return {"✅", Style::kGood, "recovered after " + silence(event) + " of silence"};
    case EventKind::kLeft: return told_left(event);
    case EventKind::kEvicted:
      return {"🗑️", Style::kBad,
              "evicted after " + silence(event) + " of silence" + cause(event) + duty_of(event)};
    case EventKind::kGuard: return told_guard(event);
    case EventKind::kConflict:
      return {"⚠️", Style::kBad,
              "two machines use this id: " + list(event.addresses) + "; stop or rename one"};
    case EventKind::kDuty: return told_duty(event);
    case EventKind::kOverdue: return told_overdue(event);
    case EventKind::kForgotten:
      return {"🧹", Style::kNotice, "forgotten: removed from all lists" + by_whom(event)};
    case EventKind::kNote: return {"📝", Style::kNotice, escaped(event.text) + by_whom(event)};
    case EventKind::kStore: return told_store(event);
    default: return {"🚫", Style::kWarning, "refused: " + escaped(event.reason)};
  }
}

}  // namespace

std::string duty_text(std::string_view duty) {
  return duty == name_of(Duty::kMaintenance) ? "in maintenance" : escaped(duty);
}

std::string cause_text(std::string_view verdict) {
  const auto known = from_name<Verdict>(verdict);
  return std::string(known ? cause_text(*known) : std::string_view());
}

Style style_of(State state) {
  switch (state) {
    case State::kHealthy: return Style::kGood;
    case State::kIdle: return Style::kNotice;
    case State::kWarning: return Style::kWarning;
    default: return Style::kBad;
  }
}

Style style_of(Presence presence) {
  switch (presence) {
    case Presence::kPresent: return Style::kGood;
    case Presence::kLate: return Style::kWarning;
    case Presence::kLeft: return Style::kDim;
    default: return Style::kBad;
  }
}

Style style_of(Duty duty) { return duty == Duty::kActive ? Style::kPlain : Style::kNotice; }

std::string clock_text(std::int64_t wall_ms) { return fmt::format("{:%H:%M:%S}", local(wall_ms)); }

std::string date_text(std::int64_t wall_ms) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", local(wall_ms));
}

std::string near_text(std::int64_t wall_ms, std::int64_t now_wall_ms) {
  const std::tm then = local(wall_ms);
  const std::tm now = local(now_wall_ms);
  const bool is_today = then.tm_year == now.tm_year && then.tm_yday == now.tm_yday;
  return is_today ? fmt::format("{:%H:%M}", then) : fmt::format("{:%Y-%m-%d %H:%M}", then);
}

Row event_row(const Event& event) {
  Told words = told(event);
  return {{clock_text(event.at_ms) + " ", Style::kDim},
          {std::string(words.icon) + " ", Style::kPlain},
          {(event.node == kNoNode ? "cluster" : escaped(event.node)) + " ", Style::kBold},
          {std::move(words.text), words.style}};
}

std::string counted(std::uint64_t count, const std::string& noun) {
  return format_count(count) + " " + noun + (count == 1 ? "" : "s");
}

Rows caveats(const AsOf& as_of) {
  Rows rows;
  std::vector<std::string> holding = as_of.holding;
  if (as_of.warming_up) {
    const double missing = 100 * (1 - std::clamp(as_of.heard, 0.0, 1.0));
    rows.push_back({{fmt::format("⚠ the broker is warming up (started {} ago); {}",
                                 format_duration(static_cast<std::int64_t>(as_of.uptime_s) * 1000),
                                 missing > 0 ? format_percent(missing) +
                                                   " of the nodes that it knows are not heard yet"
                                             : "nodes may be missing"),
                     Style::kWarning}});
    std::erase(holding, "warm_up");
  }
  if (std::erase(holding, name_of(GuardKind::kNotPersisting)) != 0) {
    rows.push_back(
        {{"⚠ the broker's store takes nothing: what happens is remembered in memory "
          "alone, and orders are refused; why: rollcall-monitor doctor",
          Style::kWarning}});
  }
  if (!holding.empty()) {
    rows.push_back({{"⚠ guards in force: " + list(holding) + "; see rollcall-monitor guards",
                     Style::kWarning}});
  }
  return rows;
}

}  // namespace rollcall
