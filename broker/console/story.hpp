// The broker's console: what happens, as it happens, in lines that people read. When much happens
// at once, the first few of a kind are told one by one and the rest as a number.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/queries/cluster_view.hpp"
#include "broker/registry/registry.hpp"
#include "broker/strain/strain.hpp"
#include "shared/core/line.hpp"

namespace rollcall {

class Story {
 public:
  // Lines of one kind told one by one within a second; more become "… and 9,990 more joined".
  static constexpr std::size_t kToldPerSecond = 10;

  // `verbose`: every announcement, too.
  explicit Story(bool verbose) : verbose_(verbose) {}

  void on_change(const NodeChange& change, const Node& node, std::int64_t now_ms,
                 std::vector<Line>& lines);
  void on_refused(std::string_view node, Refusal why, std::int64_t now_ms,
                  std::vector<Line>& lines);
  void on_announcement(const Node& node, std::int64_t now_ms, std::vector<Line>& lines);
  void on_pause(std::int64_t pause_ms, std::vector<Line>& lines) const;
  void on_guard(const GuardChange& change, std::int64_t attended_ms, std::int64_t now_ms,
                std::vector<Line>& lines);
  // The alarm began or ended.
  // What has a sentence of its own: orders, and what the store does.
  void on_event(EventKind event, Level level, std::string text, std::string_view node,
                std::int64_t now_ms, std::vector<Line>& lines);
  void on_descriptors(const DescriptorAlarm& alarm, std::vector<Line>& lines) const;
  void on_summary(const ClusterView& view, std::vector<Line>& lines) const;

  // Tells what was held back, once its second is over.
  void flush(std::int64_t now_ms, std::vector<Line>& lines);
  // When flush() has something to do (steady clock); kNever if not.
  std::int64_t due_ms() const;

  bool verbose() const { return verbose_; }

 private:
  static constexpr std::size_t kAnnouncements = kEventKindNames.size();
  struct Count {
    std::int64_t second_began_ms = INT64_MIN / 2;
    std::size_t told = 0;
    std::uint64_t held_back = 0;
  };

  bool may_tell(std::size_t kind, std::int64_t now_ms, std::vector<Line>& lines);
  void tell_held_back(std::size_t kind, std::vector<Line>& lines);

  bool verbose_;
  std::array<Count, kEventKindNames.size() + 1> counts_{};
};

}  // namespace rollcall
