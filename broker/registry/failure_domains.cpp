#include "broker/registry/failure_domains.hpp"

#include <algorithm>
#include <new>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

void LossWindow::advance(std::int64_t second) {
  if (second - newest_s_ >= kSeconds) {
    clear();
    newest_s_ = second;
  }
  while (newest_s_ < second) {
    ++newest_s_;
    std::uint32_t& oldest = by_second_[slot_of(newest_s_)];
    sum_ -= oldest;
    oldest = 0;
  }
}

FailureDomains::FailureDomains() { domains_.emplace_back().name = "all"; }

void FailureDomains::insert(Slot slot, Bytes labels, bool present) {
  by_slot_[slot] = place_of(labels);
  count(by_slot_[slot], 1, present ? 1 : 0);
}

void FailureDomains::relabel(Slot slot, Bytes labels, bool present) {
  erase(slot, present);
  insert(slot, labels, present);
}

void FailureDomains::erase(Slot slot, bool present) {
  count(by_slot_[slot], -1, present ? -1 : 0);
  by_slot_[slot] = kAll;
}

void FailureDomains::set_present(Slot slot, bool present) {
  count(by_slot_[slot], 0, present ? 1 : -1);
}

void FailureDomains::count(Id id, std::int64_t members, std::int64_t present) {
  for_each_up(id, [&](Id at) {
    domains_[at].members += static_cast<std::uint64_t>(members);
    domains_[at].present += static_cast<std::uint64_t>(present);
  });
}

FailureDomains::Id FailureDomains::place_of(Bytes labels) noexcept {
  try {
    return try_to_place(labels);
  } catch (const std::bad_alloc&) {
    return kAll;
  }
}

FailureDomains::Id FailureDomains::try_to_place(Bytes labels) {
  std::string_view zone;
  std::string_view rack;
  for_each_label(labels, [&](std::string_view key, std::string_view value) {
    if (key == "zone") zone = value;
    if (key == "rack") rack = value;
  });
  Id place = kAll;
  if (!zone.empty()) place = intern(FailureDomain::Level::kZone, kAll, zone);
  if (rack.empty() || (place == kAll && !zone.empty())) return place;
  const Id narrow = intern(FailureDomain::Level::kRack, place, rack);
  return narrow == kAll ? place : narrow;
}

// kAll where there is no room for another.
FailureDomains::Id FailureDomains::intern(FailureDomain::Level level, Id parent,
                                          std::string_view value) {
  key_.assign(1, level == FailureDomain::Level::kZone ? 'z' : 'r');
  key_.append(reinterpret_cast<const char*>(&parent), sizeof parent).append(value);
  const auto known = by_key_.find(key_);
  if (known != by_key_.end()) return known->second;
  if (free_.empty() && domains_.size() >= limits::kFailureDomains) reclaim(parent);
  if (free_.empty() && domains_.size() >= limits::kFailureDomains) return kAll;
  FailureDomain domain{.name = {}, .key = key_, .level = level, .parent = parent};
  if (parent != kAll) domain.name.append(domains_[parent].name).append(" ");
  domain.name.append(level == FailureDomain::Level::kZone ? "zone=" : "rack=").append(value);
  if (free_.empty()) {
    domains_.emplace_back();
    free_.reserve(domains_.capacity());
    free_.push_back(static_cast<Id>(domains_.size() - 1));
  }
  const Id id = free_.back();
  by_key_.emplace(key_, id);  // the last that may find no memory
  free_.pop_back();
  domains_[id] = std::move(domain);
  return id;
}

// Forgets those that nobody is in; racks first, for a rack's zone has members as long as it does.
void FailureDomains::reclaim(Id but_not) {
  for (Id id = 1; id < domains_.size(); ++id) {
    const FailureDomain& domain = domains_[id];
    const bool is_used = domain.members != 0 || domain.has_incident() || domain.is_suspect;
    if (is_used || id == but_not || by_key_.erase(domain.key) == 0) continue;
    free_.push_back(id);
  }
}

}  // namespace rollcall
