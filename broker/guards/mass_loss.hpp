// Most of a failure domain falls silent at once: that is one incident (a switch, a power feed, a
// wrong rule in a firewall, or this broker's own network), not as many deaths. It is told as one,
// for the widest domain that it holds for, unless one part of that explains it; and nobody should
// start to repair what it took before it is over. Evictions go on: the registry says who can be
// heard, whatever the cause.
//
// k8s calls a zone unhealthy at 55 % lost; Eureka stops expiring below 85 % heard. Here it is half,
// of at least five nodes, within the fifteen seconds in which nodes that die together are missed.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/guards/guard_list.hpp"
#include "broker/registry/registry.hpp"

namespace rollcall {

class MassLoss {
 public:
  static constexpr std::uint64_t kLeastLost = 5;
  // A domain that qualifies waits so long for a wider one to qualify, too.
  static constexpr std::int64_t kConfirmMs = 2000;

  // An incident ends when nine in ten are back, or when nothing more was lost for five times the
  // eviction time: by then it is a new normal.
  explicit MassLoss(std::int64_t evict_after_ms) : hold_ms_(5 * evict_after_ms) {}

  // Something happened to a node's presence.
  void on_change(const NodeChange& change, Registry& registry, std::int64_t now_ms);
  // Raises and ends what is due.
  void judge(Registry& registry, Now now, std::int64_t attended_ms, GuardList& guards);
  // When judge() is due though nothing happened; kNever where it is not. By the attention clock.
  std::int64_t due_ms() const;
  // False where there is none of that name.
  bool release(std::string_view domain, std::string_view by, Registry& registry, GuardList& guards);

  // The incident that explains the silence of a node; null where none does.
  const std::string* incident_of(Slot slot, const Registry& registry) const;

 private:
  struct Incident {
    FailureDomains::Id id = 0;
    std::uint64_t lost = 0;
    std::uint64_t before = 0;  // that were present before
    std::int64_t until_ms = 0;
  };
  struct Suspect {
    FailureDomains::Id id = 0;
    std::int64_t since_ms = 0;
  };
  void on_lost(Slot slot, Registry& registry, std::int64_t now_ms);
  void raise(FailureDomains::Id id, Registry& registry, Now now, std::int64_t attended_ms,
             GuardList& guards);
  void close(std::size_t index, GuardEnd how, std::string_view by, Registry& registry,
             GuardList& guards);
  Incident* incident_of(const FailureDomain& domain) {
    return domain.has_incident() ? &incidents_[domain.incident - 1] : nullptr;
  }
  bool is_covered(FailureDomains::Id id, const FailureDomains& domains) const;
  bool is_explained_by_a_part(FailureDomains::Id id, const std::vector<FailureDomains::Id>& ripe,
                              FailureDomains& domains, std::int64_t now_ms) const;

  std::int64_t hold_ms_;
  std::vector<Suspect> suspects_;
  std::vector<Incident> incidents_;
  bool look_ = false;  // something happened since the last judgement
};

}  // namespace rollcall
