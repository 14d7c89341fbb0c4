#include "monitor/render/words.hpp"

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
  return {"👋", Style::kDim, text};
}

// " · its agent hangs": why it is silent, where the broker knows.
std::string cause(const Event& event) {
  std::string text = cause_text(event.verdict);
  if (!text.empty()) text = " · " + text;
  if (!event.incident.empty()) text += " · part of the loss of " + escaped(event.incident);
  return text;
}

Told told_guard(const Event& event) {
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
      return {"⏳", Style::kWarning, "late, silent for " + silence(event) + cause(event)};
    case EventKind::kRecovered:
      return {"✅", Style::kGood, "recovered after " + silence(event) + " of silence"};
    case EventKind::kLeft: return told_left(event);
    case EventKind::kEvicted:
      return {"🗑️", Style::kBad,
              "evicted after " + silence(event) + " of silence" + cause(event)};
    case EventKind::kGuard: return told_guard(event);
    case EventKind::kConflict:
      return {"⚠️", Style::kBad,
              "two machines use this id: " + list(event.addresses) + "; stop or rename one"};
    case EventKind::kDuty:
      return {"🔧", Style::kNotice,
              escaped(event.from) + " → " + escaped(event.to) + after(" by ", event.by) +
                  after(": ", event.reason)};
    default: return {"🚫", Style::kWarning, "refused: " + escaped(event.reason)};
  }
}

}  // namespace

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
  if (as_of.warming_up) {
    rows.push_back(
        {{fmt::format("⚠ the broker is warming up (started {} ago); nodes may be missing",
                      format_duration(static_cast<std::int64_t>(as_of.uptime_s) * 1000)),
          Style::kWarning}});
  }
  std::vector<std::string> holding = as_of.holding;
  if (as_of.warming_up) std::erase(holding, "warm_up");  // said above
  if (!holding.empty()) {
    rows.push_back({{"⚠ guards in force: " + list(holding) + "; see rollcall-monitor guards",
                     Style::kWarning}});
  }
  return rows;
}

}  // namespace rollcall
