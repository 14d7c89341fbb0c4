#include "broker/registry/node.hpp"

#include <cstring>

#include "shared/core/check.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {

// Bodies of one node differ by a few bytes from beat to beat: steps of this absorb that.
constexpr std::size_t kStepBytes = 32;

void NodeText::reserve(std::size_t size) {
  // Grows when it must; shrinks when a node that once sent a giant no longer does.
  if (size <= capacity_ && size * 4 + kStepBytes * 8 >= capacity_) return;
  const std::size_t capacity = (size + kStepBytes - 1) / kStepBytes * kStepBytes;
  auto bytes = std::make_unique<char[]>(capacity);
  if (id_size_ != 0) std::memcpy(bytes.get(), bytes_.get(), id_size_);
  bytes_ = std::move(bytes);
  capacity_ = static_cast<std::uint32_t>(capacity);
}

void NodeText::set_id(std::string_view id) {
  ROLLCALL_CHECK(id.size() <= limits::kNodeIdBytes);
  id_size_ = 0;
  pairs_size_ = 0;
  reserve(id.size());
  std::memcpy(bytes_.get(), id.data(), id.size());
  id_size_ = static_cast<std::uint16_t>(id.size());
}

void NodeText::set_pairs(Bytes pairs) {
  reserve(id_size_ + pairs.size());
  if (!pairs.empty()) std::memcpy(bytes_.get() + id_size_, pairs.data(), pairs.size());
  pairs_size_ = static_cast<std::uint32_t>(pairs.size());
}

}  // namespace rollcall
