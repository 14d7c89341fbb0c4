#include "agent/console/agent_story.hpp"

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/core/time.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

Line line_of(const char* icon, const char* event, std::string text, Level level = Level::kInfo) {
  Line line;
  line.level = level;
  line.icon = icon;
  line.event = event;
  line.text = std::move(text);
  return line;
}

std::string reasons_of(const Reading& reading) {
  std::string text;
  for (const std::string& reason : reading.reasons) {
    text += text.empty() ? ": " : "; ";
    text += escaped(reason);
  }
  return text;
}

}  // namespace

void AgentStory::on_connected(const std::string& broker, std::vector<Line>& lines) const {
  Line line = line_of("✅", "connected",
                      nodes_ == 1 ? fmt::format("connected to {}", broker)
                                  : fmt::format("connected to {}: announcing {} nodes", broker,
                                                format_count(nodes_)));
  line.fields = {{"broker", broker}};
  lines.push_back(std::move(line));
}

void AgentStory::on_lost(const std::string& broker, std::vector<Line>& lines) const {
  Line line =
      line_of("🔄", "lost", fmt::format("lost {}; reconnecting, nothing is kept for it", broker),
              Level::kWarning);
  line.fields = {{"broker", broker}};
  lines.push_back(std::move(line));
}

bool AgentStory::may_tell(std::int64_t now_ms) {
  if (nodes_ == 1) return true;
  if (now_ms - second_began_ms_ >= 1000) {
    second_began_ms_ = now_ms;
    told_this_second_ = 0;
  }
  if (told_this_second_ == kVerboseLinesPerSecond) {
    ++held_back_;
    return false;
  }
  ++told_this_second_;
  return true;
}

void AgentStory::on_announced(std::string_view node, const Reading& reading,
                              const std::optional<InventorySummary>& inventory, std::int64_t now_ms,
                              std::vector<Line>& lines) {
  ++announced_;
  if (figures_due_ms_ == INT64_MAX) figures_due_ms_ = now_ms + kFiguresEveryMs;
  if (!tells_each() || !may_tell(now_ms)) return;
  std::string text =
      fmt::format("{} {}{} · storage {} of {} · cpu {} · memory {} · network {} in, {} out", node,
                  name_of(reading.state), reasons_of(reading),
                  format_percent(percent_of(reading.storage.used, reading.storage.total)),
                  format_bytes(reading.storage.total), format_percent(reading.cpu_percent),
                  format_percent(percent_of(reading.memory.used, reading.memory.total)),
                  format_rate(reading.network.rx), format_rate(reading.network.tx));
  if (inventory) text += fmt::format(" · {} blocks", format_count(inventory->count));
  Line line = line_of("📡", "announced", std::move(text));
  line.fields = {{"node", std::string(node)}, {"state", std::string(name_of(reading.state))}};
  lines.push_back(std::move(line));
}

void AgentStory::on_inventory(std::string_view node, const InventorySummary& inventory,
                              std::int64_t now_ms, std::vector<Line>& lines) {
  ++inventories_;
  if (!tells_each() || !may_tell(now_ms)) return;
  Line line = line_of("📡", "inventory",
                      fmt::format("{} sent its whole set: {} blocks, {}", node,
                                  format_count(inventory.count), format_bytes(inventory.bytes)));
  line.fields = {{"node", std::string(node)}, {"count", inventory.count}};
  lines.push_back(std::move(line));
}

void AgentStory::on_down(std::string_view node, std::vector<Line>& lines) const {
  Line line = line_of("🔄", "down", fmt::format("{} is restarting (simulated)", node));
  line.fields = {{"node", std::string(node)}};
  lines.push_back(std::move(line));
}

void AgentStory::on_up(std::string_view node, std::vector<Line>& lines) const {
  Line line = line_of("✅", "up", fmt::format("{} is back: a new session", node));
  line.fields = {{"node", std::string(node)}};
  lines.push_back(std::move(line));
}

void AgentStory::on_leave(std::size_t nodes, const std::string& reason,
                          std::vector<Line>& lines) const {
  Line line = line_of(
      "👋", "leave",
      nodes == 0 ? std::string("stopped; no broker knew of us")
                 : fmt::format("said goodbye{}: {}",
                               nodes == 1 ? std::string()
                                          : fmt::format(" for {} nodes", format_count(nodes)),
                               reason));
  line.fields = {{"nodes", std::uint64_t{nodes}}, {"reason", reason}};
  lines.push_back(std::move(line));
}

void AgentStory::on_lines(std::vector<Line> from_source, std::int64_t now_ms,
                          std::vector<Line>& lines) {
  for (Line& line : from_source) {
    ++works_;
    if (tells_each() && may_tell(now_ms)) lines.push_back(std::move(line));
  }
}

void AgentStory::flush(std::int64_t now_ms, std::vector<Line>& lines) {
  if (now_ms < figures_due_ms_) return;
  figures_due_ms_ = INT64_MAX;
  if (nodes_ != 1) {
    Line line = line_of(
        "📡", "figures",
        fmt::format("{} announcements in the last minute · {} works on blocks · "
                    "{} whole sets sent",
                    format_count(announced_), format_count(works_), format_count(inventories_)));
    if (held_back_ != 0) line.text += fmt::format(" · {} lines left out", format_count(held_back_));
    line.fields = {{"announced", announced_},
                   {"works", works_},
                   {"inventories", inventories_},
                   {"left_out", held_back_}};
    lines.push_back(std::move(line));
  }
  announced_ = works_ = inventories_ = held_back_ = 0;
}

std::int64_t AgentStory::due_ms() const { return nodes_ == 1 ? kNever : figures_due_ms_; }

}  // namespace rollcall
