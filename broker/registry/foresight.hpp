// Fetches ahead what the announcements of a turn will be looked up by. With a million nodes in no
// order each look-up waits for memory several times over; asked for some announcements before, the
// waits overlap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "broker/ingest/inbox.hpp"
#include "broker/registry/node_table.hpp"

namespace rollcall {

class Foresight {
 public:
  explicit Foresight(const NodeTable& nodes) : nodes_(nodes) {}

  // A turn's announcements; they must stay until the next turn's.
  void begin(std::span<const Announcement> announcements);
  // Call it for each announcement in order, before it is taken in. Returns the hash of what its
  // topic has as a node id.
  std::uint64_t advance(std::size_t index) {
    look_at(index + kAhead);
    return hashes_[index % kWindow];
  }

 private:
  // How many announcements lie between the stages: enough for memory to answer meanwhile, few
  // enough for the nearest cache to hold what it answered.
  static constexpr std::size_t kStage = 4;
  static constexpr std::size_t kAhead = 3 * kStage;
  static constexpr std::size_t kWindow = 16;
  static_assert(kWindow > kAhead);

  void look_at(std::size_t index);

  const NodeTable& nodes_;
  std::span<const Announcement> announcements_;
  std::array<std::uint64_t, kWindow> hashes_{};  // by index, modulo its size
  std::array<Slot, kWindow> slots_{};
};

}  // namespace rollcall
