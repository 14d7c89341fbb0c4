#include "broker/console/story.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"
#include "shared/protocol/cause.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {
namespace {

// Icon, and what "… and 12 more" did, by event kind; the last is for announcements.
struct Words {
  const char* icon;
  const char* more;
};
constexpr std::array<Words, kEventKindNames.size() + 1> kWords{{
    {"📱", "nodes joined"},
    {"🔄", "nodes restarted"},
    {"📊", "nodes changed state"},
    {"⏳", "nodes fell silent"},
    {"✅", "nodes are back"},
    {"👋", "nodes left"},
    {"🗑️ ", "nodes evicted"},
    {"⚠️ ", "conflicts"},
    {"🔧", "changes of duty"},
    {"🚫", "refusals"},
    {"🛡️ ", "guards"},
    {"⏰", "nodes are overdue"},
    {"🧹", "nodes were forgotten"},
    {"📝", "notes"},
    {"💾", "changes of the store"},
    {"📊", "announcements"},
}};

constexpr std::int64_t kSecondMs = 1000;

std::string reading_of(const Node& node) {
  return fmt::format("storage {} of {} · cpu {} · memory {}",
                     format_percent(percent_of(node.storage.used, node.storage.total)),
                     format_bytes(node.storage.total), format_percent(node.cpu_percent()),
                     format_percent(percent_of(node.memory.used, node.memory.total)));
}

std::string reasons_of(const Node& node) {
  std::string text;
  for_each_reason(node.value_of("reasons"), [&](std::string_view reason) {
    text += text.empty() ? ": " : "; ";
    text += escaped(reason, 200);
  });
  return text;
}

std::string silence(const NodeChange& change) { return format_duration(change.silent_for_ms); }

// Why it is silent, where that is known.
std::string cause_of(const NodeChange& change) {
  std::string text;
  if (const std::string_view cause = cause_text(change.verdict); !cause.empty()) {
    text.append(" · ").append(cause);
  }
  if (!change.incident.empty()) {
    text += fmt::format(" · part of the loss of {}", escaped(change.incident, 64));
  }
  return text;
}

std::string sentence_of(const NodeChange& change, const Node& node) {
  const std::string_view id = node.id();
  switch (change.kind) {
    case EventKind::kJoined:
      return fmt::format("{} joined from {} · {} · {}", id,
                         node.peer().empty() ? "an unknown address" : escaped(node.peer(), 64),
                         name_of(node.state), reading_of(node));
    case EventKind::kRestarted: return fmt::format("{} restarted: a new session", id);
    case EventKind::kState:
      return fmt::format("{} is {} (was {}){}", id, name_of(change.to), name_of(change.from),
                         reasons_of(node));
    case EventKind::kLate:
      if (node.is_held()) return fmt::format("{} counts as late until it stays", id);
      return fmt::format("{} is late: silent for {}, announces every {}{}", id, silence(change),
                         format_duration_exact(node.interval_ms), cause_of(change));
    case EventKind::kRecovered:
      return fmt::format("{} is back after {} of silence", id, silence(change));
    case EventKind::kLeft:
      return fmt::format("{} left{}{}", id, change.reason.empty() ? "" : ": ",
                         escaped(change.reason, 200)) +
             (change.back_in_ms
                  ? fmt::format("; back in {}",
                                format_duration(static_cast<std::int64_t>(
                                    std::min<std::uint64_t>(*change.back_in_ms, INT64_MAX))))
                  : std::string());
    case EventKind::kEvicted:
      if (change.presence == Presence::kLeft) {
        return fmt::format("{} forgotten: it left {} ago", id, silence(change));
      }
      return fmt::format("{} evicted: silent for {}{}", id, silence(change), cause_of(change));
    case EventKind::kConflict:
      return fmt::format("two machines announce as {}: {} and {}; give one of them another id", id,
                         escaped(node.peer(), 64), escaped(change.other_peer, 64));
    default: return fmt::format("{}: {}", id, name_of(change.kind));
  }
}

Level level_of(const NodeChange& change) {
  switch (change.kind) {
    case EventKind::kLate:
    case EventKind::kEvicted:
    case EventKind::kConflict: return Level::kWarning;
    case EventKind::kState: return change.to >= State::kWarning ? Level::kWarning : Level::kInfo;
    default: return Level::kInfo;
  }
}

Line line_of(std::size_t kind, Level level, std::string event, std::string text) {
  Line line;
  line.level = level;
  line.icon = kWords[kind].icon;
  line.event = std::move(event);
  line.text = std::move(text);
  return line;
}

std::string raised_sentence(const Guard& guard, std::int64_t attended_ms) {
  const std::string subject = escaped(guard.subject, 64);
  switch (guard.kind) {
    case GuardKind::kMassLoss:
      return fmt::format(
          "{} of {} nodes of {} fell silent at once: one incident, not as many deaths; repair "
          "nothing before it is over",
          format_count(guard.count), format_count(guard.of), subject);
    case GuardKind::kFlapping:
      return fmt::format(
          "{} comes and goes: late until it has stayed for {}; its coming and going "
          "is told no more",
          subject, format_duration(guard.until_ms - attended_ms));
    case GuardKind::kFlood:
      return fmt::format("{} announces {} times a second: all above {} a second is refused",
                         subject, format_count(guard.count), FloodWatch::kSharePerS);
    case GuardKind::kSafeMode:
      return "safe mode: this broker crashed again and again; it takes in no lists of blocks";
    default: return std::string(name_of(guard.kind));
  }
}

std::string ended_sentence(const GuardChange& change, std::int64_t attended_ms) {
  const Guard& guard = change.guard;
  const std::string lasted = format_duration(attended_ms - guard.since_ms);
  std::string text;
  switch (guard.kind) {
    case GuardKind::kWarmUp: text = "warmed up: whoever is not listed by now is not there"; break;
    case GuardKind::kMassLoss:
      text = fmt::format("the loss of {} is over after {}", escaped(guard.subject, 64), lasted);
      break;
    case GuardKind::kFlapping:
      text = fmt::format("{} stays: it is held no more", escaped(guard.subject, 64));
      break;
    case GuardKind::kFlood:
      text = fmt::format("{} floods no more", escaped(guard.subject, 64));
      break;
    case GuardKind::kSafeMode: text = "safe mode is over: blocks are asked for again"; break;
    default: text = fmt::format("{} is over", name_of(guard.kind)); break;
  }
  switch (change.end) {
    case GuardEnd::kOperator:
      return text + fmt::format(" (released by {})", escaped(change.by, 64));
    case GuardEnd::kWider: return text + " (it is part of a wider one)";
    case GuardEnd::kTimer: return text + (guard.kind == GuardKind::kMassLoss ? " (in time)" : "");
    default: return text;
  }
}

// What every summary repeats for as long as it is so.
std::string warnings_of(const ClusterView& view) {
  std::string text;
  if (view.insecure) text += " · ⚠️  nobody is authenticated (--insecure)";
  const GuardList& guards = view.guards.list();
  if (guards.holds(GuardKind::kDescriptors)) text += " · 🔌 few descriptors are left";
  if (guards.holds(GuardKind::kSafeMode)) text += " · 🛟 safe mode: no blocks are taken in";
  return text;
}

}  // namespace

