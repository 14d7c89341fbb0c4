#include "broker/registry/node.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "shared/core/check.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// Bodies of one node differ by a few bytes from beat to beat: steps of this absorb that. The first
// is shorter by what the allocator keeps beside each block, so that no block wastes a part of one.
constexpr std::size_t kStepBytes = 16;
constexpr std::size_t kAllocatorBytes = 8;

std::size_t steps_of(std::size_t bytes) {
  return (bytes + kAllocatorBytes + kStepBytes - 1) / kStepBytes;
}

}  // namespace

void NodeText::fit(std::size_t bytes, std::size_t kept_bytes) {
  const std::size_t steps = steps_of(bytes);
  // Grows when it must; shrinks when a node that once sent a giant no longer does.
  if (steps > capacity_steps_ || steps * 4 + 16 < capacity_steps_) move_to(steps, kept_bytes);
}

void NodeText::move_to(std::size_t steps, std::size_t kept_bytes) {
  const std::size_t size = steps * kStepBytes - kAllocatorBytes;
  std::unique_ptr<char[]> other(new (std::nothrow) char[size]);
  if (!other) {
    if (steps < capacity_steps_) return;  // it stays larger than it need be
    throw std::bad_alloc();
  }
  if (kept_bytes != 0) std::memcpy(other.get(), bytes_.get(), kept_bytes);
  bytes_ = std::move(other);
  capacity_steps_ = static_cast<std::uint16_t>(steps);
}

void NodeText::make_room(std::size_t peer_bytes, std::size_t pairs_bytes) {
  const std::size_t most = id_bytes_ + std::max<std::size_t>(peer_bytes_, peer_bytes) +
                           std::max<std::size_t>(pairs_bytes_, pairs_bytes);
  const std::size_t steps = steps_of(most);
  if (steps > capacity_steps_) move_to(steps, size());
}

void NodeText::set_id(std::string_view id) {
  ROLLCALL_CHECK(id.size() <= limits::kNodeIdBytes);
  fit(id.size(), 0);
  peer_bytes_ = 0;
  pairs_bytes_ = pair_count_ = 0;
  std::memcpy(bytes_.get(), id.data(), id.size());
  id_bytes_ = static_cast<std::uint8_t>(id.size());
}

void NodeText::set_peer(std::string_view peer) {
  peer = peer.substr(0, limits::kPeerBytes);
  const std::size_t before = front_bytes();
  fit(std::max(size(), size() - peer_bytes_ + peer.size()), size());
  char* const at = bytes_.get() + id_bytes_;
  std::memmove(at + peer.size(), bytes_.get() + before, pairs_bytes_);
  if (!peer.empty()) std::memcpy(at, peer.data(), peer.size());
  peer_bytes_ = static_cast<std::uint8_t>(peer.size());
}

void NodeText::set_pairs(std::span<const Bytes> pieces, std::uint32_t count) {
  std::size_t size = 0;
  for (const Bytes piece : pieces) size += piece.size();
  ROLLCALL_CHECK(size <= UINT16_MAX && count <= UINT16_MAX);
  fit(front_bytes() + size, front_bytes());
  char* at = bytes_.get() + front_bytes();
  for (const Bytes piece : pieces) {
    if (!piece.empty()) std::memcpy(at, piece.data(), piece.size());
    at += piece.size();
  }
  pairs_bytes_ = static_cast<std::uint16_t>(size);
  pair_count_ = static_cast<std::uint16_t>(count);
}

Bytes Node::value_of(std::string_view key) const {
  Reader reader(text.pairs());
  std::string_view its_key;
  Bytes value;
  for (std::uint32_t i = 0; i < text.pair_count(); ++i) {
    if (!reader.read_string(its_key) || !reader.skip(limits::kNestingDepth, &value)) break;
    if (its_key == key) return value;
  }
  return {};
}

}  // namespace rollcall
