#include "broker/start_lines.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {

Line started_line(const BrokerSettings& settings, const BrokerEndpoints& bound,
                  std::uint64_t descriptors) {
  Line line;
  line.icon = "🚀";
  line.event = "started";
  line.text = fmt::format(
      "rollcall-broker {} · agents announce to {} · queries {} · feed {} · evicts after {}",
      ROLLCALL_VERSION, bound.announce, bound.query, bound.feed,
      format_duration_exact(settings.broker.evict_after_ms));
  line.fields = {{"announce", bound.announce},
                 {"query", bound.query},
                 {"feed", bound.feed},
                 {"evict_after", static_cast<std::uint64_t>(settings.broker.evict_after_ms)},
                 {"session", settings.broker.session},
                 {"descriptors", descriptors},
                 {"version", std::string(ROLLCALL_VERSION)}};
  return line;
}

Line budget_line(const Fitted& fitted) {
  const Allowed& allowed = fitted.allowed;
  const MemoryBudget budget(allowed);
  Line line;
  line.level = fitted.too_small ? Level::kWarning : Level::kInfo;
  line.icon = fitted.too_small ? "⚠️ " : "📐";
  line.event = "budget";
  line.text = fmt::format(
      "memory: at most {}, of it {} for {} nodes, {} for {} blocks, {} for {} connections",
      format_bytes(budget.total()), format_bytes(budget.nodes_bytes), format_count(allowed.nodes),
      format_bytes(budget.blocks_bytes), format_count(allowed.blocks),
      format_bytes(budget.connections_bytes), format_count(allowed.connections));
  if (fitted.too_small) {
    line.text += fmt::format("; there are {} only: give it more, or it may be killed",
                             format_bytes(fitted.memory_bytes));
  } else if (fitted.lowered) {
    line.text += fmt::format(
        "; lowered to fit {}, where --max-nodes, --max-blocks and --max-connections "
        "say nothing else",
        format_bytes(fitted.memory_bytes));
  }
  line.fields = {{"memory", budget.total()},
                 {"memory_limit", fitted.memory_bytes},
                 {"nodes", allowed.nodes},
                 {"blocks", allowed.blocks},
                 {"connections", allowed.connections},
                 {"lowered", std::uint64_t{fitted.lowered}}};
  return line;
}

Line store_line(const std::string& path, const StoreContents& contents, const std::string& why) {
  Line line;
  line.icon = "💾";
  line.event = "store";
  const auto listed = static_cast<std::uint64_t>(
      std::count_if(contents.nodes.begin(), contents.nodes.end(),
                    [](const RosterNode& node) { return node.presence != Presence::kEvicted; }));
  if (path.empty()) {
    line.level = why.empty() ? Level::kInfo : Level::kWarning;
    line.text = "remembers in memory alone: a restart forgets; --store PATH keeps";
    if (!why.empty()) line.text += fmt::format(" ({})", escaped(why, 300));
  } else {
    line.text = fmt::format("remembers in {}: {} nodes known, {} of them expected, {} events",
                            escaped(path, 300), format_count(contents.nodes.size()),
                            format_count(listed), format_count(contents.newest));
  }
  line.fields = {{"path", path},
                 {"known", std::uint64_t{contents.nodes.size()}},
                 {"expected", listed},
                 {"event_seq", contents.newest}};
  return line;
}

Line insecure_line() {
  Line line;
  line.level = Level::kWarning;
  line.icon = "⚠️ ";
  line.event = "insecure";
  line.text = "--insecure: whoever reaches these endpoints is believed, unauthenticated";
  return line;
}

Line safe_mode_line() {
  Line line;
  line.level = Level::kWarning;
  line.icon = "🛟";
  line.event = "safe_mode";
  line.text = fmt::format(
      "safe mode: blocks are not taken in, for {} without a crash; all else works as ever. Keep "
      "what was printed before the crashes, and report it",
      format_duration(SafeMode::kLastsMs));
  return line;
}

Line cannot_turn_away_line() {
  Line line;
  line.level = Level::kWarning;
  line.icon = "⚠️ ";
  line.event = "cannot_turn_away";
  line.text =
      "this system lets no thread have descriptors of its own (close_range and unshare are "
      "forbidden): where connections exhaust the limit of open files, a core will be busy";
  return line;
}

Line disk_stands_still_line() {
  Line line;
  line.level = Level::kError;
  line.icon = "💾";
  line.event = "disk_stands_still";
  line.text =
      "the disk of the store does not finish its last write, and we stop all the same: what "
      "happened since the guard not_persisting may be lost";
  return line;
}

Line stopped_line(std::string_view signal) {
  Line line;
  line.icon = "👋";
  line.event = "stopped";
  line.text = fmt::format("stopped by {}", signal);
  return line;
}

Line keys_line(std::string text, std::size_t keys) {
  Line line;
  line.icon = "🔑";
  line.event = "keys";
  line.text = std::move(text);
  line.fields = {{"keys", std::uint64_t{keys}}};
  return line;
}

}  // namespace rollcall
