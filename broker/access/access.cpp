#include "broker/access/access.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace rollcall {
namespace {

constexpr std::array<std::string_view, 3> kRoleNames{"agent", "monitor", "admin"};
constexpr std::array<std::string_view, 3> kDoorNames{"announce", "query", "feed"};

bool same_place(const Identity& a, const Identity& b) {
  return a.public_key == b.public_key && a.role == b.role;
}

// Keys that stand under two names in one role say two things: neither counts.
void drop_ambiguous(std::vector<Identity>& identities) {
  std::sort(identities.begin(), identities.end(), [](const Identity& a, const Identity& b) {
    return std::tie(a.public_key, a.role, a.name) < std::tie(b.public_key, b.role, b.name);
  });
  std::vector<Identity> clear;
  for (auto it = identities.begin(); it != identities.end();) {
    const auto end = std::find_if(it, identities.end(),
                                  [&](const Identity& other) { return !same_place(*it, other); });
    if (end - it == 1) clear.push_back(std::move(*it));
    it = end;
  }
  identities = std::move(clear);
}

}  // namespace

std::string_view name_of(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }
std::string_view name_of(Door door) { return kDoorNames[static_cast<std::size_t>(door)]; }

std::optional<Door> door_of(std::string_view domain) {
  for (std::size_t i = 0; i < kDoorNames.size(); ++i) {
    if (kDoorNames[i] == domain) return static_cast<Door>(i);
  }
  return std::nullopt;
}

// Agents hear their commands on the feed; only who reads may ask.
bool Access::may_pass(Role role, Door door) {
  if (door == Door::kAnnounce) return role == Role::kAgent;
  return door == Door::kFeed || role != Role::kAgent;
}

// Where the identity has its entry, a new one if it never had any.
std::size_t Access::place_of(const Identity& identity) {
  const auto [begin, end] = ever_known_.equal_range(identity.public_key);
  for (auto it = begin; it != end; ++it) {
    if (entries_[it->second]->identity == identity) return it->second;
  }
  const std::size_t place = entries_.size();
  entries_.push_back(std::make_unique<Entry>(Entry{identity, std::to_string(place), false}));
  ever_known_.emplace(entries_.back()->identity.public_key, place);
  return place;
}

Access::Changes Access::replace(std::vector<Identity> identities) {
  drop_ambiguous(identities);
  std::vector<std::size_t> places;
  for (const Identity& identity : identities) places.push_back(place_of(identity));
  std::vector<bool> stays(entries_.size(), false);
  for (const std::size_t place : places) stays[place] = true;
  Changes changes;
  by_key_.clear();
  for (std::size_t place = 0; place < entries_.size(); ++place) {
    Entry& entry = *entries_[place];
    if (stays[place] && !entry.valid) changes.added.push_back(entry.identity);
    if (!stays[place] && entry.valid) changes.removed.push_back(entry.identity);
    entry.valid = stays[place];
    if (entry.valid) by_key_.emplace(entry.identity.public_key, place);
  }
  return changes;
}

// With several roles, the one that may do most.
std::optional<std::string_view> Access::admit(std::string_view public_key, Door door) const {
  const Entry* best = nullptr;
  const auto [begin, end] = by_key_.equal_range(public_key);
  for (auto it = begin; it != end; ++it) {
    const Entry& entry = *entries_[it->second];
    if (!may_pass(entry.identity.role, door)) continue;
    if (best == nullptr || entry.identity.role > best->identity.role) best = &entry;
  }
  if (best == nullptr) return std::nullopt;
  return best->token;
}

const Identity* Access::who(std::string_view token) const {
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), place);
  if (error != std::errc() || end != token.data() + token.size()) return nullptr;
  if (place >= entries_.size() || !entries_[place]->valid) return nullptr;
  return &entries_[place]->identity;
}

}  // namespace rollcall