bool Story::may_tell(std::size_t kind, std::int64_t now_ms, std::vector<Line>& lines) {
  Count& count = counts_[kind];
  if (now_ms - count.second_began_ms >= kSecondMs) {
    tell_held_back(kind, lines);
    count = Count{.second_began_ms = now_ms};
  }
  if (count.told == kToldPerSecond) {
    ++count.held_back;
    return false;
  }
  ++count.told;
  return true;
}

void Story::tell_held_back(std::size_t kind, std::vector<Line>& lines) {
  Count& count = counts_[kind];
  if (count.held_back == 0) return;
  Line line =
      line_of(kind, Level::kInfo, "more",
              fmt::format("… and {} more {}", format_count(count.held_back), kWords[kind].more));
  line.fields = {{"kind", kind < kEventKindNames.size() ? std::string(kEventKindNames[kind])
                                                        : std::string("announcement")},
                 {"count", count.held_back}};
  lines.push_back(std::move(line));
  count.held_back = 0;
}

void Story::flush(std::int64_t now_ms, std::vector<Line>& lines) {
  for (std::size_t kind = 0; kind < counts_.size(); ++kind) {
    if (now_ms - counts_[kind].second_began_ms >= kSecondMs) tell_held_back(kind, lines);
  }
}

std::int64_t Story::due_ms() const {
  std::int64_t due_ms = kNever;
  for (const Count& count : counts_) {
    if (count.held_back != 0) due_ms = std::min(due_ms, count.second_began_ms + kSecondMs);
  }
  return due_ms;
}

void Story::on_change(const NodeChange& change, const Node& node, std::int64_t now_ms,
                      std::vector<Line>& lines) {
  const auto kind = static_cast<std::size_t>(change.kind);
  if (!may_tell(kind, now_ms, lines)) return;
  Line line =
      line_of(kind, level_of(change), std::string(name_of(change.kind)), sentence_of(change, node));
  line.fields = {{"node", std::string(node.id())}};
  if (change.silent_for_ms != 0) {
    line.fields.emplace_back("silent_for", static_cast<std::uint64_t>(change.silent_for_ms));
  }
  if (change.kind == EventKind::kState) {
    line.fields.emplace_back("from", std::string(name_of(change.from)));
    line.fields.emplace_back("to", std::string(name_of(change.to)));
  }
  lines.push_back(std::move(line));
}

void Story::on_refused(std::string_view node, Refusal why, std::int64_t now_ms,
                       std::vector<Line>& lines) {
  const auto kind = static_cast<std::size_t>(EventKind::kRefused);
  if (!may_tell(kind, now_ms, lines)) return;
  Line line = line_of(kind, Level::kWarning, "refused",
                      fmt::format("an announcement of {} was refused: {}", node, name_of(why)));
  line.fields = {{"node", std::string(node)}, {"reason", std::string(name_of(why))}};
  lines.push_back(std::move(line));
}

