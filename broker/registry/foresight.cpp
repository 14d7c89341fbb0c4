#include "broker/registry/foresight.hpp"

#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// What follows the kind. A topic that is too long will be refused: it is not worth hashing.
std::string_view id_in(std::string_view topic) {
  if (topic.size() > limits::kTopicBytes) return {};
  const std::size_t dot = topic.find('.');
  return dot == std::string_view::npos ? std::string_view() : topic.substr(dot + 1);
}

}  // namespace

void Foresight::begin(std::span<const Announcement> announcements) {
  announcements_ = announcements;
  for (std::size_t i = 0; i < kAhead; ++i) look_at(i);
}

void Foresight::look_at(std::size_t index) {
  const std::size_t count = announcements_.size();
  if (index < count) {
    std::uint64_t& hash = hashes_[index % kWindow];
    hash = hash_of(id_in(announcements_[index].topic));
    nodes_.foresee_entry(hash);
  }
  if (index >= kStage && index - kStage < count) {
    const std::size_t nearer = (index - kStage) % kWindow;
    slots_[nearer] = nodes_.foresee_node(hashes_[nearer]);
  }
  if (index >= 2 * kStage && index - 2 * kStage < count) {
    nodes_.foresee_text(slots_[(index - 2 * kStage) % kWindow]);
  }
}

}  // namespace rollcall
