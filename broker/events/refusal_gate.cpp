#include "broker/events/refusal_gate.hpp"

#include "shared/core/ids.hpp"

namespace rollcall {

bool RefusalGate::opens(std::string_view id, Node* node, std::int64_t attended_ms) {
  if (node == nullptr) return opens_for_stranger(hash_of(id), attended_ms);
  std::int64_t& said_ms = node->need_troubles().refusal_said_ms;
  if (attended_ms - said_ms < kEveryMs) return false;
  said_ms = attended_ms;
  return true;
}

bool RefusalGate::opens_for_stranger(std::uint64_t hash, std::int64_t attended_ms) {
  Told* free = nullptr;
  for (Told& told : told_) {
    if (attended_ms - told.at_ms >= kEveryMs) {
      free = &told;
    } else if (told.hash == hash) {
      return false;
    }
  }
  if (free == nullptr) {
    ++untold_;
    return false;
  }
  *free = {hash, attended_ms};
  return true;
}

}  // namespace rollcall
