// XXH64 of something that comes in pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace rollcall {

class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(std::string_view bytes);
  // Of all that was added so far; seed 0.
  std::uint64_t value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rollcall
