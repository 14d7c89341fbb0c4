#include "broker/guards/mass_loss.hpp"

#include <algorithm>

namespace rollcall {
namespace {

bool qualifies(FailureDomain& domain, std::int64_t now_ms) {
  const std::uint64_t lost = domain.lost.sum(now_ms);
  return lost >= MassLoss::kLeastLost && lost >= domain.present;
}

}  // namespace

void MassLoss::on_change(const NodeChange& change, Registry& registry, std::int64_t now_ms) {
  switch (change.kind) {
    case EventKind::kLate:
      // A node that is held as flapping is late though it can be heard.
      if (!registry.nodes().at(change.slot).is_held()) on_lost(change.slot, registry, now_ms);
      return;
    case EventKind::kLeft:
      if (incidents_.empty() || change.presence != Presence::kPresent) return;
      registry.domains().for_each_up(registry.domains().of(change.slot), [&](auto id) {
        Incident* const incident = incident_of(registry.domains().at(id));
        if (incident != nullptr && incident->before > 0) --incident->before;
      });
      look_ = true;
      return;
    case EventKind::kJoined:
    case EventKind::kRecovered:
    case EventKind::kRestarted: look_ = look_ || !incidents_.empty(); return;
    default: return;
  }
}

void MassLoss::on_lost(Slot slot, Registry& registry, std::int64_t now_ms) {
  FailureDomains& domains = registry.domains();
  domains.for_each_up(domains.of(slot), [&](FailureDomains::Id id) {
    FailureDomain& domain = domains.at(id);
    domain.lost.add(now_ms);
    if (Incident* const incident = incident_of(domain)) {
      ++incident->lost;
      incident->until_ms = now_ms + hold_ms_;
      look_ = true;
    } else if (!domain.is_suspect && qualifies(domain, now_ms)) {
      domain.is_suspect = true;
      suspects_.push_back({id, now_ms});
    }
  });
}

void MassLoss::judge(Registry& registry, Now now, std::int64_t attended_ms, GuardList& guards) {
  FailureDomains& domains = registry.domains();
  if (!suspects_.empty()) {
    std::vector<FailureDomains::Id> ripe;
    std::erase_if(suspects_, [&](const Suspect& suspect) {
      FailureDomain& domain = domains.at(suspect.id);
      if (attended_ms - suspect.since_ms < kConfirmMs) return false;
      domain.is_suspect = false;
      if (qualifies(domain, attended_ms)) ripe.push_back(suspect.id);
      return true;
    });
    std::sort(ripe.begin(), ripe.end(), [&](auto a, auto b) {
      return domains.at(a).level < domains.at(b).level;  // the widest first
    });
    for (const FailureDomains::Id id : ripe) {
      if (is_covered(id, domains) || is_explained_by_a_part(id, ripe, domains, attended_ms))
        continue;
      raise(id, registry, now, attended_ms, guards);
    }
  }
  if (incidents_.empty()) return;
  for (std::size_t i = incidents_.size(); i-- > 0;) {
    const Incident& incident = incidents_[i];
    FailureDomain& domain = domains.at(incident.id);
    if (domain.present * 10 >= incident.before * 9) {
      close(i, GuardEnd::kItself, {}, registry, guards);
    } else if (attended_ms >= incident.until_ms) {
      close(i, GuardEnd::kTimer, {}, registry, guards);
    } else if (look_) {
      guards.extend(GuardKind::kMassLoss, domain.name, incident.until_ms, incident.lost);
    }
  }
  look_ = false;
}

void MassLoss::raise(FailureDomains::Id id, Registry& registry, Now now, std::int64_t attended_ms,
                     GuardList& guards) {
  FailureDomains& domains = registry.domains();
  for (std::size_t i = incidents_.size(); i-- > 0;) {
    bool is_part = false;
    domains.for_each_up(incidents_[i].id, [&](auto up) { is_part = is_part || up == id; });
    if (is_part) close(i, GuardEnd::kWider, {}, registry, guards);
  }
  FailureDomain& domain = domains.at(id);
  const std::uint64_t lost = domain.lost.sum(attended_ms);
  const std::uint64_t before = lost + domain.present;
  incidents_.push_back({id, lost, before, attended_ms + hold_ms_});
  domain.incident = static_cast<std::uint32_t>(incidents_.size());
  guards.raise({.kind = GuardKind::kMassLoss,
                .subject = domain.name,
                .since_ms = attended_ms,
                .since_wall_ms = now.wall_ms,
                .until_ms = attended_ms + hold_ms_,
                .count = lost,
                .of = before});
}

void MassLoss::close(std::size_t index, GuardEnd how, std::string_view by, Registry& registry,
                     GuardList& guards) {
  FailureDomain& domain = registry.domains().at(incidents_[index].id);
  domain.lost.clear();
  guards.extend(GuardKind::kMassLoss, domain.name, incidents_[index].until_ms,
                incidents_[index].lost);
  guards.end(GuardKind::kMassLoss, domain.name, how, by);
  domain.incident = 0;
  if (index + 1 != incidents_.size()) {
    incidents_[index] = incidents_.back();
    registry.domains().at(incidents_[index].id).incident = static_cast<std::uint32_t>(index + 1);
  }
  incidents_.pop_back();
}

bool MassLoss::release(std::string_view domain, std::string_view by, Registry& registry,
                       GuardList& guards) {
  for (std::size_t i = 0; i < incidents_.size(); ++i) {
    if (registry.domains().at(incidents_[i].id).name != domain) continue;
    close(i, GuardEnd::kOperator, by, registry, guards);
    return true;
  }
  return false;
}

std::int64_t MassLoss::due_ms() const {
  if (look_) return 0;
  std::int64_t due_ms = kNever;
  for (const Suspect& it : suspects_) due_ms = std::min(due_ms, it.since_ms + kConfirmMs);
  for (const Incident& it : incidents_) due_ms = std::min(due_ms, it.until_ms);
  return due_ms;
}

bool MassLoss::is_covered(FailureDomains::Id id, const FailureDomains& domains) const {
  bool covered = false;
  domains.for_each_up(id, [&](auto up) { covered = covered || domains.at(up).has_incident(); });
  return covered;
}

// Of two zones of one size, one that is gone is half of the whole: yet it is the zone that is gone.
// Where the part is all that the domain has, nothing is the narrower of the two.
bool MassLoss::is_explained_by_a_part(FailureDomains::Id id,
                                      const std::vector<FailureDomains::Id>& ripe,
                                      FailureDomains& domains, std::int64_t now_ms) const {
  const std::uint64_t lost = domains.at(id).lost.sum(now_ms);
  const std::uint64_t nodes = lost + domains.at(id).present;
  const auto explains = [&](FailureDomains::Id part) {
    bool is_part = false;
    domains.for_each_up(part, [&](auto up) { is_part = is_part || (up == id && part != id); });
    const std::uint64_t part_lost = domains.at(part).lost.sum(now_ms);
    const std::uint64_t part_nodes = part_lost + domains.at(part).present;
    return is_part && part_lost * 10 >= lost * 9 && part_nodes * 10 < nodes * 9;
  };
  return std::any_of(ripe.begin(), ripe.end(), explains) ||
         std::any_of(incidents_.begin(), incidents_.end(),
                     [&](const Incident& it) { return explains(it.id); });
}

const std::string* MassLoss::incident_of(Slot slot, const Registry& registry) const {
  if (incidents_.empty()) return nullptr;
  const FailureDomains& domains = registry.domains();
  const std::string* name = nullptr;
  domains.for_each_up(domains.of(slot), [&](auto id) {
    if (domains.at(id).has_incident()) name = &domains.at(id).name;
  });
  return name;
}

}  // namespace rollcall
