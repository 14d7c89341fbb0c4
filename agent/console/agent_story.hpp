// The agent's console. One node tells each announcement; many tell how many, once a minute.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/probe/source.hpp"
#include "shared/core/line.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

class AgentStory {
 public:
  AgentStory(std::size_t nodes, bool verbose) : nodes_(nodes), verbose_(verbose) {}

  void on_connected(const std::string& broker, std::vector<Line>& lines) const;
  void on_lost(const std::string& broker, std::vector<Line>& lines) const;
  void on_announced(std::string_view node, const Reading& reading,
                    const std::optional<InventorySummary>& inventory, std::int64_t now_ms,
                    std::vector<Line>& lines);
  void on_inventory(std::string_view node, const InventorySummary& inventory, std::int64_t now_ms,
                    std::vector<Line>& lines);
  void on_down(std::string_view node, std::vector<Line>& lines) const;
  void on_up(std::string_view node, std::vector<Line>& lines) const;
  void on_leave(std::size_t nodes, const std::string& reason, std::vector<Line>& lines) const;
  // What a source has to tell: all of it for one node, or with `verbose`; else only that it was.
  void on_lines(std::vector<Line> from_source, std::int64_t now_ms, std::vector<Line>& lines);

  // The minute's figures of a fleet.
  void flush(std::int64_t now_ms, std::vector<Line>& lines);
  std::int64_t due_ms() const;

 private:
  static constexpr std::int64_t kFiguresEveryMs = 60'000;
  static constexpr std::size_t kVerboseLinesPerSecond = 50;

  bool tells_each() const { return nodes_ == 1 || verbose_; }
  bool may_tell(std::int64_t now_ms);

  std::size_t nodes_;
  bool verbose_;
  std::int64_t second_began_ms_ = INT64_MIN / 2;
  std::size_t told_this_second_ = 0;
  std::int64_t figures_due_ms_ = INT64_MAX;
  std::uint64_t announced_ = 0;
  std::uint64_t inventories_ = 0;
  std::uint64_t works_ = 0;
  std::uint64_t held_back_ = 0;
};

}  // namespace rollcall
