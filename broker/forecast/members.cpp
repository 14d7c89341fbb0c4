#include "broker/forecast/members.hpp"

#include <algorithm>

#include "shared/core/limits.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {
namespace {

bool is_reachable(Presence presence) {
  return presence == Presence::kPresent || presence == Presence::kLate;
}

Member member_of(const RosterNode& node) {
  Member member;
  member.id = node.id;
  for_each_label(node.labels, [&](std::string_view key, std::string_view value) {
    if (key == "zone") member.zone = value;
    if (key == "rack") member.rack = value;
  });
  StatusView status;
  if (decode_status(node.status, status) == Refusal::kNone) {
    member.used = static_cast<double>(status.storage.used);
    member.total = static_cast<double>(status.storage.total);
  }
  return member;
}

double free_of(const Member& member) { return std::max(0.0, member.total - member.used); }

}  // namespace

MemberList members_of(NodeSource& nodes, const std::function<bool(const Member&)>& wanted) {
  MemberList list;
  std::size_t seen = 0;
  nodes.visit({}, {}, [&](const RosterNode& node) {
    list.is_whole = ++seen <= limits::kForecastNodes;
    if (!list.is_whole) return false;
    if (!is_reachable(node.presence)) return true;
    Member member = member_of(node);
    if (wanted(member)) list.members.push_back(std::move(member));
    return true;
  });
  return list;
}

std::optional<Absorb> absorb_of(std::span<const Member* const> members) {
  const Member* largest = nullptr;
  double free_bytes = 0;
  for (const Member* member : members) {
    free_bytes += free_of(*member);
    const bool holds_more = largest == nullptr || member->used > largest->used ||
                            (member->used == largest->used && member->id < largest->id);
    if (member->used > 0 && holds_more) largest = member;
  }
  if (largest == nullptr) return std::nullopt;
  return Absorb{largest->id, free_bytes - free_of(*largest) - largest->used};
}

}  // namespace rollcall
