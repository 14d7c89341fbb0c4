// Who belongs to a zone, a rack or the fleet, and whether the others could take what the largest of
// them holds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/past/sources.hpp"

namespace rollcall {

// A node that holds data which can be reached: present, or only late.
struct Member {
  std::string id;
  std::string zone;  // empty where it says none
  std::string rack;
  double used = 0;  // bytes, by its last known status; both 0 where there is none
  double total = 0;
};

struct MemberList {
  std::vector<Member> members;
  bool is_whole = true;  // false: there were more than limits::kForecastNodes
};

// Those of which `wanted` is true.
MemberList members_of(NodeSource& nodes, const std::function<bool(const Member&)>& wanted);

// After the loss of the node with the most used bytes (of equals the first by id), the others have
// `free` left in all. What it held fits if free >= its used bytes, so more may be used by
//   margin = free of the others - used of the largest
// and not a byte more; below 0 it is impossible already. The sum leaves open where copies may lie.
struct Absorb {
  std::string largest;
  double margin_bytes = 0;
};

// Nothing where no member holds anything.
std::optional<Absorb> absorb_of(std::span<const Member* const> members);

}  // namespace rollcall