void Story::on_announcement(const Node& node, std::int64_t now_ms, std::vector<Line>& lines) {
  if (!may_tell(kAnnouncements, now_ms, lines)) return;
  Line line = line_of(kAnnouncements, Level::kInfo, "status",
                      fmt::format("{} {} · {}", node.id(), name_of(node.state), reading_of(node)));
  line.fields = {{"node", std::string(node.id())}, {"state", std::string(name_of(node.state))}};
  lines.push_back(std::move(line));
}

void Story::on_pause(std::int64_t pause_ms, std::vector<Line>& lines) const {
  Line line;
  line.level = Level::kWarning;
  line.icon = "⏸️ ";
  line.event = "own_pause";
  line.text = fmt::format("this broker did not run for {}; that time counts against nobody",
                          format_duration(pause_ms));
  line.fields = {{"pause", static_cast<std::uint64_t>(pause_ms)}};
  lines.push_back(std::move(line));
}

void Story::on_guard(const GuardChange& change, std::int64_t attended_ms, std::int64_t now_ms,
                     std::vector<Line>& lines) {
  // These have lines of their own.
  if (change.guard.kind == GuardKind::kOwnPause || change.guard.kind == GuardKind::kDescriptors) {
    return;
  }
  const auto kind = static_cast<std::size_t>(EventKind::kGuard);
  if (!may_tell(kind, now_ms, lines)) return;
  Line line = line_of(kind, change.is_raised ? Level::kWarning : Level::kInfo, "guard",
                      change.is_raised ? raised_sentence(change.guard, attended_ms)
                                       : ended_sentence(change, attended_ms));
  line.fields = {{"guard", std::string(name_of(change.guard.kind))},
                 {"phase", std::string(change.is_raised ? "raised" : "ended")}};
  if (!change.guard.subject.empty()) line.fields.emplace_back("of", change.guard.subject);
  lines.push_back(std::move(line));
}

void Story::on_event(EventKind event, Level level, std::string text, std::string_view node,
                     std::int64_t now_ms, std::vector<Line>& lines) {
  const auto kind = static_cast<std::size_t>(event);
  if (!may_tell(kind, now_ms, lines)) return;
  Line line = line_of(kind, level, std::string(name_of(event)), std::move(text));
  if (node != kNoNode) line.fields = {{"node", std::string(node)}};
  lines.push_back(std::move(line));
}

void Story::on_descriptors(const DescriptorAlarm& alarm, std::vector<Line>& lines) const {
  const DescriptorUse& use = alarm.use();
  Line line;
  line.level = alarm.on() ? Level::kWarning : Level::kInfo;
  line.icon = alarm.on() ? "🔌" : "✅";
  line.event = alarm.on() ? "descriptors_short" : "descriptors_free";
  line.text = fmt::format("{} of {} descriptors are taken", format_count(use.used),
                          format_count(use.limit));
  line.text += alarm.on()
                   ? "; when none is left newcomers are turned away, and who is connected is "
                     "served on: raise the limit of open files, or find out who connects"
                   : ": enough are free again";
  if (use.turned_away != 0) {
    line.text += fmt::format(" · {} newcomers were turned away since the start",
                             format_count(use.turned_away));
  }
  line.fields = {{"used", use.used}, {"limit", use.limit}, {"turned_away", use.turned_away}};
  lines.push_back(std::move(line));
}

void Story::on_summary(const ClusterView& view, std::vector<Line>& lines) const {
  const Totals& totals = view.registry.totals();
  const UsedTotal storage = totals.storage();
  const NetworkRates network = totals.network();
  Line line;
  line.icon = "📈";
  line.event = "summary";
  line.fields = {{"present", totals.present()},
                 {"late", totals.late()},
                 {"left", totals.left()},
                 {"storage_used", storage.used},
                 {"storage_total", storage.total},
                 {"cpu", totals.cpu_percent()},
                 {"accepted", view.intake.accepted()},
                 {"rate", view.announcements_per_s}};
  if (totals.counted() + totals.left() == 0) {
    line.text = "no nodes yet; start one with: rollcall-agent node-1";
    line.text += warnings_of(view);
    lines.push_back(std::move(line));
    return;
  }
  line.text = fmt::format("{} nodes present", format_count(totals.present()));
  if (totals.late() != 0) line.text += fmt::format(", {} late", format_count(totals.late()));
  if (totals.left() != 0) line.text += fmt::format(", {} left", format_count(totals.left()));
  for (const State state : {State::kWarning, State::kCritical, State::kError}) {
    const std::uint64_t count = totals.in_state(state);
    if (count != 0) line.text += fmt::format(" · {} {}", format_count(count), name_of(state));
  }
  line.text += fmt::format(
      " · storage {} of {} ({}) · cpu {} · network {} in, {} out", format_bytes(storage.used),
      format_bytes(storage.total), format_percent(percent_of(storage.used, storage.total)),
      format_percent(totals.cpu_percent()), format_rate(network.rx), format_rate(network.tx));
  line.text += fmt::format(" · {} blocks", format_count(totals.block_count()));
  line.text += warnings_of(view);
  lines.push_back(std::move(line));
}

}  // namespace rollcall
