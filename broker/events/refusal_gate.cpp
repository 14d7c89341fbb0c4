#include "broker/events/refusal_gate.hpp"

#include "shared/core/ids.hpp"

namespace rollcall {

bool RefusalGate::opens(std::string_view id, Node* node, std::int64_t attended_ms) {
  const std::uint64_t hash = hash_of(id);
  const auto is_told = [&](std::int64_t at_ms) { return attended_ms - at_ms < kEveryMs; };
  if (node != nullptr && node->extras && is_told(node->extras->refusal_said_ms)) return false;
  Told* const entry = find(hash, attended_ms);
  if (entry != nullptr && is_told(entry->at_ms)) return false;
  if (node != nullptr) {
    node->need_extras().refusal_said_ms = attended_ms;
    return true;
  }
  if (entry == nullptr) {
    ++untold_;
    return false;
  }
  *entry = {hash, attended_ms};
  return true;
}

void RefusalGate::forget(const Node& node, std::int64_t attended_ms) {
  if (!node.extras || attended_ms - node.extras->refusal_said_ms >= kEveryMs) return;
  const std::uint64_t hash = hash_of(node.id());
  if (Told* const entry = find(hash, attended_ms)) {
    *entry = {hash, node.extras->refusal_said_ms};
  }
}

RefusalGate::Told* RefusalGate::find(std::uint64_t hash, std::int64_t attended_ms) {
  Told* free = nullptr;
  for (Told& told : told_) {
    if (attended_ms - told.at_ms >= kEveryMs) {
      free = &told;
    } else if (told.hash == hash) {
      return &told;
    }
  }
  return free;
}

}  // namespace rollcall
