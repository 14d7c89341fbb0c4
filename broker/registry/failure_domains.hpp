// Failure domains: the whole cluster, its zones (label `zone`) and their racks (label `rack`), with
// how many of their nodes are present. Kept up to date node by node.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/registry/deadline_wheel.hpp"
#include "shared/core/limits.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {

// How many fell silent lately, second by second.
class LossWindow {
 public:
  // Nodes that die together fall silent within one interval of each other; half as much again.
  static constexpr std::int64_t kSeconds = 15;

  void add(std::int64_t now_ms) {
    advance(now_ms / 1000);
    ++by_second_[slot_of(newest_s_)];
    ++sum_;
  }
  // A loss that was undone, or no longer counts.
  void clear() { *this = LossWindow(); }
  std::uint64_t sum(std::int64_t now_ms) {
    advance(now_ms / 1000);
    return sum_;
  }

 private:
  static std::size_t slot_of(std::int64_t second) {
    return static_cast<std::size_t>(second % kSeconds);
  }
  void advance(std::int64_t second);

  std::array<std::uint32_t, kSeconds> by_second_{};
  std::int64_t newest_s_ = 0;
  std::uint64_t sum_ = 0;
};

struct FailureDomain {
  enum class Level : std::uint8_t { kAll, kZone, kRack };
  std::string name{};  // "all", "zone=a", "zone=a rack=7"; of labels, so not escaped
  std::string key{};   // unambiguous, whatever the labels hold
  Level level = Level::kAll;
  std::uint32_t parent = 0;  // of the whole cluster: itself
  std::uint64_t members = 0;
  std::uint64_t present = 0;
  // Kept here by whoever watches for losses.
  LossWindow lost{};
  bool is_suspect = false;
  std::uint32_t incident = 0;  // its number there; 0: none
  bool has_incident() const { return incident != 0; }
};

class FailureDomains {
 public:
  using Id = std::uint32_t;
  static constexpr Id kAll = 0;

  FailureDomains();

  // Then a node in that slot can be inserted.
  void make_room(Slot slot) {
    if (slot >= by_slot_.size()) by_slot_.resize(slot + 1, kAll);
  }
  // A node's share. Where there is no memory for another domain, it counts for the whole alone.
  // `labels` as a status has them: checked msgpack, or empty.
  void insert(Slot slot, Bytes labels, bool present);
  void relabel(Slot slot, Bytes labels, bool present);
  void erase(Slot slot, bool present);
  void set_present(Slot slot, bool present);

  // The narrowest that the node is in; the wider ones are its parents.
  Id of(Slot slot) const { return by_slot_[slot]; }
  FailureDomain& at(Id id) { return domains_[id]; }
  const FailureDomain& at(Id id) const { return domains_[id]; }
  // Calls visit(id) for each that `id` is in, from the narrowest to the whole.
  template <typename Visit>
  void for_each_up(Id id, Visit&& visit) const {
    while (true) {
      visit(id);
      if (id == kAll) return;
      id = domains_[id].parent;
    }
  }

 private:
  Id place_of(Bytes labels) noexcept;
  Id try_to_place(Bytes labels);
  Id intern(FailureDomain::Level level, Id parent, std::string_view value);
  void reclaim(Id but_not);
  void count(Id id, std::int64_t members, std::int64_t present);

  std::vector<FailureDomain> domains_;
  std::unordered_map<std::string, Id> by_key_;
  std::string key_;  // used again
  std::vector<Id> free_;
  std::vector<Id> by_slot_;
};

}  // namespace rollcall
