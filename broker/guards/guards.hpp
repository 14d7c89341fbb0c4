// What keeps the broker from taking what it sees at its face value, in one place: its own pauses,
// its first moments, mass losses, flapping, floods, and what its surroundings report. The registry
// decides who is flapping, Attention what a pause is; here it is all listed, ended and told.
#pragma once

#include <cstdint>
#include <string_view>

#include "broker/guards/flood.hpp"
#include "broker/guards/guard_list.hpp"
#include "broker/guards/mass_loss.hpp"
#include "broker/registry/attention.hpp"

namespace rollcall {

class Guards {
 public:
  Guards(std::int64_t evict_after_ms, std::int64_t warm_up_ms, Now start);

  // A pause of our own that is worth telling of; judge() ends it.
  void on_pause(std::int64_t pause_ms, std::int64_t attended_ms, Now now);
  // Each change of the registry, when it is told, before an evicted node is removed.
  void on_change(const NodeChange& change, Registry& registry, std::int64_t attended_ms, Now now);
  // A store knows nodes that were not heard yet: it warms up until all are, for so long at most.
  void expect(std::int64_t most_ms) {
    warm_until_ms_ = most_ms;
    expects_ = true;
    list_.extend(GuardKind::kWarmUp, {}, most_ms, 0);
  }
  // Something outside that holds, or no longer does; its counts as Guard says.
  void set(const Guard& guard, bool holds);
  // Ends and raises what is due.
  void judge(Registry& registry, const Attention& attention, Now now);
  // When judge() is due though nothing happens; by the attention clock.
  std::int64_t due_ms() const;

  // An operator's word. What was wrong, or an empty text.
  std::string release(GuardKind kind, std::string_view subject, std::string_view by,
                      Registry& registry, Attention& attention);

  bool is_warming_up() const { return list_.holds(GuardKind::kWarmUp); }
  FloodWatch& flood() { return flood_; }
  const MassLoss& losses() const { return losses_; }
  GuardList& list() { return list_; }
  const GuardList& list() const { return list_; }
  bool has_changes() const { return list_.has_changes(); }
  const GuardChange& next_change() const { return list_.next_change(); }
  void drop_change() { list_.drop_change(); }

 private:
  GuardList list_;
  MassLoss losses_;
  FloodWatch flood_;
  std::int64_t warm_until_ms_;
  bool expects_ = false;  // somebody in particular
};

}  // namespace rollcall
