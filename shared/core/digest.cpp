#include "shared/core/digest.hpp"

#define XXH_STATIC_LINKING_ONLY  // the state lies in ours, so that making one cannot fail apart
#include <xxhash.h>

namespace rollcall {

struct Digest::State {
  XXH64_state_t of;
};

Digest::Digest() : state_(std::make_unique<State>()) { XXH64_reset(&state_->of, 0); }
Digest::~Digest() = default;

void Digest::add(std::string_view bytes) { XXH64_update(&state_->of, bytes.data(), bytes.size()); }

std::uint64_t Digest::value() const { return XXH64_digest(&state_->of); }

}  // namespace rollcall
